/** Reads a line that has exactly the shape of nginx/log-format.conf straight from its bytes; any other line is left to the general road. */
import type { Request } from '../record.ts';
import { contractFields, maxLengths } from './fields.ts';
import { maxTimeMs } from './parse-time.ts';
import { TextTable } from './text-table.ts';

const quote = 0x22;
const backslash = 0x5c;
const dot = 0x2e;
const zero = 0x30;

/** What stands before each field and after the last. */
const separators: readonly Buffer[] = [
  ...contractFields.map((name, index) => Buffer.from(`${index === 0 ? '{' : '",'}"${name}":"`)),
  Buffer.from('"}'),
];

/**
 * Builds `(bytes, start, end) => request`. The same request object is filled anew by every call: use it before the next.
 * Null where anything deviates from the expected shape (an escape, a byte above 0x7E, another order, a value over its length):
 * then the general parser decides, and a property test holds that both would say the same. A byte must follow `end`.
 * @param seed a random number that nobody outside knows, so that nobody can choose texts with equal hashes
 */
export function createLineScanner(seed: number): (bytes: Buffer, start: number, end: number) => Request | null {
  const scanner = new LineScanner(seed);
  return (bytes, start, end) => scanner.scan(bytes, start, end);
}

/** What a field cannot be where the line is unexpected; the whole line is refused then. */
const unexpected = -1;

type TextField = keyof typeof maxLengths;

/** 1 for the bytes that stand for themselves in JSON and in UTF-8: printable ASCII but the quote and the backslash. */
const plain = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 0x20 && byte <= 0x7e && byte !== quote && byte !== backslash ? 1 : 0));

/** http://www.isthe.com/chongo/tech/comp/fnv/ */
const fnvPrime = 0x01000193;

class LineScanner {
  readonly #tables = {
    peer: new TextTable(32_768),
    forwardedFor: new TextTable(8_192),
    serverName: new TextTable(1_024),
    method: new TextTable(64),
    uri: new TextTable(32_768),
    referrer: new TextTable(16_384),
    userAgent: new TextTable(16_384),
    purpose: new TextTable(64),
    contentType: new TextTable(1_024),
  };
  readonly #seed: number;
  readonly #request: Request = {
    timeMs: 0, writtenDate: '', peer: '', forwardedFor: '', serverName: '', method: '', uri: '', status: 0, bytes: 0,
    durationMs: -1, upstreamMs: -1, referrer: '', userAgent: '', purpose: '', contentType: '',
  }; // prettier-ignore
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  #field = 0;
  #failed = false;

  constructor(seed: number) {
    this.#seed = seed;
  }

  scan(bytes: Buffer, start: number, end: number): Request | null {
    this.#bytes = bytes;
    this.#at = start;
    this.#field = 0;
    this.#failed = false;
    const request = this.#request;
    request.timeMs = this.#milliseconds();
    request.peer = this.#text('peer');
    request.forwardedFor = this.#text('forwardedFor');
    request.serverName = this.#text('serverName');
    request.method = this.#text('method');
    request.uri = this.#text('uri');
    request.status = this.#whole(3, 3);
    request.bytes = this.#whole(1, 15);
    request.durationMs = this.#milliseconds();
    request.upstreamMs = this.#upstream();
    request.referrer = this.#text('referrer');
    request.userAgent = this.#text('userAgent');
    request.purpose = this.#text('purpose');
    request.contentType = this.#text('contentType');
    this.#separator();
    return this.#ended(end) && request.peer !== '' && request.timeMs <= maxTimeMs ? request : null;
  }

  #ended(end: number): boolean {
    return !this.#failed && this.#at === end;
  }

  /** Steps over what stands before the next field. */
  #separator(): void {
    const expected = separators[this.#field];
    this.#field += 1;
    if (this.#failed || expected === undefined) return;
    for (let index = 0; index < expected.length; index += 1) {
      if (this.#bytes[this.#at + index] !== expected[index]) {
        this.#failed = true;
        return;
      }
    }
    this.#at += expected.length;
  }

  #text(name: TextField): string {
    this.#separator();
    if (this.#failed) return '';
    const bytes = this.#bytes;
    const start = this.#at;
    let hash = this.#seed;
    let at = start;
    for (let byte = bytes[at] ?? 0; plain[byte] === 1; byte = bytes[at] ?? 0) {
      hash = Math.imul(hash ^ byte, fnvPrime);
      at += 1;
    }
    this.#at = at;
    if (bytes[at] !== quote || at - start > maxLengths[name]) this.#failed = true;
    return this.#failed || at === start ? '' : this.#tables[name].textOf(bytes, start, at, hash === 0 ? 1 : hash);
  }

  /** A whole number of so many digits. */
  #whole(fewest: number, most: number): number {
    this.#separator();
    return this.#failed ? unexpected : this.#digits(fewest, most);
  }

  #digits(fewest: number, most: number): number {
    let value = 0;
    let count = 0;
    for (; count <= most; count += 1) {
      const digit = (this.#bytes[this.#at] ?? 0) - zero;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
      this.#at += 1;
    }
    if (count < fewest || count > most) this.#failed = true;
    return value;
  }

  /** Seconds with three decimals, as nginx writes `$msec` and `$request_time`. */
  #milliseconds(): number {
    this.#separator();
    return this.#failed ? unexpected : this.#seconds();
  }

  #seconds(): number {
    const seconds = this.#digits(1, 10);
    if (this.#bytes[this.#at] !== dot) this.#failed = true;
    this.#at += 1;
    return seconds * 1000 + this.#digits(3, 3);
  }

  /** Nothing where no upstream was asked; a list is left to the general road. */
  #upstream(): number {
    this.#separator();
    if (this.#failed || this.#bytes[this.#at] === quote) return -1;
    return this.#seconds();
  }
}
