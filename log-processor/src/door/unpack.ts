/** Takes the compression off a push: every limit is checked before the memory for the result is asked for. */
import { promisify } from 'node:util';
import { gunzip, inflate, inflateRaw } from 'node:zlib';
import { PushRefused } from './pushed.ts';
import type { Form } from './pushed.ts';

export type UnpackLimits = {
  /** Bytes of a body once it is unpacked. */
  readonly unpackedBytes: number;
  /** How many times larger a body may get. */
  readonly ratio: number;
};

/** A block of snappy: what it says of its length, and its bytes; null where it is none. */
export type SnappyBlock = { declaredLength(block: Uint8Array): number | null; unpackBlock(block: Uint8Array): Buffer | null };

/** A small body may be as repetitive as it likes. */
const alwaysBytes = 1_048_576;

const [ungzip, undeflate, undeflateRaw] = [promisify(gunzip), promisify(inflate), promisify(inflateRaw)];

/** A protobuf is a snappy block within whatever the encoding is, as Loki reads it. @throws PushRefused */
export async function unpack(body: Buffer, { json, encoding }: Form, tools: UnpackLimits & { readonly snappy: SnappyBlock }): Promise<Buffer> {
  const outer = encoding === 'gzip' || encoding === 'deflate' ? await unzip(body, encoding, mostOf(body, tools)) : body;
  if (!json) return unpackSnappy(outer, Math.min(mostOf(outer, tools), mostOf(body, tools)), tools.snappy);
  if (encoding === 'snappy') throw new PushRefused(400, 'JSON cannot be snappy');
  return outer;
}

function unpackSnappy(block: Buffer, mostBytes: number, snappy: SnappyBlock): Buffer {
  const declared = snappy.declaredLength(block);
  if (declared !== null && declared > mostBytes) throw new PushRefused(413, 'too large once it is unpacked');
  const plain = declared === null ? null : snappy.unpackBlock(block);
  if (plain === null) throw new PushRefused(400, 'the body is no snappy block');
  return plain;
}

const mostOf = (body: Buffer, { unpackedBytes, ratio }: UnpackLimits): number => Math.min(unpackedBytes, Math.max(alwaysBytes, body.length * ratio));

async function unzip(body: Buffer, encoding: 'gzip' | 'deflate', maxOutputLength: number): Promise<Buffer> {
  const open = encoding === 'gzip' ? ungzip : hasZlibHeader(body) ? undeflate : undeflateRaw;
  try {
    return await open(body, { maxOutputLength });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') throw new PushRefused(413, 'too large once it is unpacked');
    throw new PushRefused(400, 'the body cannot be decompressed');
  }
}

/** What HTTP calls deflate has a header of zlib (RFC 1950); Go and Loki write it without. */
function hasZlibHeader(body: Buffer): boolean {
  const [method = 0, flags = 0] = body;
  return (method & 0x0f) === 8 && (method * 256 + flags) % 31 === 0;
}
