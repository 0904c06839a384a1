/** Tells files apart by what they begin with, under a key, so that a position survives renames and never holds a byte of a log. */
import { createHmac } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Bytes } from './file-bytes.ts';

/** A file is known by at most this many of its first bytes. */
export const headBytes = 1024;
/** ... and by at most this many bytes before the place where reading stopped. */
export const tailBytes = 256;

/** Keyed hash of a stretch of bytes, with its length. */
export type Fingerprint = { readonly bytes: number; readonly hash: string };

/** HMAC-SHA-256 over the part's name and the bytes, cut to 128 bits: 32 hexadecimal digits. */
export function fingerprint(key: KeyObject, part: 'head' | 'tail', bytes: Uint8Array): Fingerprint {
  const hash = createHmac('sha256', key).update(`${part}:`).update(bytes).digest('hex').slice(0, 32);
  return { bytes: bytes.length, hash };
}

/** What a position remembers of a file's content. */
export type Content = { readonly head: Fingerprint; readonly tail: Fingerprint; readonly offset: number };

/** True where the input begins like the remembered one; a file that grew since still does. An empty head matches everything. */
export async function sameHead(key: KeyObject, bytes: Bytes, { head }: Pick<Content, 'head'>): Promise<boolean> {
  return matches(key, { part: 'head', bytes, print: head, at: 0 });
}

/** True where the input begins like the remembered one and also has the same bytes before the offset. */
export async function sameContent(key: KeyObject, bytes: Bytes, content: Content): Promise<boolean> {
  if (!(await sameHead(key, bytes, content))) return false;
  return matches(key, { part: 'tail', bytes, print: content.tail, at: content.offset - content.tail.bytes });
}

type Stretch = { readonly part: 'head' | 'tail'; readonly bytes: Bytes; readonly print: Fingerprint; readonly at: number };

async function matches(key: KeyObject, { part, bytes, print, at }: Stretch): Promise<boolean> {
  if (print.bytes === 0) return true;
  const buffer = Buffer.alloc(print.bytes);
  const count = await bytes.readAt(buffer, at);
  return count === print.bytes && fingerprint(key, part, buffer).hash === print.hash;
}
