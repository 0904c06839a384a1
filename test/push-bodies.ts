/** Writes pushes the way each sender does, with libraries the processor does not use, so that a mistake of ours cannot cancel itself. */
import { deflateRawSync, gzipSync } from 'node:zlib';
import protobuf from 'protobufjs';
import { compressSync } from 'snappy';

export type Pushed = { readonly labels: Readonly<Record<string, string>>; readonly entries: readonly { readonly ns: bigint; readonly line: string; readonly metadata?: Readonly<Record<string, string>> }[] };

/** push.proto of Loki 3.7, as far as it goes over the wire. */
const { root } = protobuf.parse(`
  syntax = "proto3";
  message PushRequest { repeated StreamAdapter streams = 1; }
  message StreamAdapter { string labels = 1; repeated EntryAdapter entries = 2; uint64 hash = 3; }
  message EntryAdapter { Timestamp timestamp = 1; string line = 2; repeated LabelPair structuredMetadata = 3; }
  message Timestamp { int64 seconds = 1; int32 nanos = 2; }
  message LabelPair { string name = 1; string value = 2; }
`);
const pushRequest = root.lookupType('PushRequest');

const labelText = (labels: Readonly<Record<string, string>>): string => `{${Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(', ')}}`;

/** The message before compression. */
export function protobufMessage(streams: readonly Pushed[]): Buffer {
  const message = {
    streams: streams.map(({ labels, entries }) => ({
      labels: labelText(labels),
      hash: 1,
      entries: entries.map(({ ns, line, metadata = {} }) => ({
        timestamp: { seconds: Number(ns / 1_000_000_000n), nanos: Number(ns % 1_000_000_000n) },
        line,
        structuredMetadata: Object.entries(metadata).map(([name, value]) => ({ name, value })),
      })),
    })),
  };
  return Buffer.from(pushRequest.encode(pushRequest.fromObject(message)).finish());
}

export const snappyBlock = (bytes: Uint8Array): Buffer => compressSync(bytes);

export function jsonMessage(streams: readonly Pushed[]): Buffer {
  return Buffer.from(
    JSON.stringify({
      streams: streams.map(({ labels, entries }) => ({ stream: labels, values: entries.map(({ ns, line, metadata }) => (metadata === undefined ? [String(ns), line] : [String(ns), line, metadata])) })),
    }),
  );
}

export type Sent = { readonly headers: Readonly<Record<string, string>>; readonly body: Buffer };

/** As the senders of versions-and-loki.md send it. */
export const asPromtail = (streams: readonly Pushed[]): Sent => ({ headers: { 'content-type': 'application/x-protobuf', 'user-agent': 'promtail/3.6.15' }, body: snappyBlock(protobufMessage(streams)) });
export const asAlloy = (streams: readonly Pushed[]): Sent => ({ headers: { 'content-type': 'application/x-protobuf', 'content-encoding': 'snappy', 'user-agent': 'Alloy/v1.18.1' }, body: snappyBlock(protobufMessage(streams)) });
export const asFluentBit = (streams: readonly Pushed[], gzip = false): Sent =>
  gzip ? { headers: { 'content-type': 'application/json', 'content-encoding': 'gzip', 'user-agent': 'Fluent-Bit' }, body: gzipSync(jsonMessage(streams)) } : { headers: { 'content-type': 'application/json', 'user-agent': 'Fluent-Bit' }, body: jsonMessage(streams) };
export const asGzippedProtobuf = (streams: readonly Pushed[]): Sent => ({ headers: { 'content-type': 'application/x-protobuf', 'content-encoding': 'gzip' }, body: gzipSync(snappyBlock(protobufMessage(streams))) });
export const asDeflatedJson = (streams: readonly Pushed[]): Sent => ({ headers: { 'content-type': 'application/json; charset=utf-8', 'content-encoding': 'deflate' }, body: deflateRawSync(jsonMessage(streams)) });

export type Answered = { readonly status: number; readonly text: string; readonly retryAfter: string | null };

/** Pushes to a processor and says what it answered. */
export async function push(url: string, { headers, body }: Sent, more: Readonly<Record<string, string>> = {}): Promise<Answered> {
  const response = await fetch(`${url}/loki/api/v1/push`, { method: 'POST', headers: { ...headers, ...more }, body: new Uint8Array(body), signal: AbortSignal.timeout(30_000) });
  return { status: response.status, text: await response.text(), retryAfter: response.headers.get('retry-after') };
}
