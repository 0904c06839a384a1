/** The checksum of a body in the outbox: a scrambled body must never be pushed as if it were what was committed. */
import { crc32 } from 'node:zlib';
import type { Body } from './store.ts';

/** CRC-32 over everything a body says; it finds damage, not malice. */
export function bodyChecksum(body: Body): number {
  const head = JSON.stringify([body.stream, body.kind, body.input, body.lines, body.firstNs, body.lastNs]);
  return crc32(body.payload, crc32(head));
}
