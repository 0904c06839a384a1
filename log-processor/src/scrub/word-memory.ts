/** Remembers what was said of words, found again by their bytes: no string is made for a word that was seen before. */

/** Words remembered in each of two generations, the bytes of all of them together, and those of the longest. */
const mostWords = 8_192;
const mostBytes = 524_288;
const longestWord = 480;
/** Places in the table, and numbers in each: the hash, where the bytes lie and how many they are, and the number of the word plus one (0: nothing is here). */
const places = mostWords * 2;
const width = 4;
/** Words seen once, by their hash alone: what never comes again takes no room from what does. */
const mostStrangers = 4_096;
/** Visitors choose words: whoever makes many fall onto one place only has them judged anew each time. */
const mostProbes = 8;
/** FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/), begun at a place of this process's own, so that nobody outside knows which words fall together. */
const prime = 0x01000193;

/** A word where it lies, with its hash by `hashOf`. */
export type HashedWord = { readonly bytes: Uint8Array; readonly start: number; readonly end: number; readonly hash: number };

export class WordMemory<Value> {
  readonly #seed = Math.trunc(Math.random() * 2 ** 32) | 0;
  #young = new Generation<Value>();
  #old = new Generation<Value>();
  readonly #strangers = new Int32Array(mostStrangers);
  readonly #limit: number;

  /** @param limit of words in a generation, for tests that want to see what happens beyond it */
  constructor(limit = mostWords) {
    this.#limit = Math.min(limit, mostWords);
  }

  hashOf(bytes: Uint8Array, start: number, end: number): number {
    let hash = this.#seed;
    for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), prime);
    return hash;
  }

  /** @param hash of the bytes from `start` to `end`, by `hashOf` */
  find(bytes: Uint8Array, start: number, end: number, hash: number): Value | undefined {
    return this.#young.find(bytes, start, end, hash) ?? this.#findOld(bytes, start, end, hash);
  }

  #findOld(bytes: Uint8Array, start: number, end: number, hash: number): Value | undefined {
    const value = this.#old.find(bytes, start, end, hash);
    if (value !== undefined) this.keep({ bytes, start, end, hash }, value);
    return value;
  }

  /** Takes a word that `find` does not know, the second time it is seen. */
  meet(word: HashedWord, value: Value): void {
    const place = word.hash & (mostStrangers - 1);
    if (this.#strangers[place] === word.hash) this.keep(word, value);
    else this.#strangers[place] = word.hash;
  }

  /** Takes a word that `find` does not know. */
  keep({ bytes, start, end, hash }: HashedWord, value: Value): void {
    if (end - start > longestWord) return;
    if (this.#young.size >= this.#limit || this.#young.usedBytes + end - start > mostBytes) {
      [this.#young, this.#old] = [this.#old, this.#young];
      this.#young.clear();
    }
    this.#young.keep({ bytes, start, end, hash }, value);
  }

  /** Also of words seen once: whoever guesses one could find its hash again. */
  clear(): void {
    this.#young.clear();
    this.#old.clear();
    this.#strangers.fill(0);
  }
}

class Generation<Value> {
  readonly #table = new Int32Array(places * width);
  readonly #bytes = new Uint8Array(mostBytes);
  readonly #values: Value[] = [];
  usedBytes = 0;

  get size(): number {
    return this.#values.length;
  }

  find(bytes: Uint8Array, start: number, end: number, hash: number): Value | undefined {
    const table = this.#table;
    let place = placeOf(hash);
    for (let probe = 0; probe < mostProbes; probe += 1) {
      const word = table[place + 3] ?? 0;
      if (word === 0) return undefined;
      if (table[place] === hash && table[place + 2] === end - start && this.#isSame(table[place + 1] ?? 0, bytes, start, end)) return this.#values[word - 1];
      place = nextTo(place);
    }
    return undefined;
  }

  keep({ bytes, start, end, hash }: HashedWord, value: Value): void {
    const table = this.#table;
    let place = placeOf(hash);
    for (let probe = 1; probe < mostProbes && table[place + 3] !== 0; probe += 1) place = nextTo(place);
    // Where all are taken the last one gives way: a word that comes in every line must not be judged in every line.
    table[place] = hash;
    table[place + 1] = this.usedBytes;
    table[place + 2] = end - start;
    table[place + 3] = this.#values.push(value);
    for (let at = start; at < end; at += 1) this.#bytes[this.usedBytes++] = bytes[at] ?? 0;
  }

  clear(): void {
    this.#table.fill(0);
    this.#bytes.fill(0, 0, this.usedBytes);
    this.#values.length = 0;
    this.usedBytes = 0;
  }

  #isSame(from: number, bytes: Uint8Array, start: number, end: number): boolean {
    const own = this.#bytes;
    let other = from;
    for (let at = start; at < end; at += 1) if (bytes[at] !== own[other++]) return false;
    return true;
  }
}

const placeOf = (hash: number): number => ((hash ^ (hash >>> 15)) & (places - 1)) * width;
const nextTo = (place: number): number => (place + width) & (places * width - 1);
