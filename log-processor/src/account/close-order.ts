/** The order in which visits close: a heap by end time that learns of later ends only when an entry comes up, so that a line costs it nothing. */

/**
 * Entries are pushed with their end; `endOf` tells the end they have now, or null for one to be forgotten. An end must not fall once its
 * entry came up: visits keep to this, because a line that could split one over a second midnight is late by then (its day is closed).
 */
export class CloseOrder<T> {
  readonly #ends: number[] = [];
  readonly #items: T[] = [];
  readonly #endOf: (item: T) => number | null;

  constructor(endOf: (item: T) => number | null) {
    this.#endOf = endOf;
  }

  /** Milliseconds since 1970 before which nothing is due; Infinity when empty. */
  get earliestMs(): number {
    return this.#ends[0] ?? Infinity;
  }

  push(item: T, endMs: number): void {
    let at = this.#ends.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((this.#ends[parent] ?? -Infinity) <= endMs) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#ends[at] = endMs;
    this.#items[at] = item;
  }

  /** Takes all entries that share the earliest true end before the limit; empty when nothing is due. */
  takeEarliest(beforeMs: number): T[] {
    const group: T[] = [];
    let groupMs = Infinity;
    for (let endMs = this.earliestMs; endMs < beforeMs && endMs <= groupMs; endMs = this.earliestMs) {
      const item = this.#pop();
      if (item === undefined) break;
      const trueEndMs = this.#endOf(item);
      if (trueEndMs === null) continue;
      if (trueEndMs > endMs) {
        this.push(item, trueEndMs);
        continue;
      }
      group.push(item);
      groupMs = endMs;
    }
    return group;
  }

  #pop(): T | undefined {
    const top = this.#items[0];
    const endMs = this.#ends.pop();
    const item = this.#items.pop();
    if (endMs === undefined || item === undefined || this.#ends.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if ((this.#ends[child + 1] ?? Infinity) < (this.#ends[child] ?? Infinity)) child += 1;
      if ((this.#ends[child] ?? Infinity) >= endMs) break;
      this.#move(child, at);
      at = child;
    }
    this.#ends[at] = endMs;
    this.#items[at] = item;
    return top;
  }

  #move(from: number, to: number): void {
    const endMs = this.#ends[from];
    const item = this.#items[from];
    if (endMs === undefined || item === undefined) return;
    this.#ends[to] = endMs;
    this.#items[to] = item;
  }
}
