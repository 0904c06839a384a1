/** The order in which visits close: a heap by end time that learns of later ends only when an entry comes up, so that a line costs it nothing. */

/** Answers the end an entry has now, or `forgotten` for one that is to be dropped. Asked once each time the entry comes up. */
export type EndOf = (item: number) => number;
export const forgotten = -Infinity;

/**
 * Entries are numbers, pushed with their end. An end must not fall once its entry came up: visits keep to this, because a line that could
 * split one over a second midnight is late by then (its day is closed). Typed arrays, 12 bytes an entry.
 */
export class CloseOrder {
  #ends = new Float64Array(64);
  #items = new Int32Array(64);
  #size = 0;
  readonly #endOf: EndOf;

  constructor(endOf: EndOf) {
    this.#endOf = endOf;
  }

  /** Milliseconds since 1970 before which nothing is due; Infinity when empty. */
  get earliestMs(): number {
    return this.#size === 0 ? Infinity : this.#endAt(0);
  }

  push(item: number, endMs: number): void {
    if (this.#size === this.#items.length) this.#grow();
    let at = this.#size;
    this.#size += 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#endAt(parent) <= endMs) break;
      this.#put(at, this.#itemAt(parent), this.#endAt(parent));
      at = parent;
    }
    this.#put(at, item, endMs);
  }

  /** Takes all entries that share the earliest true end before the limit; empty when nothing is due. */
  takeEarliest(beforeMs: number): number[] {
    const group: number[] = [];
    let groupMs = Infinity;
    for (let endMs = this.earliestMs; endMs < beforeMs && endMs <= groupMs; endMs = this.earliestMs) {
      const item = this.#itemAt(0);
      const trueEndMs = this.#endOf(item);
      if (trueEndMs > endMs) {
        this.#sink(item, trueEndMs);
        continue;
      }
      this.#dropTop();
      if (trueEndMs === forgotten) continue;
      group.push(item);
      groupMs = endMs;
    }
    return group;
  }

  #dropTop(): void {
    this.#size -= 1;
    if (this.#size > 0) this.#sink(this.#itemAt(this.#size), this.#endAt(this.#size));
  }

  /** Puts an entry in the place of the top, and down to where it belongs. */
  #sink(item: number, endMs: number): void {
    let at = 0;
    for (let child = 1; child < this.#size; child = 2 * at + 1) {
      if (child + 1 < this.#size && this.#endAt(child + 1) < this.#endAt(child)) child += 1;
      if (this.#endAt(child) >= endMs) break;
      this.#put(at, this.#itemAt(child), this.#endAt(child));
      at = child;
    }
    this.#put(at, item, endMs);
  }

  #endAt(at: number): number {
    return this.#ends[at] ?? Infinity;
  }

  #itemAt(at: number): number {
    return this.#items[at] ?? 0;
  }

  #put(at: number, item: number, endMs: number): void {
    this.#items[at] = item;
    this.#ends[at] = endMs;
  }

  #grow(): void {
    const [ends, items] = [this.#ends, this.#items];
    this.#ends = new Float64Array(ends.length * 2);
    this.#items = new Int32Array(items.length * 2);
    this.#ends.set(ends);
    this.#items.set(items);
  }
}
