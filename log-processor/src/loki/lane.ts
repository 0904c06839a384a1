/** One stream's way into Loki: its bodies one after the other, the next one only when the last one's acknowledgement is durable. */
import type { Clock } from '../record.ts';
import type { Body, Store, StoredBody } from '../store/store.ts';
import { createBackOff } from './back-off.ts';
import type { Attempts, Doubt } from './deliver-body.ts';
import { deliverBody, settle } from './deliver-body.ts';
import type { Loki, PushOutcome } from './loki.ts';
import { LokiUnavailable } from './loki.ts';
import { compareNs } from './query-answer.ts';
import { missingEntries } from './reconcile.ts';
import type { Slots } from './slots.ts';

/** Thrown through a lane when delivery is to stop; the body stays in the outbox. */
export class Stopped extends Error {}

export type Done = { readonly body: StoredBody; readonly deliveredLines: number; readonly refusedLines: number };
export type Trouble = { readonly state: 'refused' | 'unreachable'; readonly reason: string };

export type LaneTools = {
  readonly store: Pick<Store, 'bodies' | 'payload'>;
  readonly client: Loki;
  readonly clock: Clock;
  readonly random: () => number;
  readonly slots: Slots;
  readonly stopping: AbortSignal;
  readonly settleMs: number;
  /** Ids of bodies of which Loki may have lines. */
  readonly inDoubt: Set<number>;
  /** The state was restored from a backup: Loki may have anything up to its head of the stream. */
  readonly restored: boolean;
  /** Answers when it is durable that Loki has the body. What it throws ends the delivery: a full disk it must wait out itself. */
  readonly acknowledge: (done: Done) => Promise<void>;
  readonly observe: (outcome: PushOutcome['outcome'], seconds: number, kind: string) => void;
};

const dayMs = 86_400_000;
/** Pushes spent on telling the refused lines of one body from the good ones: enough for 5 of them among 10,000. */
const refusalBudget = 150;

export class Lane {
  readonly #stream: string;
  readonly #tools: LaneTools;
  #lastId = 0;
  /** Loki's newest time of a restored stream; null until it was asked. */
  #headNs: string | null = null;
  trouble: Trouble | null = null;

  constructor(stream: string, tools: LaneTools) {
    this.#stream = stream;
    this.#tools = tools;
  }

  /** True when the outbox has something more of this stream. */
  hasNext(): boolean {
    return this.#find() !== undefined;
  }

  /** Delivers until the outbox has nothing more of this stream. @throws Stopped, and whatever its tools throw */
  async run(): Promise<void> {
    for (let body = this.#next(); body !== undefined; body = this.#next()) {
      const stored = body;
      const attempts = this.#attempts(stored);
      const whole: Body = { ...stored, payload: this.#tools.store.payload(stored.id) };
      const refusedLines = await deliverBody(whole, await this.#doubt(stored, attempts), attempts);
      await this.#tools.acknowledge({ body: stored, deliveredLines: stored.lines - refusedLines, refusedLines });
      this.#tools.inDoubt.delete(stored.id);
      this.#lastId = stored.id;
      this.trouble = null;
    }
  }

  #next(): StoredBody | undefined {
    this.#unlessStopped();
    return this.#find();
  }

  #find(): StoredBody | undefined {
    return this.#tools.store.bodies().find(({ stream, id }) => stream === this.#stream && id > this.#lastId);
  }

  async #doubt(body: StoredBody, attempts: Attempts): Promise<Doubt> {
    if (!this.#tools.restored) return this.#tools.inDoubt.has(body.id) ? 'settle' : 'none';
    if (this.#headNs === null) {
      await settle(attempts);
      this.#headNs = await this.#askHead(body, attempts);
    }
    if (compareNs(body.firstNs, this.#headNs) > 0) return 'none';
    this.#tools.inDoubt.add(body.id);
    return 'look';
  }

  /** Loki's newest time of this stream, or, when it has nothing from this body on, the time just before the body. */
  async #askHead(body: StoredBody, attempts: Attempts): Promise<string> {
    const nowMs = this.#tools.clock.nowMs();
    // Loki refuses questions over more than 30 days; older bodies than that lie below the answer and are looked for one by one.
    const oldestNs = (BigInt(nowMs - 29 * dayMs) * 1_000_000n).toString();
    const fromNs = compareNs(body.firstNs, oldestNs) > 0 ? body.firstNs : oldestNs;
    const toNs = (BigInt(nowMs + dayMs) * 1_000_000n).toString();
    for (;;) {
      try {
        const newest = await this.#request(() => this.#tools.client.newestNs(this.#stream, fromNs, toNs));
        return newest ?? (BigInt(fromNs) - 1n).toString();
      } catch (error) {
        if (!(error instanceof LokiUnavailable)) throw error;
        await attempts.pause({ why: error.message, answered: false });
      }
    }
  }

  #attempts(body: StoredBody): Attempts {
    const { client, random, settleMs } = this.#tools;
    const backOff = createBackOff({ firstMs: 500, maxMs: 30_000, random });
    return {
      budget: refusalBudget,
      push: (payload) => this.#request(() => this.#push(body, payload)),
      missing: (part) => this.#request(() => missingEntries(part, client)),
      ready: () => this.#request(() => client.ready()),
      settle: () => this.#sleep(settleMs),
      pause: (trouble) => {
        this.trouble = { state: trouble.answered ? 'refused' : 'unreachable', reason: trouble.why };
        return this.#sleep(backOff.next(trouble.afterMs));
      },
    };
  }

  async #push(body: StoredBody, payload: Uint8Array): Promise<PushOutcome> {
    const { client, clock, inDoubt, observe } = this.#tools;
    const doubtedBefore = inDoubt.has(body.id);
    inDoubt.add(body.id);
    const startMs = clock.nowMs();
    const result = await client.push(payload);
    // Nothing of this push is in Loki: what was known before still holds.
    if (result.outcome === 'retry' && !doubtedBefore) inDoubt.delete(body.id);
    if (result.outcome === 'accepted') this.trouble = null;
    observe(result.outcome, Math.max(clock.nowMs() - startMs, 0) / 1000, body.kind);
    return result;
  }

  #request<T>(work: () => Promise<T>): Promise<T> {
    return this.#tools.slots.run(() => {
      this.#unlessStopped();
      return work();
    });
  }

  async #sleep(milliseconds: number): Promise<void> {
    this.#unlessStopped();
    try {
      await this.#tools.clock.sleep(milliseconds, this.#tools.stopping);
    } catch (error) {
      this.#unlessStopped();
      throw error;
    }
    this.#unlessStopped();
  }

  #unlessStopped(): void {
    if (this.#tools.stopping.aborted) throw new Stopped();
  }
}
