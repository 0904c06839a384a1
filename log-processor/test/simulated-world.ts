/** A world for crash simulations: a fake disk, a model of Loki, a key volume and a clock that survive the processes that die in it. */
import { createHash, createSecretKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { createLokiModel } from '../../test/loki-model.ts';
import type { LokiModel } from '../../test/loki-model.ts';
import { restoreRooms, watermarkGraceMs } from '../src/assemble.ts';
import { parseConfig } from '../src/config.ts';
import { sha256 } from '../src/keys/digest.ts';
import { openKeyLife } from '../src/keys/open-key-life.ts';
import type { KeyVolume } from '../src/keys/key-volume.ts';
import { createBodyBuilder, encodeMetadata } from '../src/loki/body.ts';
import { createDelivery } from '../src/loki/deliver.ts';
import type { Loki, PushOutcome } from '../src/loki/loki.ts';
import { createLokiOutput, headPrefix } from '../src/output-loki.ts';
import { decodeLine } from '../src/parse/decode-line.ts';
import { parseJson } from '../src/parse/parse-json.ts';
import type { OpenSource } from '../src/processor-tools.ts';
import type { Clock } from '../src/record.ts';
import type { Source } from '../src/read/source.ts';
import { doubtAtStart } from '../src/delivery-doubt.ts';
import { connect } from '../src/run-processor.ts';
import { createScrubber } from '../src/scrub/scrub.ts';
import type { Store } from '../src/store/store.ts';
import { createFakeDisk, SimulatedCrash } from '../src/store/memory-store.ts';
import type { FakeDisk } from '../src/store/memory-store.ts';

/** A line and the moment from which it stands in the file. */
export type WrittenLine = { readonly input: string; readonly writtenMs: number; readonly text: string };

export const config = parseConfig(
  JSON.stringify({
    anonymity_threshold: 3,
    inputs: [{ name: 'a', path: '/a', start_at: 'beginning' }, { name: 'b', path: '/b', start_at: 'beginning' }],
    sites: [{ name: 'paris', server_names: ['paris.example'], zone: 'Europe/Paris' }, { name: 'apia', server_names: ['apia.example'], zone: 'Pacific/Apia' }],
  }),
  'the simulation',
);

/** One process: it dies when its budget of steps is used up, and nothing it still waits for goes on. */
type Life = { budget: number; dead: boolean; /** Commits under way. */ committing: number; died: (error: Error) => void; stop: () => void };

const never = new Promise<never>(() => undefined);

export class World {
  readonly disk: FakeDisk = createFakeDisk();
  readonly loki: LokiModel;
  readonly #lines: readonly WrittenLine[];
  readonly #random: () => number;
  /** site/day -> the key; null once it was destroyed. */
  readonly #keys = new Map<string, KeyObject | null>();
  readonly keysMadeTwice: string[] = [];
  #timers: { atMs: number; resolve: () => void; life: Life }[] = [];
  #witness = 0;
  /** By then every day that has lines is over, and its receipt written. */
  readonly endMs: number;
  nowMs: number;
  crashes = 0;
  steps = 0;

  constructor(lines: readonly WrittenLine[], random: () => number, startMs: number) {
    this.#lines = lines;
    this.#random = random;
    this.nowMs = startMs;
    this.endMs = Math.max(...lines.map(({ writtenMs }) => writtenMs)) + 27 * 3_600_000;
    this.loki = createLokiModel({ nowMs: () => this.nowMs, blockBytes: 300 });
  }

  /** Runs one process until it ends by itself or dies after so many steps. @returns false when it died */
  async live(budget: number, faults: number): Promise<boolean> {
    const { promise: death, reject } = Promise.withResolvers<never>();
    death.catch(() => undefined);
    const life: Life = { budget, dead: false, committing: 0, died: reject, stop: () => undefined };
    const settled: { is: boolean } = { is: false };
    const run = Promise.race([this.#open(life, faults), death]).finally(() => (settled.is = true));
    run.catch(() => undefined);
    for (let idle = 0; ; ) {
      await new Promise(setImmediate);
      if (settled.is) break;
      // The clock jumps from wait to wait, and may only do so where nothing but waits is left: else hours pass while the disk works.
      if (life.committing > 0 && !life.dead) continue;
      const next = this.#timers.sort((left, right) => left.atMs - right.atMs).shift();
      idle = next === undefined ? idle + 1 : 0;
      if (idle > 50) throw new Error('the simulated process waits for nothing: a deadlock');
      if (next === undefined) continue;
      this.nowMs = Math.max(this.nowMs, Math.ceil(next.atMs));
      next.resolve();
    }
    try {
      await run;
      return true;
    } catch (error) {
      if (!(error instanceof SimulatedCrash)) throw error;
      this.#kill(life);
      this.crashes += 1;
      return false;
    }
  }

  /** The days whose key lives, by site. */
  livingKeys(): readonly string[] {
    return [...this.#keys].filter(([, key]) => key !== null).map(([name]) => name).sort();
  }

  #kill(life: Life): void {
    life.dead = true;
    this.disk.crash();
    this.#timers = this.#timers.filter((timer) => timer.life !== life);
  }

  /** One step of a process; the last one of its budget kills it. */
  #step(life: Life): Promise<void> {
    if (life.dead) return never;
    this.steps += 1;
    life.budget -= 1;
    if (life.budget > 0) return Promise.resolve();
    this.#kill(life);
    life.died(new SimulatedCrash('killed'));
    return never;
  }

  /** A deed with a step before and after it: a process can die without or with its effect. */
  async #deed<T>(life: Life, deed: () => Promise<T>): Promise<T> {
    await this.#step(life);
    const result = await deed();
    await this.#step(life);
    return result;
  }

  /** A disk that takes its time: what does not wait for it goes on meanwhile, such as the reading of the next batch. */
  async #slowly<T>(life: Life, deed: () => Promise<T>): Promise<T> {
    life.committing += 1;
    for (let turns = Math.floor(this.#random() * 4); turns > 0; turns -= 1) await new Promise(setImmediate);
    life.committing -= 1;
    return life.dead ? never : deed();
  }

  #clock(life: Life): Clock {
    return {
      nowMs: () => this.nowMs,
      sleep: async (milliseconds, signal) => {
        await this.#step(life);
        if (signal?.aborted === true) return;
        await new Promise<void>((resolve) => {
          this.#timers.push({ atMs: this.nowMs + milliseconds, resolve, life });
          signal?.addEventListener('abort', () => resolve());
        });
      },
    };
  }

  #volume(life: Life): KeyVolume {
    const name = (site: string, day: string): string => `${site}/${day}`;
    const keyOf = (text: string): KeyObject => createSecretKey(createHash('sha256').update(text).digest());
    return {
      identityKey: keyOf('identity'),
      identityIsNew: false,
      create: (site, day) =>
        this.#deed(life, () => {
          if (this.#keys.get(name(site, day)) === null) this.keysMadeTwice.push(name(site, day));
          const key = keyOf(name(site, day));
          this.#keys.set(name(site, day), key);
          return Promise.resolve(key);
        }),
      read: (site, day) => Promise.resolve(this.#keys.get(name(site, day)) ?? null),
      list: () =>
        Promise.resolve(
          [...this.#keys].filter(([, key]) => key !== null).map(([key]) => {
            const [site = '', day = ''] = key.split('/');
            return { site, day, writtenMs: this.nowMs };
          }),
        ),
      destroy: (site, day) => this.#deed(life, () => Promise.resolve(void this.#keys.set(name(site, day), null))),
    };
  }

  #source(life: Life, input: string, position: string | null): Source {
    const lines = this.#lines.filter((line) => line.input === input);
    let at = position === null ? 0 : Number(position);
    return {
      input,
      read: () =>
        this.#deed(life, () => {
          const found: string[] = [];
          while (found.length < 7 && (lines[at]?.writtenMs ?? Infinity) <= this.nowMs) found.push(lines[at++]?.text ?? '');
          const state = found.length === 7 ? 'more' : 'at_end';
          if (at === lines.length && this.nowMs > this.endMs) life.stop();
          return Promise.resolve({ input, bytes: Buffer.from(found.map((line) => `${line}\n`).join('')), position: String(at), state, lost: [] });
        }),
      lagBytes: () => 0,
      close: () => Promise.resolve(),
    };
  }

  /** Loki as the process sees it: some pushes fail before, some after they were stored. */
  #client(life: Life, faults: number): Loki {
    const trouble = (): Promise<PushOutcome> | null => {
      const draw = this.#random();
      if (draw < faults / 3) return Promise.resolve({ outcome: 'retry', why: 'simulated', answered: true });
      if (draw < (2 * faults) / 3) return Promise.resolve({ outcome: 'uncertain', why: 'simulated', answered: false });
      return null;
    };
    return {
      push: (payload) =>
        this.#deed(life, async () => {
          const before = trouble();
          if (before !== null) return before;
          const outcome = await this.loki.push(payload);
          return this.#random() < faults / 3 ? { outcome: 'uncertain', why: 'the reply was lost', answered: false } : outcome;
        }),
      queryStream: (stream, fromNs, toNs) => this.loki.queryStream(stream, fromNs, toNs),
      newestNs: (stream, fromNs, toNs) => this.#deed(life, () => this.loki.newestNs(stream, fromNs, toNs)),
      ready: () => this.#deed(life, () => Promise.resolve(true)),
    };
  }

  async #open(life: Life, faults: number): Promise<void> {
    const clock = this.#clock(life);
    const opened = this.disk.open();
    const bound: Store = {
      get head() { return opened.head; },
      get closedCleanly() { return opened.closedCleanly; },
      get outboxBytes() { return opened.outboxBytes; },
      commit: (change) => this.#deed(life, () => this.#slowly(life, () => opened.commit(change))),
      scan: (prefix) => opened.scan(prefix),
      bodies: () => (life.dead ? [] : opened.bodies()),
      payload: (id) => opened.payload(id),
      close: () => opened.close(),
    };
    const keyLife = await openKeyLife({ entries: opened.scan('key/'), volume: this.#volume(life), nowMs: this.nowMs });
    const rooms = restoreRooms({
      config, store: bound, keyLife, clock, scrub: createScrubber({}), versions: {}, sha256, graceMs: watermarkGraceMs,
      restored: this.#witness > opened.head, closed: () => undefined, lookUpCountry: (address) => (address.endsWith('.1') ? 'FR' : 'PT'),
    });
    const positions = new Map([...opened.scan('position/')].map(([key, value]) => [key.slice('position/'.length), value]));
    const lineNumbers = new Map([...opened.scan('line/')].map(([key, value]) => [key.slice('line/'.length), Number(value)]));
    let waiting: OpenSource[] = config.inputs.map(({ name }) => {
      const parse = (bytes: Buffer, start: number, end: number) => parseJson(decodeLine(bytes.subarray(start, end)));
      const input = { name, parse, site: null, lineNumber: lineNumbers.get(name) ?? 0, position: positions.get(name) ?? null };
      return { source: this.#source(life, name, input.position), inputs: new Map([[name, input]]), finished: false };
    });
    const doubt = doubtAtStart({ store: bound, restored: this.#witness > opened.head, watermarkMs: rooms.account.watermark.valueMs, nowMs: this.nowMs });
    const { processor } = connect({
      config, rooms, store: bound, keyLife, clock,
      output: createLokiOutput({ job: 'tidewatch', host: 'sim', createBodyBuilder, encodeMetadata, heads: opened.scan(headPrefix), maxAgeMs: 6 * 86_400_000 }),
      sources: { newSources: () => { const found = waiting; waiting = []; return Promise.resolve(found); }, problems: () => [], forget: () => undefined, oldestLineMs: () => Promise.resolve(null) },
      openDelivery: (acknowledge, failed) =>
        createDelivery({
          store: bound, client: this.#client(life, faults), clock, random: this.#random, observe: () => undefined, uncertainAtStart: doubt.uncertainAtStart, failed,
          acknowledge: (done) => this.#deed(life, () => acknowledge(done)),
        }),
      finishes: false, doubt: doubt.puts, witness: (head) => { this.#witness = head; },
      waiting: () => undefined, observeCommit: () => undefined, refused: () => undefined,
      options: { commitIntervalMs: 300_000, pollMs: 600_000, batchBytes: 4000, drainMs: 7_200_000 },
    });
    life.stop = () => processor.stop();
    await processor.run();
    opened.close();
  }
}
