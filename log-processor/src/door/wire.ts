/** Reads protobuf messages that strangers wrote: every length is checked against what is there, unknown fields are skipped, and nothing is allocated for a promise. */

/** The message is not what it says it is. Holds nothing of it. */
export class Malformed extends Error {}

/** A varint of more than 53 bits reads as this: no time, length or count of ours is so large. */
export const tooLarge = Number.POSITIVE_INFINITY;

/** Walks over the fields of one message between two places of a buffer. */
export class Fields {
  readonly bytes: Buffer;
  #end: number;
  #at: number;
  /** Of the field that `next` found: its number, its wire type (0 number, 2 bytes), and its number or where its bytes lie. */
  field = 0;
  kind = 0;
  value = 0;
  start = 0;
  end = 0;

  constructor(bytes: Buffer, start: number, end: number) {
    this.bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  /** Goes on with another message of the same buffer. */
  walk(start: number, end: number): void {
    this.#at = start;
    this.#end = end;
  }

  /** Moves to the next field. @returns false at the end of the message @throws Malformed */
  next(): boolean {
    if (this.#at >= this.#end) return false;
    const tag = this.#varint();
    this.field = Math.floor(tag / 8);
    this.kind = tag % 8;
    if (this.field < 1 || this.field > 536_870_911) throw new Malformed('a field without a number');
    if (this.kind === 0) this.value = this.#varint();
    else if (this.kind === 2) this.#span(this.#varint());
    else if (this.kind === 1) this.#span(8);
    else if (this.kind === 5) this.#span(4);
    else throw new Malformed('a wire type that protobuf does not have any more');
    return true;
  }

  /** The bytes of the field as text; what is no UTF-8 becomes U+FFFD. */
  text(): string {
    return this.bytes.toString('utf8', this.start, this.end);
  }

  #span(length: number): void {
    if (length > this.#end - this.#at) throw new Malformed('a field that is longer than its message');
    this.start = this.#at;
    this.#at += length;
    this.end = this.#at;
  }

  /** Up to ten bytes, as the wire format has it. */
  #varint(): number {
    const first = this.#at < this.#end ? (this.bytes[this.#at] ?? 0x80) : 0x80;
    if (first < 0x80) {
      this.#at += 1;
      return first;
    }
    let value = 0;
    let factor = 1;
    for (let count = 0; count < 10; count += 1) {
      if (this.#at >= this.#end) throw new Malformed('a number that has no end');
      const byte = this.bytes[this.#at] ?? 0;
      this.#at += 1;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value <= Number.MAX_SAFE_INTEGER ? value : tooLarge;
      factor *= 0x80;
    }
    throw new Malformed('a number of more than ten bytes');
  }
}
