/** A look at the state that is shown only once the commit it was taken with is durable, so that no crash takes back what somebody saw. */

export type Committed<T> = {
  /** With the changes of a commit: what is now will be shown when that is durable. */
  take(): void;
  /** The commit is durable. */
  settle(): void;
  /** Of the last durable commit; null before the first. */
  shown(): T | null;
};

/** How often it is looked: every look goes through what is open. */
const everyMs = 1000;

/** @param look reads the state; what it answers must not change later */
export function createCommitted<T>(look: (nowMs: number) => T, nowMs: () => number): Committed<T> {
  let taken: T | null = null;
  let shown: T | null = null;
  let dueMs = -Infinity;
  return {
    take() {
      const atMs = nowMs();
      // A clock that is set back makes the next look at once, not late.
      if (atMs < dueMs && atMs > dueMs - everyMs) return;
      dueMs = atMs + everyMs;
      taken = look(atMs);
    },
    settle() {
      shown = taken;
    },
    shown: () => shown,
  };
}
