/** Encodes the lines of one stream into the body of one push, line by line into one growing buffer, without a BigInt or an object per line. */
import type { Body } from '../store/store.ts';
import { labelString } from './label-string.ts';
import { field, varintSize, writeVarint } from './protobuf.ts';
import { headRoom, sealPushRequest, streamHead, tags } from './push-request.ts';

export type BodyBuilder = {
  /** Appends a line stamped `timeMs * 1e6 + subNs` nanoseconds, 0 <= subNs < 1e6; metadata comes from `encodeMetadata`. */
  add(timeMs: number, subNs: number, line: string | Uint8Array, metadata: Uint8Array): void;
  /** Bytes before compression. */
  readonly size: number;
  readonly lines: number;
  /** Milliseconds of the earliest and the latest line; Infinity and -Infinity while empty. */
  readonly firstMs: number;
  readonly lastMs: number;
  /** The finished body; the builder is empty afterwards and can be used again. @throws RangeError when there is no line */
  finish(): Body;
};

const noMetadata = new Uint8Array(0);
/** Tags and lengths of an entry, its timestamp and its line, at their longest. */
const entryOverhead = 40;

/** Structured metadata as protobuf fields. Callers cache it: the same few sets come again and again. */
export const encodeMetadata = (pairs: readonly (readonly [name: string, value: string])[]): Uint8Array => {
  if (pairs.length === 0) return noMetadata;
  return Buffer.concat(
    pairs.map(([name, value]) =>
      field(tags.metadata, Buffer.concat([field(tags.name, Buffer.from(name)), field(tags.value, Buffer.from(value))])),
    ),
  );
};

/** Nanoseconds in decimal, without a BigInt. */
const decimalNs = (timeMs: number, subNs: number): string =>
  timeMs === 0 ? String(subNs) : String(timeMs) + String(subNs).padStart(6, '0');

type EntryToWrite = {
  readonly start: number;
  readonly timeMs: number;
  readonly subNs: number;
  readonly line: string | Uint8Array;
  readonly metadata: Uint8Array;
  readonly lineBytes: number;
};

class GrowingBody implements BodyBuilder {
  readonly #stream: string;
  readonly #kind: string;
  readonly #input: string;
  readonly #head: Buffer;
  #buffer: Buffer;
  #end: number;
  lines = 0;
  firstMs = Infinity;
  lastMs = -Infinity;
  #firstSubNs = 0;
  #lastSubNs = 0;

  constructor(labels: Readonly<Record<string, string>>, kind: string, input: string) {
    this.#stream = labelString(labels);
    this.#kind = kind;
    this.#input = input;
    this.#head = streamHead(this.#stream);
    this.#buffer = Buffer.allocUnsafe(64 * 1024 + this.#head.length);
    this.#end = this.#head.copy(this.#buffer);
  }

  get size(): number {
    return this.#end - headRoom;
  }

  add(timeMs: number, subNs: number, line: string | Uint8Array, metadata: Uint8Array): void {
    this.#reserve(line.length * 3 + metadata.length + entryOverhead);
    const start = this.#end;
    // Nearly every line is ASCII: then its length in bytes is known before it is written.
    let end = this.#write({ start, timeMs, subNs, line, metadata, lineBytes: line.length });
    if (end < 0) end = this.#write({ start, timeMs, subNs, line, metadata, lineBytes: Buffer.byteLength(line) });
    this.#end = end;
    this.lines += 1;
    this.#stretch(timeMs, subNs);
  }

  /** Writes one entry and answers where it ends, or -1 when the line did not have as many bytes as assumed. */
  #write(entry: EntryToWrite): number {
    const buffer = this.#buffer;
    const { timeMs, lineBytes, line, metadata } = entry;
    const seconds = Math.floor(timeMs / 1000);
    const nanos = (timeMs - seconds * 1000) * 1_000_000 + entry.subNs;
    const timeBytes = 2 + varintSize(seconds) + varintSize(nanos);
    const entryBytes = 2 + timeBytes + 1 + varintSize(lineBytes) + lineBytes + metadata.length;
    let at = entry.start;
    buffer[at++] = tags.entry;
    at = writeVarint(buffer, entryBytes, at);
    buffer[at++] = tags.timestamp;
    buffer[at++] = timeBytes;
    buffer[at++] = tags.seconds;
    at = writeVarint(buffer, seconds, at);
    buffer[at++] = tags.nanos;
    at = writeVarint(buffer, nanos, at);
    buffer[at++] = tags.line;
    at = writeVarint(buffer, lineBytes, at);
    if (typeof line !== 'string') buffer.set(line, at);
    else if (buffer.write(line, at) !== lineBytes) return -1;
    at += lineBytes;
    if (metadata.length > 0) buffer.set(metadata, at);
    return at + metadata.length;
  }

  #reserve(bytes: number): void {
    if (this.#end + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#end + bytes));
    this.#buffer.copy(larger, 0, 0, this.#end);
    this.#buffer = larger;
  }

  #stretch(timeMs: number, subNs: number): void {
    if (timeMs < this.firstMs || (timeMs === this.firstMs && subNs < this.#firstSubNs)) {
      this.firstMs = timeMs;
      this.#firstSubNs = subNs;
    }
    if (timeMs > this.lastMs || (timeMs === this.lastMs && subNs > this.#lastSubNs)) {
      this.lastMs = timeMs;
      this.#lastSubNs = subNs;
    }
  }

  finish(): Body {
    if (this.lines === 0) throw new RangeError('a body needs at least one line');
    const body: Body = {
      stream: this.#stream,
      kind: this.#kind,
      input: this.#input,
      lines: this.lines,
      firstNs: decimalNs(this.firstMs, this.#firstSubNs),
      lastNs: decimalNs(this.lastMs, this.#lastSubNs),
      payload: sealPushRequest(this.#buffer, this.#end),
    };
    this.#end = this.#head.length;
    this.lines = 0;
    this.firstMs = Infinity;
    this.lastMs = -Infinity;
    return body;
  }
}

/** A builder for the bodies of one stream. @throws RangeError when the labels make no stream */
export const createBodyBuilder = (options: {
  readonly labels: Readonly<Record<string, string>>;
  readonly kind: string;
  readonly input: string;
}): BodyBuilder => new GrowingBody(options.labels, options.kind, options.input);
