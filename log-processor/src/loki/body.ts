/** Encodes the lines of one stream into the body of one push, line by line into one growing buffer, without a BigInt or an object per line. */
import type { Body } from '../store/store.ts';
import { labelString } from './label-string.ts';
import { field, varintSize, writeVarint } from './protobuf.ts';
import { headRoom, sealPushRequest, streamHead, tags } from './push-request.ts';
import { TimeSpan } from './time-span.ts';

export type BytesOfLine = { readonly timeMs: number; readonly source: { readonly bytes: Buffer }; readonly start: number; readonly end: number };

export type BodyBuilder = {
  /** Appends a line stamped `timeMs * 1e6 + subNs` nanoseconds, 0 <= subNs < 1e6; metadata comes from `encodeMetadata`. */
  add(timeMs: number, subNs: number, line: string, metadata: Uint8Array): void;
  /** The same for a line of which the bytes are there. */
  addBytes(line: BytesOfLine, subNs: number, metadata: Uint8Array): void;
  /**
   * Begins a line that the caller writes itself, without a copy: into `view`, from the place answered on, at most `mostBytes`.
   * Until `endLine` nothing else may be called.
   */
  beginLine(timeMs: number, subNs: number, mostBytes: number): number;
  /** Ends the line that was begun; `end` is the place behind its last byte. */
  endLine(end: number): void;
  /** The bytes of the body; another one after each `beginLine`. */
  readonly view: DataView;
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
/** Room left for the length of an entry and of its line, which are known only behind them: right for 128 to 16,383 bytes, others are moved. */
const lengthBytes = 2;

/** Structured metadata as protobuf fields. Callers cache it: the same few sets come again and again. */
export const encodeMetadata = (pairs: readonly (readonly [name: string, value: string])[]): Uint8Array => {
  if (pairs.length === 0) return noMetadata;
  return Buffer.concat(
    pairs.map(([name, value]) =>
      field(tags.metadata, Buffer.concat([field(tags.name, Buffer.from(name)), field(tags.value, Buffer.from(value))])),
    ),
  );
};

const viewOf = (buffer: Buffer): DataView => new DataView(buffer.buffer, buffer.byteOffset, buffer.length);

class GrowingBody implements BodyBuilder {
  readonly #stream: string;
  readonly #kind: string;
  readonly #input: string;
  readonly #head: Buffer;
  #buffer: Buffer;
  view: DataView;
  #end: number;
  /** Where the text of the line starts that is being written. */
  #lineStart = 0;
  lines = 0;
  #span = new TimeSpan();

  constructor(labels: Readonly<Record<string, string>>, kind: string, input: string) {
    this.#stream = labelString(labels);
    this.#kind = kind;
    this.#input = input;
    this.#head = streamHead(this.#stream);
    this.#buffer = Buffer.allocUnsafe(64 * 1024 + this.#head.length);
    this.view = viewOf(this.#buffer);
    this.#end = this.#head.copy(this.#buffer);
  }

  get firstMs(): number {
    return this.#span.firstMs;
  }

  get lastMs(): number {
    return this.#span.lastMs;
  }

  get size(): number {
    return this.#end - headRoom;
  }

  add(timeMs: number, subNs: number, line: string, metadata: Uint8Array): void {
    const start = this.beginLine(timeMs, subNs, line.length * 3 + metadata.length);
    this.endLine(start + this.#buffer.write(line, start), metadata);
  }

  addBytes({ timeMs, source, start, end }: BytesOfLine, subNs: number, metadata: Uint8Array): void {
    const at = this.beginLine(timeMs, subNs, end - start + metadata.length);
    this.endLine(at + source.bytes.copy(this.#buffer, at, start, end), metadata);
  }

  beginLine(timeMs: number, subNs: number, mostBytes: number): number {
    this.#reserve(mostBytes + entryOverhead);
    this.#span.stretch(timeMs, subNs);
    const buffer = this.#buffer;
    const start = this.#end + 1 + lengthBytes;
    const seconds = Math.floor(timeMs / 1000);
    buffer[start] = tags.timestamp;
    buffer[start + 2] = tags.seconds;
    let at = writeVarint(buffer, seconds, start + 3);
    buffer[at] = tags.nanos;
    at = writeVarint(buffer, (timeMs - seconds * 1000) * 1_000_000 + subNs, at + 1);
    buffer[start + 1] = at - start - 2;
    buffer[at] = tags.line;
    this.#lineStart = at + 1 + lengthBytes;
    return this.#lineStart;
  }

  endLine(end: number, metadata: Uint8Array = noMetadata): void {
    const buffer = this.#buffer;
    const lineBytes = end - this.#lineStart;
    const usualBytes = end - (this.#end + 1 + lengthBytes) + metadata.length;
    const lineShift = varintSize(lineBytes) - lengthBytes;
    const entryShift = varintSize(usualBytes + lineShift) - lengthBytes;
    if (lineShift !== 0 || entryShift !== 0) this.#move(end, entryShift, lineShift);
    buffer[this.#end] = tags.entry;
    writeVarint(buffer, usualBytes + lineShift, this.#end + 1);
    writeVarint(buffer, lineBytes, this.#lineStart - lengthBytes + entryShift);
    this.#end = end + entryShift + lineShift;
    if (metadata.length > 0) buffer.set(metadata, this.#end);
    this.#end += metadata.length;
    this.lines += 1;
  }

  /** Makes the room for the two lengths of an entry as many bytes more or less as they need. */
  #move(end: number, entryShift: number, lineShift: number): void {
    const moveLine = (): unknown => this.#buffer.copyWithin(this.#lineStart + entryShift + lineShift, this.#lineStart, end);
    const [timeStart, timeEnd] = [this.#end + 1 + lengthBytes, this.#lineStart - lengthBytes];
    // Upwards the line goes first, downwards the time, so that neither is written over.
    if (entryShift + lineShift > 0) moveLine();
    this.#buffer.copyWithin(timeStart + entryShift, timeStart, timeEnd);
    if (entryShift + lineShift < 0) moveLine();
  }

  #reserve(bytes: number): void {
    if (this.#end + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#end + bytes));
    this.#buffer.copy(larger, 0, 0, this.#end);
    this.#buffer = larger;
    this.view = viewOf(larger);
  }

  finish(): Body {
    if (this.lines === 0) throw new RangeError('a body needs at least one line');
    const body: Body = {
      stream: this.#stream,
      kind: this.#kind,
      input: this.#input,
      lines: this.lines,
      firstNs: this.#span.firstNs,
      lastNs: this.#span.lastNs,
      payload: sealPushRequest(this.#buffer, this.#end),
    };
    this.#end = this.#head.length;
    this.lines = 0;
    this.#span = new TimeSpan();
    return body;
  }
}

/** A builder for the bodies of one stream. @throws RangeError when the labels make no stream */
export const createBodyBuilder = (options: {
  readonly labels: Readonly<Record<string, string>>;
  readonly kind: string;
  readonly input: string;
}): BodyBuilder => new GrowingBody(options.labels, options.kind, options.input);
