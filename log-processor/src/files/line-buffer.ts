/** Bytes on their way to a file: filled in place, handed over whole when they are to be written, and filled again. */

const smallestBytes = 65_536;
/** A buffer that would grow over this is handed over and another one is filled. */
const fullBytes = 262_144;
/** Written buffers kept to be filled again. */
const mostSpare = 32;

export class LineBuffer {
  bytes: Buffer = Buffer.allocUnsafeSlow(smallestBytes);
  view: DataView = viewOf(this.bytes);
  /** Where the next byte goes. */
  end = 0;
  readonly #full: (filled: Buffer) => void;
  readonly #spare: Buffer[] = [];

  /** @param full takes what was filled, whole lines only; hand it back with `giveBack` when it is written */
  constructor(full: (filled: Buffer) => void) {
    this.#full = full;
  }

  /** Makes room for so many bytes after `end`; to be called between lines. */
  reserve(bytes: number): void {
    if (this.end + bytes <= this.bytes.length) return;
    if (this.end > 0 && this.bytes.length * 2 > fullBytes) this.handOver();
    if (this.end + bytes <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.end + bytes));
    this.bytes.copy(larger, 0, 0, this.end);
    this.#use(larger, this.end);
  }

  /** Hands over what was filled, if anything; the buffer is empty afterwards. */
  handOver(): void {
    if (this.end === 0) return;
    const filled = this.bytes.subarray(0, this.end);
    this.#use(this.#spare.pop() ?? Buffer.allocUnsafeSlow(this.bytes.length), 0);
    this.#full(filled);
  }

  giveBack(filled: Buffer): void {
    if (this.#spare.length < mostSpare && filled.buffer.byteLength >= this.bytes.length) this.#spare.push(Buffer.from(filled.buffer));
  }

  #use(bytes: Buffer, end: number): void {
    this.bytes = bytes;
    this.view = viewOf(bytes);
    this.end = end;
  }
}

const viewOf = (bytes: Buffer): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
