/** The frame of a push body, logproto.PushRequest with exactly one stream: what the encoder and the decoder share. */
import { compressSync } from 'snappy';
import { field, varintSize, writeVarint } from './protobuf.ts';

/** Tags of push.proto: field number << 3 | wire type. */
export const tags = {
  stream: 0x0a,
  labels: 0x0a,
  entry: 0x12,
  timestamp: 0x0a,
  line: 0x12,
  metadata: 0x1a,
  seconds: 0x08,
  nanos: 0x10,
  name: 0x0a,
  value: 0x12,
} as const;

/** Bytes left free in front: the outer tag and length are written backwards, once the length is known. */
export const headRoom = 11;

/** The start of every body of a stream: the free room, then the labels. */
export const streamHead = (labels: string): Buffer => Buffer.concat([Buffer.alloc(headRoom), field(tags.labels, Buffer.from(labels))]);

/** Without this, every body maps and gives back fresh memory for the worst case: 5 times the time on bodies of 1 MB (measured). */
const copied = { copyOutputData: true };

/** Closes and compresses (snappy block format) a request whose stream fields lie in `buffer` from `headRoom` to `end`. */
export const sealPushRequest = (buffer: Uint8Array, end: number): Buffer => {
  const length = end - headRoom;
  const start = headRoom - 1 - varintSize(length);
  buffer[start] = tags.stream;
  writeVarint(buffer, length, start + 1);
  return compressSync(buffer.subarray(start, end), copied);
};
