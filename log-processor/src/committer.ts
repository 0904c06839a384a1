/** One commit: gathers every change since the last, makes it durable together or not at all, and only then lets anything act on it. */
import type { Clock, Put } from './record.ts';
import { StoreUnavailable } from './store/store.ts';
import type { Body, Store, StoredBody } from './store/store.ts';

/** A body Loki has dealt with: what arrived and what it refuses for ever. */
export type Done = { readonly body: StoredBody; readonly deliveredLines: number; readonly refusedLines: number };

/** Another process committed to this state: this one must stop at once. */
export class Fenced extends Error {}

export type CommitterTools = {
  store: Store;
  clock: Clock;
  /** Seals what was put out before the call; called again for the same after it failed. @throws StoreUnavailable */
  seal(): Promise<{ bodies: readonly Body[]; puts: readonly Put[] }>;
  /** Counts what Loki has dealt with. */
  count(done: Done): void;
  /** Every other change of the state up to now, taken exactly once. */
  takeChanges(): Put[];
  /** Runs when the commit is durable. */
  settled(head: number): Promise<void>;
  /** Says that the state cannot be written and why; null when it can again. */
  waiting(reason: string | null): void;
  observeSeconds(seconds: number): void;
};

export class Committer {
  readonly #tools: CommitterTools;
  #acknowledged: { readonly done: Done; readonly resolve: () => void }[] = [];
  #underWay: Promise<void> = Promise.resolve();
  #isHeldUp = false;

  constructor(tools: CommitterTools) {
    this.#tools = tools;
  }

  /** Hands in a body for the next commit; resolves when its removal is durable. */
  acknowledge(done: Done): Promise<void> {
    return new Promise((resolve) => this.#acknowledged.push({ done, resolve }));
  }

  /** True while an acknowledgement waits for its commit. */
  get pending(): boolean {
    return this.#acknowledged.length > 0;
  }

  /** True while the disk takes nothing: then nothing may be read either. */
  get isHeldUp(): boolean {
    return this.#isHeldUp;
  }

  /**
   * Begins a commit of everything up to now, as soon as the one before is durable; does not wait for the disk, so that lines of the next commit can be read.
   * @throws Fenced when the one before was
   */
  async begin(): Promise<void> {
    await this.#underWay;
    this.#underWay = this.#commit();
    this.#underWay.catch(() => undefined); // told by `settle` and by the next `begin`
  }

  /** Resolves when the commit under way is durable. @throws Fenced */
  settle(): Promise<void> {
    return this.#underWay;
  }

  async #commit(): Promise<void> {
    const { store, clock, ...tools } = this.#tools;
    // Nothing waits between here and the last change taken: lines read later belong to the next commit.
    const sealing = tools.seal();
    const taken = this.#acknowledged;
    this.#acknowledged = [];
    for (const { done } of taken) tools.count(done);
    const expectedHead = store.head;
    const changes = tools.takeChanges();
    const sealed = await this.#patiently((attempt) => (attempt === 0 ? sealing : tools.seal()));
    const change = { expectedHead, puts: [...changes, ...sealed.puts], bodies: sealed.bodies, delivered: taken.map(({ done }) => done.body.id) };
    const startedMs = clock.nowMs();
    if ((await this.#patiently(() => store.commit(change))) === 'fenced') {
      throw new Fenced('another process writes this state; stop one of the two');
    }
    tools.observeSeconds(Math.max(0, clock.nowMs() - startedMs) / 1000); // a clock may be set back
    await tools.settled(store.head);
    for (const { resolve } of taken) resolve();
  }

  /** A disk that is full or away is waited for: reading and pushing stop, nothing is lost. */
  async #patiently<T>(deed: (attempt: number) => Promise<T>): Promise<T> {
    for (let [attempt, waitMs] = [0, 200]; ; attempt += 1, waitMs = Math.min(waitMs * 2, 10_000)) {
      try {
        const result = await deed(attempt);
        this.#isHeldUp = false;
        this.#tools.waiting(null);
        return result;
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        this.#isHeldUp = true;
        this.#tools.waiting(error.message);
        await this.#tools.clock.sleep(waitMs);
      }
    }
  }
}
