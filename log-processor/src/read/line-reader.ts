/** Reads whole lines from bytes by offset, and notices when the bytes before the offset are no longer the ones it read. */
import { cutLines } from './cut-lines.ts';
import type { Cut, Window } from './cut-lines.ts';
import type { Bytes } from './file-bytes.ts';
import { tailBytes } from './file-identity.ts';

/** One buffer that all readers of a source take turns with; it grows to what was asked for and stays. */
export type ReadBuffer = { buffer: Buffer };

export type Lines = {
  /** Whole lines; valid until the next read with the same buffer. */
  readonly bytes: Buffer;
  readonly nulBytes: number;
  /** True where the input had no more bytes than these. */
  readonly atEnd: boolean;
};

const noBytes = Buffer.alloc(0);
const smallestBuffer = 16_384;

export class LineReader {
  readonly #bytes: Bytes;
  readonly #read: ReadBuffer;
  readonly #maxLineBytes: number;
  readonly #tail = Buffer.alloc(tailBytes);
  #tailLength = 0;
  #offset = 0;
  #seen = 0;
  #skipping = false;

  constructor(bytes: Bytes, options: { read: ReadBuffer; maxLineBytes: number }) {
    this.#bytes = bytes;
    this.#read = options.read;
    this.#maxLineBytes = options.maxLineBytes;
  }

  /** Input offset of the first byte that is not given out yet. */
  get offset(): number {
    return this.#offset;
  }

  /** Input offset up to which bytes were looked at: more than `offset` where a line waits for its end. */
  get seen(): number {
    return this.#seen;
  }

  get skipping(): boolean {
    return this.#skipping;
  }

  /** The up to 256 bytes before the offset. */
  get tail(): Buffer {
    return this.#tail.subarray(0, this.#tailLength);
  }

  /** Goes to an offset. Answers false where the input is shorter. */
  async seek(offset: number, skipping: boolean): Promise<boolean> {
    const length = Math.min(tailBytes, offset);
    const count = await this.#bytes.readAt(this.#tail.subarray(0, length), offset - length);
    if (count < length) return false;
    this.#tailLength = length;
    this.#offset = offset;
    this.#seen = offset;
    this.#skipping = skipping;
    return true;
  }

  /**
   * Up to about `maxBytes` of whole lines; with `last`, a last line without `\n` counts as whole.
   * Answers `changed` where the bytes before the offset are other ones than those that were read: the input was rewritten. At offset 0,
   * where there are none, the input has to begin with `head`.
   */
  async next(maxBytes: number, last: boolean, head?: Buffer): Promise<Lines | 'changed'> {
    const longest = this.#maxLineBytes + 2;
    let asked = Math.max(1, maxBytes);
    let nulBytes = 0;
    for (;;) {
      const length = await this.#fill(asked, head);
      if (length === 'changed') return 'changed';
      const follow = length === asked ? 'now' : last ? 'never' : 'later';
      const cut = this.#cut(length, follow);
      nulBytes += cut.nulBytes;
      const isFound = cut.to > cut.from || (cut.consumed === 0 && asked >= longest);
      if (isFound || follow !== 'now') return this.#take(cut, nulBytes, follow !== 'now');
      // A hole or the rest of a too long line was passed: an empty answer would say that nothing follows.
      if (cut.consumed > 0) this.#take(cut, nulBytes, false);
      else asked = longest;
    }
  }

  #cut(length: number, follow: Window['follow']): Cut {
    const start = this.#tailLength;
    const { buffer } = this.#read;
    const { skipping } = this;
    const cut = cutLines({ buffer, start, end: start + length, maxLineBytes: this.#maxLineBytes, skipping, follow });
    // After something was cut the rest has to be cut too before it is known to hold no line.
    this.#seen = this.#offset + (cut.consumed > 0 ? cut.consumed : length);
    return cut;
  }

  async #fill(asked: number, head: Buffer = noBytes): Promise<number | 'changed'> {
    const start = this.#tailLength;
    const known = start > 0 ? this.tail : head.subarray(0, this.#offset > 0 ? 0 : asked);
    const needed = start + asked + 1;
    // In powers of two, so that a file that grows by little does not cost a new buffer each time.
    if (this.#read.buffer.length < needed) this.#read.buffer = Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(Math.max(needed, smallestBuffer))));
    const window = this.#read.buffer.subarray(0, start + asked);
    const count = await this.#bytes.readAt(window, this.#offset - start);
    if (count < known.length || !known.equals(window.subarray(0, known.length))) return 'changed';
    return count - start;
  }

  #take(cut: Cut, nulBytes: number, atInputEnd: boolean): Lines {
    const { buffer } = this.#read;
    const from = this.#offset === 0 ? afterByteOrderMark(buffer, cut) : cut.from;
    const end = this.#tailLength + cut.consumed;
    const begin = Math.max(0, end - tailBytes);
    buffer.copy(this.#tail, 0, begin, end);
    this.#tailLength = end - begin;
    this.#offset += cut.consumed;
    this.#skipping = cut.skipping;
    const bytes = cut.to > from ? buffer.subarray(from, cut.to) : noBytes;
    return { bytes, nulBytes, atEnd: atInputEnd && cut.consumed === 0 };
  }
}

const byteOrderMark = Buffer.of(0xef, 0xbb, 0xbf);

/** Where the text begins: some editors and converters put a mark before the first line of a file, which is none of its bytes. */
function afterByteOrderMark(buffer: Buffer, { from, to }: Cut): number {
  const isMarked = to - from > byteOrderMark.length && buffer.subarray(from, from + byteOrderMark.length).equals(byteOrderMark);
  return isMarked ? from + byteOrderMark.length : from;
}
