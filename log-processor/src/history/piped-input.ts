/** Standard input with a first look: gzip or plain, and the lines that tell the format, all of which are still there afterwards. */
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { PassThrough } from 'node:stream';
import { createGunzip } from 'node:zlib';

export type Piped = {
  /** Plain bytes, the first look included. */
  readonly stream: Readable;
  /** Where the input begins: at most 256 KiB. */
  readonly head: Buffer;
};

const headBytes = 262_144;
const isGzip = (bytes: Buffer): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** Waits for the first bytes of a stream, and unpacks it where they are gzip's. */
export async function lookIntoPipe(stream: Readable): Promise<Piped> {
  const start = await firstBytes(stream, 2);
  if (!isGzip(start)) return headOf(stream, start);
  stream.unshift(start);
  const plain = new PassThrough();
  const unpacked = createGunzip();
  // A damaged archive ends the input where it breaks; the reader counts it.
  unpacked.on('error', (error) => plain.destroy(error));
  stream.pipe(unpacked).pipe(plain);
  return headOf(plain, await firstBytes(plain, 2));
}

async function headOf(stream: Readable, start: Buffer): Promise<Piped> {
  const rest = start.includes(0x0a) || start.length === 0 ? Buffer.alloc(0) : await firstBytes(stream, 1);
  const head = Buffer.concat([start, rest]);
  if (head.length > 0) stream.unshift(head);
  return { stream, head: head.subarray(0, headBytes) };
}

/** At least so many bytes, or all there are. */
async function firstBytes(stream: Readable, least: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  while (length < least && !stream.readableEnded && !stream.destroyed) {
    const piece: unknown = stream.read();
    if (Buffer.isBuffer(piece)) {
      pieces.push(piece);
      length += piece.length;
    } else if (!(await hasMore(stream))) break;
  }
  return Buffer.concat(pieces);
}

async function hasMore(stream: Readable): Promise<boolean> {
  if (stream.readableEnded || stream.destroyed) return false;
  const ended = new AbortController();
  const { signal } = ended;
  try {
    return await Promise.race([once(stream, 'readable', { signal }).then(() => true), once(stream, 'end', { signal }).then(() => false)]);
  } finally {
    ended.abort();
  }
}
