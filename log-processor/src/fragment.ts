/** Texts that come again and again, kept as bytes in one piece of memory: copying them eight bytes at a time costs less than encoding a string each time. */

/** Copying a text overwrites up to so many bytes behind it. */
export const spillBytes = 7;

/** Bytes kept before the owner is asked to forget; longer texts than that are kept all the same. */
const fullBytes = 2_097_152;

/** Every text is one number: where its length stands, followed by its bytes. */
export class Fragments {
  #groups = new BigInt64Array(512);
  /** The same memory; a length takes the first half of its group. */
  #lengths = new Int32Array(this.#groups.buffer);
  /** In groups of eight bytes. */
  #end = 0;
  #fixed = 0;

  /** Keeps a text as UTF-8. @returns its number */
  keep(text: string): number {
    const length = Buffer.byteLength(text);
    const place = this.#end;
    this.#end = place + 1 + ((length + 7) >> 3);
    if (this.#end > this.#groups.length) this.#grow();
    this.#lengths[place * 2] = length;
    Buffer.from(this.#groups.buffer).write(text, (place + 1) * 8);
    return place;
  }

  /** What is kept so far outlives `forget`. */
  fix(): void {
    this.#fixed = this.#end;
  }

  /** Time to forget, together with whoever knows the numbers. */
  get isFull(): boolean {
    return this.#end * 8 > fullBytes;
  }

  /** Every number but the fixed ones means another text from now on. */
  forget(): void {
    this.#end = this.#fixed;
  }

  /** Copies a text; `spillBytes` behind it must be free. @returns where it ends */
  put(view: DataView, at: number, place: number): number {
    const groups = this.#groups;
    const end = at + (this.#lengths[place * 2] ?? 0);
    let from = place + 1;
    for (let to = at; to < end; to += 8) {
      view.setBigInt64(to, groups[from] ?? 0n, true);
      from += 1;
    }
    return end;
  }

  #grow(): void {
    const larger = new BigInt64Array(Math.max(this.#end, this.#groups.length * 2));
    larger.set(this.#groups);
    this.#groups = larger;
    this.#lengths = new Int32Array(larger.buffer);
  }
}
