/** HMAC-SHA-256 out of two one-shot hashes: setting up `createHmac` costs more than all the hashing of a short message (bench/hmac.ts). */
import { hash } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** SHA-256: bytes of a block, and of a digest (FIPS 180-4). */
const blockBytes = 64;
const digestBytes = 32;
/** Keys that are used side by side: those of two days of a few sites. */
const mostKeys = 8;

/** What a key becomes (RFC 2104): its block against the inner pad, to be followed by the message, and against the outer pad, to be followed by the inner digest. */
type Blocks = { readonly inner: Buffer; readonly outer: Buffer };

const known = new Map<KeyObject, Blocks>();
/** One message at a time is built here, behind the room for the key's inner block. */
let room = Buffer.allocUnsafeSlow(16_384);

/** Room for a message of so many bytes; it is filled before the next call. */
export function messageRoom(bytes: number): Buffer {
  if (room.length < blockBytes + bytes) {
    room.fill(0); // it held an address
    room = Buffer.allocUnsafeSlow((blockBytes + bytes) * 2);
  }
  return room.subarray(blockBytes);
}

/** The digest, in hexadecimal, of the first bytes of the room under a key of at most 64 bytes. */
export function hmacOfRoom(key: KeyObject, messageBytes: number): string {
  const { inner, outer } = known.get(key) ?? learn(key);
  inner.copy(room);
  outer.write(hash('sha256', room.subarray(0, blockBytes + messageBytes), 'binary'), blockBytes, 'latin1');
  return hash('sha256', outer, 'hex');
}

/** Overwrites what was made of the keys, and the last message: a key has died. */
export function forgetKeys(): void {
  wipe();
  room.fill(0);
}

function wipe(): void {
  for (const { inner, outer } of known.values()) {
    inner.fill(0);
    outer.fill(0);
  }
  known.clear();
}

function learn(key: KeyObject): Blocks {
  if (known.size >= mostKeys) wipe();
  const secret = key.export();
  if (secret.length > blockBytes) throw new RangeError('a key of more than a block would have to be hashed first');
  const blocks = { inner: Buffer.alloc(blockBytes, 0x36), outer: Buffer.alloc(blockBytes + digestBytes, 0x5c) };
  secret.forEach((byte, at) => {
    blocks.inner[at] = byte ^ 0x36;
    blocks.outer[at] = byte ^ 0x5c;
  });
  secret.fill(0);
  known.set(key, blocks);
  return blocks;
}
