/** Keyed fingerprints of what was pushed, and secrets compared so that the time tells nothing of them. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** 96 bits of HMAC-SHA-256(key, sender, 0, bytes) in base64url. An unkeyed one of a short log line could be guessed back to an address. */
export function batchFingerprint(key: KeyObject, sender: string, bytes: Uint8Array): string {
  return createHmac('sha256', key).update('batch\0').update(sender).update('\0').update(bytes).digest('base64url').slice(0, 16);
}

/** Compares digests, so that not even the length of the secret shows. */
export function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
