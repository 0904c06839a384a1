/** Reads the fields of a line of nginx/log-format.conf one after another straight from its bytes, four at a time: a byte each costs three times as much. */
import { contractFields } from './fields.ts';
import type { Word, WordTable } from './word-table.ts';

const quote = 0x22;
const dot = 0x2e;
const zero = 0x30;
const newline = 0x0a;

/** What stands before each field and after the last: groups of 4 bytes, and the rest under a mask. */
type Separator = { readonly groups: Int32Array; readonly mask: number; readonly rest: number; readonly length: number };
const separators: readonly Separator[] = [...contractFields.map((name, index) => `${index === 0 ? '{' : '",'}"${name}":"`), '"}'].map((text) => {
  const bytes = Buffer.from(`${text}\0\0\0\0`);
  const whole = text.length >> 2;
  const mask = [0, 0xff, 0xffff, 0xffffff][text.length & 3] ?? 0;
  return { groups: Int32Array.from({ length: whole }, (_, group) => bytes.readInt32LE(group * 4)), mask, rest: bytes.readInt32LE(whole * 4) & mask, length: text.length };
});

/** A word by which others are told apart. */
type Scope = { readonly hash: number };

/** Bytes that may be looked at behind the place where the line is read. */
const lookAhead = 8;
/** The place of a line that is not as expected. */
const nowhere = -1;

export class FieldReader {
  readonly #seed: number;
  #bytes: Buffer = Buffer.alloc(0);
  #view: DataView = new DataView(new ArrayBuffer(0));
  /** Where the line is read, or `nowhere`. */
  #at = 0;
  /** Where the bytes that may be read end. */
  #end = 0;
  #hash = 0;

  /** @param seed a random number that nobody outside knows, so that nobody can choose texts with equal hashes */
  constructor(seed: number) {
    this.#seed = seed;
  }

  /** True where something was not as expected; everything read since `begin` is void then. */
  get failed(): boolean {
    return this.#at === nowhere;
  }

  begin(bytes: Buffer, start: number): void {
    this.#at = start;
    if (bytes === this.#bytes) return;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, Math.min(bytes.length + 64, bytes.buffer.byteLength - bytes.byteOffset));
    this.#end = Math.min(bytes.length, this.#view.byteLength - lookAhead);
  }

  /** The place of the `\n` after the last separator, or -1. */
  lineEnd(): number {
    this.separator(contractFields.length);
    return this.#at !== nowhere && this.#at < this.#end && this.#view.getUint8(this.#at) === newline ? this.#at : -1;
  }

  /** Steps over what stands before a field. */
  separator(field: number): void {
    const expected = separators[field];
    let at = this.#at;
    if (at === nowhere || expected === undefined) return;
    if (at + expected.length > this.#end) {
      this.#at = nowhere;
      return;
    }
    const { groups, mask, rest } = expected;
    for (let group = 0; group < groups.length; group += 1) {
      if (this.#view.getInt32(at, true) !== groups[group]) {
        this.#at = nowhere;
        return;
      }
      at += 4;
    }
    this.#at = (this.#view.getInt32(at, true) & mask) === rest ? this.#at + expected.length : nowhere;
  }

  word<Known, Next>(field: number, table: WordTable<Known, Next>, scope: Scope | null, most: number): Word<Known, Next> {
    this.separator(field);
    const start = this.#at;
    if (start === nowhere || this.#view.getUint8(start) === quote) return table.empty;
    const end = this.#textEnd(start, scope === null ? this.#seed : this.#seed ^ scope.hash);
    this.#at = end;
    if (end === nowhere || end - start > most) {
      this.#at = nowhere;
      return table.empty;
    }
    return table.find(this.#view, start, end, this.#hash, scope);
  }

  /** As `word`, where the text is probably this one: then it is compared and not hashed. */
  likely<Known, Next>(field: number, table: WordTable<Known, Next>, guess: Word<Known, Next>, most: number): Word<Known, Next> {
    const before = this.#at;
    this.separator(field);
    if (this.#at === nowhere) return table.empty;
    const end = guess === table.empty ? -1 : table.endIfSame(guess, this.#view, this.#at);
    if (end === -1) {
      this.#at = before;
      return this.word(field, table, null, most);
    }
    this.#at = end;
    return guess;
  }

  /** The place of the quote that ends a text of plain bytes, whose hash is `#hash` then. Four bytes at a time: a byte each costs three times as much. */
  #textEnd(start: number, seed: number): number {
    const view = this.#view;
    const end = this.#end;
    let hash = seed;
    for (let at = start; at < end; at += 4) {
      const four = view.getInt32(at, true);
      const odd = oddBytes(four);
      if (odd === 0) {
        hash = Math.imul(((hash << 7) | (hash >>> 25)) ^ four, 0x2c1b3c6d);
        continue;
      }
      const plain = (31 - Math.clz32(odd & -odd)) >> 3;
      if (((four >>> (plain * 8)) & 0xff) !== quote) return nowhere;
      hash = Math.imul(hash ^ (four & ((1 << (plain * 8)) - 1)) ^ (plain << 30), 0x297a2d39);
      hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
      hash ^= hash >>> 13;
      this.#hash = hash === 0 ? 1 : hash;
      return at + plain;
    }
    return nowhere;
  }

  /** Digits at the place where the line is read. */
  #digits(fewest: number, most: number): number {
    if (this.#at === nowhere) return 0;
    const view = this.#view;
    const start = this.#at;
    let at = start;
    let value = 0;
    for (let digit = view.getUint8(at) - zero; digit >= 0 && digit <= 9 && at - start <= most && at < this.#end; digit = view.getUint8(at) - zero) {
      value = value * 10 + digit;
      at += 1;
    }
    this.#at = at - start < fewest || at - start > most ? nowhere : at;
    return value;
  }

  /** Seconds with three decimals, as nginx writes `$msec` and `$request_time`. */
  milliseconds(field: number): number {
    this.separator(field);
    return this.#seconds();
  }

  #seconds(): number {
    const seconds = this.#digits(1, 10);
    if (this.#at === nowhere || this.#view.getUint8(this.#at) !== dot) {
      this.#at = nowhere;
      return 0;
    }
    this.#at += 1;
    return seconds * 1000 + this.#digits(3, 3);
  }

  /** Nothing is -1. */
  optionalMilliseconds(field: number): number {
    this.separator(field);
    return this.#at === nowhere || this.#view.getUint8(this.#at) === quote ? -1 : this.#seconds();
  }

  whole(field: number, fewest: number, most: number): number {
    this.separator(field);
    return this.#digits(fewest, most);
  }
}

/** The high bit of the first byte of four that does not stand for itself in JSON and in UTF-8 is set; bytes behind it may be marked too. */
function oddBytes(four: number): number {
  const quotes = four ^ 0x22222222;
  const backslashes = four ^ 0x5c5c5c5c;
  const special = ((quotes - 0x01010101) & ~quotes) | ((backslashes - 0x01010101) & ~backslashes);
  return (special | (four - 0x20202020) | four | (four + 0x01010101)) & 0x80808080;
}
