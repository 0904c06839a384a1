/** An exact set of visitor tokens as 64-bit prefixes with a few flags each: open addressing in typed arrays, 11 bytes a slot, because a day can have millions. */

/** Never filled above this share, so that probes stay short. */
const maxLoad = 0.6;

export class TokenTable {
  #capacity: number;
  #high: Uint32Array;
  #low: Uint32Array;
  /** 0 marks a free slot. */
  #flags: Uint8Array;
  #notes: Uint16Array;
  #size = 0;
  /** The token that was asked for last, parsed, and its slot: the same one is asked for several times in a row. */
  #token = '';
  #tokenHigh = 0;
  #tokenLow = 0;
  #tokenSlot = 0;

  constructor(capacity = 64) {
    this.#capacity = capacity;
    this.#high = new Uint32Array(capacity);
    this.#low = new Uint32Array(capacity);
    this.#flags = new Uint8Array(capacity);
    this.#notes = new Uint16Array(capacity);
  }

  get size(): number {
    return this.#size;
  }

  /** Flags (1 to 255) of the token whose first 16 hexadecimal digits these are; 0 when it is not there. */
  flagsOf(token: string): number {
    return this.#flags[this.#find(token)] ?? 0;
  }

  /** A number of the caller's own for the token; 0 unless it was set. */
  noteOf(token: string): number {
    return this.#notes[this.#find(token)] ?? 0;
  }

  /** Sets flags (added to those it has) and note of a token, which is there from then on. */
  set(token: string, flags: number, note: number): void {
    if (this.#size >= this.#capacity * maxLoad) this.#grow();
    const slot = this.#find(token);
    const old = this.#flags[slot] ?? 0;
    if (old === 0) this.#size += 1;
    this.#high[slot] = this.#tokenHigh;
    this.#low[slot] = this.#tokenLow;
    this.#flags[slot] = old | flags;
    this.#notes[slot] = note;
  }

  #find(token: string): number {
    if (token === this.#token) return this.#tokenSlot;
    this.#token = token;
    this.#tokenHigh = hexNumber(token, 0);
    this.#tokenLow = hexNumber(token, 8);
    this.#tokenSlot = this.#slotOf(this.#tokenHigh, this.#tokenLow);
    return this.#tokenSlot;
  }

  /** The token's slot, or the free one where it would go. A keyed hash is evenly spread, so its own bits are the hash. */
  #slotOf(high: number, low: number): number {
    let slot = low & (this.#capacity - 1);
    while (this.#flags[slot] !== 0 && (this.#low[slot] !== low || this.#high[slot] !== high)) {
      slot = (slot + 1) & (this.#capacity - 1);
    }
    return slot;
  }

  #grow(): void {
    const old = { high: this.#high, low: this.#low, flags: this.#flags, notes: this.#notes };
    this.#capacity *= 2;
    this.#high = new Uint32Array(this.#capacity);
    this.#low = new Uint32Array(this.#capacity);
    this.#flags = new Uint8Array(this.#capacity);
    this.#notes = new Uint16Array(this.#capacity);
    for (let from = 0; from < old.flags.length; from += 1) {
      const flags = old.flags[from] ?? 0;
      if (flags === 0) continue;
      const [high, low] = [old.high[from] ?? 0, old.low[from] ?? 0];
      const slot = this.#slotOf(high, low);
      this.#high[slot] = high;
      this.#low[slot] = low;
      this.#flags[slot] = flags;
      this.#notes[slot] = old.notes[from] ?? 0;
    }
    this.#tokenSlot = this.#slotOf(this.#tokenHigh, this.#tokenLow);
  }
}

/** Eight lower-case hexadecimal digits as an unsigned number. */
function hexNumber(token: string, from: number): number {
  let value = 0;
  for (let at = from; at < from + 8; at += 1) {
    const code = token.charCodeAt(at);
    value = (value << 4) | ((code & 15) + (code >> 6) * 9);
  }
  return value >>> 0;
}
