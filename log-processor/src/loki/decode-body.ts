/** Reads the project's own push bodies back, to compare them line by line with what Loki holds and to push only what is missing. */
import { uncompressSync } from 'snappy';
import type { Body } from '../store/store.ts';
import { field, readBytes, readVarint } from './protobuf.ts';
import type { Cursor } from './protobuf.ts';
import { sealPushRequest, streamHead, tags } from './push-request.ts';

export type Entry = { readonly ns: string; readonly line: string; readonly metadata: readonly (readonly [string, string])[] };

/** Calls `visit` with every field of a message: a view of its bytes, or its number. */
const forEachField = (message: Uint8Array, visit: (tag: number, bytes: Uint8Array, number: number) => void): void => {
  const cursor: Cursor = { position: 0 };
  while (cursor.position < message.length) {
    const tag = readVarint(message, cursor);
    const wireType = tag & 7;
    if (wireType === 2) visit(tag, readBytes(message, cursor), 0);
    else if (wireType === 0) visit(tag, message.subarray(0, 0), readVarint(message, cursor));
    else throw new RangeError(`a push body has no fields of wire type ${wireType}`);
  }
};

const utf8 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');

const readTimestamp = (message: Uint8Array): string => {
  let seconds = 0;
  let nanos = 0;
  forEachField(message, (tag, _bytes, number) => {
    if (tag === tags.seconds) seconds = number;
    if (tag === tags.nanos) nanos = number;
  });
  return seconds === 0 ? String(nanos) : String(seconds) + String(nanos).padStart(9, '0');
};

const readPair = (message: Uint8Array): readonly [string, string] => {
  let name = '';
  let value = '';
  forEachField(message, (tag, bytes) => {
    if (tag === tags.name) name = utf8(bytes);
    if (tag === tags.value) value = utf8(bytes);
  });
  return [name, value];
};

const readEntry = (message: Uint8Array): Entry => {
  let ns = '0';
  let line = '';
  const metadata: (readonly [string, string])[] = [];
  forEachField(message, (tag, bytes) => {
    if (tag === tags.timestamp) ns = readTimestamp(bytes);
    if (tag === tags.line) line = utf8(bytes);
    if (tag === tags.metadata) metadata.push(readPair(bytes));
  });
  return { ns, line, metadata };
};

/** The one stream of a body: its labels and the raw messages of its entries. @throws RangeError when it is not exactly one */
const openBody = (payload: Uint8Array): { labels: string; messages: Uint8Array[] } => {
  const plain = uncompressSync(payload);
  if (typeof plain === 'string') throw new TypeError('snappy answered text');
  const streams: Uint8Array[] = [];
  forEachField(plain, (tag, bytes) => {
    if (tag === tags.stream) streams.push(bytes);
  });
  const [stream] = streams;
  if (stream === undefined || streams.length > 1) throw new RangeError(`a push body holds exactly one stream, this one ${streams.length}`);
  let labels = '';
  const messages: Uint8Array[] = [];
  forEachField(stream, (tag, bytes) => {
    if (tag === tags.labels) labels = utf8(bytes);
    if (tag === tags.entry) messages.push(bytes);
  });
  return { labels, messages };
};

/** Labels and entries of a body in the order they were added. @throws when the bytes are no body of one stream */
export const decodeBody = (payload: Uint8Array): { labels: string; entries: Entry[] } => {
  const { labels, messages } = openBody(payload);
  return { labels, entries: messages.map(readEntry) };
};

const laterNs = (a: string, b: string): boolean => (a.length === b.length ? a > b : a.length > b.length);

/** The same body with only the entries at the given places, byte for byte as they were. @throws RangeError when none is kept */
export const keepEntries = (body: Body, keep: ReadonlySet<number>): Body => {
  const { labels, messages } = openBody(body.payload);
  const kept = messages.filter((_message, place) => keep.has(place));
  const times = kept.map((message) => readEntry(message).ns);
  const [first] = times;
  if (first === undefined) throw new RangeError('a body needs at least one line');
  const bytes = Buffer.concat([streamHead(labels), ...kept.map((message) => field(tags.entry, message))]);
  return {
    stream: body.stream,
    kind: body.kind,
    input: body.input,
    lines: kept.length,
    firstNs: times.reduce((a, b) => (laterNs(a, b) ? b : a), first),
    lastNs: times.reduce((a, b) => (laterNs(b, a) ? b : a), first),
    payload: sealPushRequest(bytes, bytes.length),
  };
};
