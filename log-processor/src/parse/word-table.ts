/** Gives the same word for the same bytes, so that whatever was learnt of a field value is found again by one pointer and never computed twice. */

/** One distinct text of a field. `known` belongs to whoever walks the line; `next` is a guess of another field's word. */
export class Word<Known, Next = null> {
  readonly text: string;
  /** The word whose presence gives this one its meaning, such as the server name of a path. */
  readonly scope: object | null;
  readonly hash: number;
  /** Of the text; looking at the text itself would cost a fetch from memory. */
  readonly length: number;
  known: Known | null = null;
  next: Next | null = null;
  /** Where the bytes stand, as a count of 4-byte groups since the table began. */
  place: number;

  constructor(text: string, scope: object | null, at: { readonly hash: number; readonly place: number }) {
    this.text = text;
    this.length = text.length;
    this.scope = scope;
    this.hash = at.hash;
    this.place = at.place;
  }
}

/** Places looked at for one hash: a flood of equal hashes costs at most this, and pushes out only what shares them. */
const ways = 4;
const quote = 0x22;
/** Masks for the last 0 to 3 bytes of a text. */
const tailMasks = Int32Array.of(0, 0xff, 0xffff, 0xffffff);

/**
 * A fixed number of remembered words; printable ASCII only. The bytes lie in one ring: what was written longest ago is written over, and a
 * word whose bytes are gone is made anew. Every text must be followed by 4 bytes that can be read.
 */
export class WordTable<Known, Next = null> {
  readonly empty: Word<Known, Next>;
  readonly #words: (Word<Known, Next> | undefined)[];
  readonly #hashes: Int32Array;
  readonly #mask: number;
  readonly #ring: Int32Array;
  /** 4-byte groups written since the table began. */
  #written = 0;
  #next = 0;

  /** @param places how many words are remembered, a power of two; `ringBytes` of text are kept, a power of two over all lengths a text can have */
  constructor(places: number, ringBytes: number) {
    this.empty = new Word<Known, Next>('', null, { hash: 0, place: 0 });
    this.#words = Array.from({ length: places });
    this.#hashes = new Int32Array(places);
    this.#mask = places - 1;
    this.#ring = new Int32Array(ringBytes / 4);
  }

  /** Forgets every word and its bytes. */
  clear(): void {
    this.#words.fill(undefined);
    this.#hashes.fill(0);
    this.#ring.fill(0);
  }

  /** The word of `view[start .. end)`, which is not empty; `hash` is any hash of text and scope that is not 0. */
  // eslint-disable-next-line max-params -- an object per field would cost more than the call
  find(view: DataView, start: number, end: number, hash: number, scope: object | null): Word<Known, Next> {
    const first = (hash ^ (hash >>> 15)) & this.#mask & ~(ways - 1);
    for (let place = first; place < first + ways; place += 1) {
      if (this.#hashes[place] !== hash) continue;
      const word = this.#words[place];
      if (word !== undefined && word.scope === scope && word.length === end - start && this.endIfSame(word, view, start) === end) return word;
    }
    return this.#add(view, start, end, { hash, scope, first });
  }

  /** Where a field that starts here ends when it is exactly this word; -1 when it is not. */
  endIfSame(word: Word<Known, Next>, view: DataView, start: number): number {
    const ring = this.#ring;
    if (this.#written - word.place > ring.length) return -1; // its bytes are gone
    const end = start + word.length;
    if (end + 4 > view.byteLength || view.getUint8(end) !== quote) return -1;
    let at = word.place & (ring.length - 1);
    const whole = end - 3;
    let from = start;
    for (; from < whole; from += 4) {
      if (view.getInt32(from, true) !== ring[at]) return -1;
      at += 1;
    }
    const mask = tailMasks[end - from] ?? 0;
    if (mask !== 0 && (view.getInt32(from, true) & mask) !== ring[at]) return -1;
    if (this.#written - word.place > ring.length >> 1) word.place = this.#keep(view, start, end); // what is used stays
    return end;
  }

  #add(view: DataView, start: number, end: number, { hash, scope, first }: { hash: number; scope: object | null; first: number }): Word<Known, Next> {
    const text = Buffer.from(view.buffer, view.byteOffset + start, end - start).toString('latin1');
    const word = new Word<Known, Next>(text, scope, { hash, place: this.#keep(view, start, end) });
    const slot = first + this.#free(first);
    this.#words[slot] = word;
    this.#hashes[slot] = hash;
    return word;
  }

  /** A place of these that is free, or else the one whose turn it is. */
  #free(first: number): number {
    for (let way = 0; way < ways; way += 1) if (this.#hashes[first + way] === 0) return way;
    this.#next = (this.#next + 1) & (ways - 1);
    return this.#next;
  }

  /** Writes the bytes of a text into the ring, in one piece; answers where. */
  #keep(view: DataView, start: number, end: number): number {
    const ring = this.#ring;
    const groups = (end - start + 3) >> 2;
    const left = ring.length - (this.#written & (ring.length - 1));
    if (groups > left) this.#written += left;
    const place = this.#written;
    let at = place & (ring.length - 1);
    let from = start;
    for (; from < end - 3; from += 4) ring[at++] = view.getInt32(from, true);
    if (from < end) ring[at] = view.getInt32(from, true) & (tailMasks[end - from] ?? 0);
    this.#written += groups;
    return place;
  }
}
