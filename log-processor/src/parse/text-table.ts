/** Gives the same string for the same bytes, so that a field seen before costs no new string and every later cache finds it at once. */

/** Places looked at for one hash: a flood of equal hashes costs at most this, and pushes out only what shares them. */
const ways = 4;

/** A fixed number of remembered texts; ASCII only. */
export class TextTable {
  readonly #texts: string[];
  readonly #hashes: Int32Array;
  readonly #mask: number;
  #next = 0;

  /** @param places how many texts are remembered, a power of two */
  constructor(places: number) {
    this.#texts = Array.from({ length: places }, () => '');
    this.#hashes = new Int32Array(places);
    this.#mask = places - 1;
  }

  /** The text of these bytes; `hash` is any hash of them that is not 0. */
  textOf(bytes: Buffer, start: number, end: number, hash: number): string {
    const first = (hash ^ (hash >>> 15)) & this.#mask & ~(ways - 1);
    for (let place = first; place < first + ways; place += 1) {
      if (this.#hashes[place] === hash && isSame(this.#texts[place] ?? '', bytes, start, end)) return this.#texts[place] ?? '';
    }
    const text = bytes.toString('latin1', start, end);
    this.#next = (this.#next + 1) & (ways - 1);
    this.#texts[first + this.#next] = text;
    this.#hashes[first + this.#next] = hash;
    return text;
  }
}

function isSame(text: string, bytes: Buffer, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) !== bytes[start + index]) return false;
  return true;
}
