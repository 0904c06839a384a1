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
  /** Seals the output. @throws StoreUnavailable */
  seal(): Promise<{ bodies: readonly Body[]; puts: readonly Put[] }>;
  /** Counts what Loki has dealt with. */
  count(done: Done): void;
  /** Every other change of the state, taken exactly once. */
  takeChanges(): Put[];
  /** Runs when the commit is durable. */
  settled(head: number): Promise<void>;
  /** Says that the state cannot be written and why; null when it can again. */
  waiting(reason: string | null): void;
  observeSeconds(seconds: number): void;
};

export type Committer = {
  /** Hands in a body for the next commit; resolves when its removal is durable. */
  acknowledge(done: Done): Promise<void>;
  /** True while an acknowledgement waits for its commit. */
  readonly pending: boolean;
  /** @throws Fenced */
  commit(): Promise<void>;
};

export function createCommitter(tools: CommitterTools): Committer {
  let acknowledged: { done: Done; resolve: () => void }[] = [];

  /** A disk that is full or away is waited for: reading and pushing stop, nothing is lost. */
  const patiently = async <T>(attempt: () => Promise<T>): Promise<T> => {
    for (let waitMs = 200; ; waitMs = Math.min(waitMs * 2, 10_000)) {
      try {
        const result = await attempt();
        tools.waiting(null);
        return result;
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        tools.waiting(error.message);
        await tools.clock.sleep(waitMs);
      }
    }
  };

  return {
    acknowledge: (done) => new Promise<void>((resolve) => acknowledged.push({ done, resolve })),
    get pending() {
      return acknowledged.length > 0;
    },
    async commit() {
      const sealed = await patiently(tools.seal);
      const taken = acknowledged;
      acknowledged = [];
      for (const { done } of taken) tools.count(done);
      const change = {
        expectedHead: tools.store.head,
        puts: [...tools.takeChanges(), ...sealed.puts],
        bodies: sealed.bodies,
        delivered: taken.map(({ done }) => done.body.id),
      };
      const startedMs = tools.clock.nowMs();
      if ((await patiently(() => tools.store.commit(change))) === 'fenced') {
        throw new Fenced('another process writes this state; stop one of the two');
      }
      tools.observeSeconds((tools.clock.nowMs() - startedMs) / 1000);
      await tools.settled(tools.store.head);
      for (const { resolve } of taken) resolve();
    },
  };
}
