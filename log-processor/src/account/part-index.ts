/** Finds the newest part of a visitor's token: open addressing over row numbers, 8 bytes a slot, because a Map with 100,000 strings is slow and large. */
import { noPart, txt, type Part, type PartRows } from './part-rows.ts';

/** Never filled above this share, so that probes stay short. */
const maxLoad = 0.5;

export class PartIndex {
  readonly #rows: PartRows;
  #capacity = 64;
  /** Hash and part + 1 of each slot; 0 marks a free one. */
  #slots = new Int32Array(2 * this.#capacity);
  #size = 0;

  constructor(rows: PartRows) {
    this.#rows = rows;
  }

  /** `noPart` when the token has none. */
  get(token: string): Part {
    return this.#partIn(this.#slotOf(token, hashOf(token)));
  }

  set(token: string, part: Part): void {
    const hash = hashOf(token);
    let slot = this.#slotOf(token, hash);
    if (this.#partIn(slot) === noPart) {
      if (this.#size >= this.#capacity * maxLoad) {
        this.#grow();
        slot = this.#slotOf(token, hash);
      }
      this.#size += 1;
    }
    this.#put(slot, hash, part);
  }

  /** Takes the token out; its row must still hold it. */
  delete(token: string): void {
    let hole = this.#slotOf(token, hashOf(token));
    if (this.#partIn(hole) === noPart) return;
    this.#size -= 1;
    // What was displaced by the token moves up, so that no probe ends too soon (Knuth, vol. 3, 6.4, algorithm R).
    const mask = this.#capacity - 1;
    for (let slot = (hole + 1) & mask; this.#partIn(slot) !== noPart; slot = (slot + 1) & mask) {
      const home = this.#hashIn(slot) & mask;
      if (((slot - home) & mask) < ((slot - hole) & mask)) continue;
      this.#put(hole, this.#hashIn(slot), this.#partIn(slot));
      hole = slot;
    }
    this.#put(hole, 0, noPart);
  }

  /** The newest part of every token. */
  *parts(): Generator<Part> {
    for (let slot = 0; slot < this.#capacity; slot += 1) {
      const part = this.#partIn(slot);
      if (part !== noPart) yield part;
    }
  }

  /** The token's slot, or the free one where it would go. */
  #slotOf(token: string, hash: number): number {
    const mask = this.#capacity - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const part = this.#partIn(slot);
      if (part === noPart || (this.#hashIn(slot) === hash && this.#rows.text(part, txt.token) === token)) return slot;
    }
  }

  #hashIn(slot: number): number {
    return this.#slots[2 * slot] ?? 0;
  }

  #partIn(slot: number): Part {
    return (this.#slots[2 * slot + 1] ?? 0) - 1;
  }

  #put(slot: number, hash: number, part: Part): void {
    this.#slots[2 * slot] = hash;
    this.#slots[2 * slot + 1] = part + 1;
  }

  #grow(): void {
    const old = this.#slots;
    this.#capacity *= 2;
    this.#slots = new Int32Array(2 * this.#capacity);
    const mask = this.#capacity - 1;
    for (let at = 0; at < old.length; at += 2) {
      const part = (old[at + 1] ?? 0) - 1;
      if (part === noPart) continue;
      const hash = old[at] ?? 0;
      let slot = hash & mask;
      while (this.#partIn(slot) !== noPart) slot = (slot + 1) & mask;
      this.#put(slot, hash, part);
    }
  }
}

/** The first 28 bits of a token in hexadecimal digits: a keyed hash is evenly spread. */
function hashOf(token: string): number {
  let hash = 0;
  for (let at = 0; at < 7; at += 1) {
    const code = token.charCodeAt(at);
    hash = (hash << 4) | ((code & 15) + (code >> 6) * 9);
  }
  return hash;
}
