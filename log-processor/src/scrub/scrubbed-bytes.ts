/** Scrubbed lines one behind the other in one growing buffer: most of a line is copied as it came, and no string is made of it. */

export class ScrubbedBytes {
  bytes: Buffer;
  end = 0;

  /** @param expected bytes of everything that will be written; more only costs a copy */
  constructor(expected: number) {
    this.bytes = Buffer.allocUnsafeSlow(Math.max(expected, 256));
  }

  copy(from: Buffer, start: number, end: number): void {
    if (start >= end) return;
    this.#reserve(end - start);
    from.copy(this.bytes, this.end, start, end);
    this.end += end - start;
  }

  write(text: string): void {
    this.#reserve(text.length * 3);
    this.end += this.bytes.write(text, this.end);
  }

  #reserve(more: number): void {
    if (this.end + more <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.end + more));
    this.bytes.copy(larger, 0, 0, this.end);
    this.bytes = larger;
  }
}
