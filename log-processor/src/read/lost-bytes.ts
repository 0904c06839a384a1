/** Puts into words of the contract what a reader skipped or could not decode. */
import type { Chunk } from './source.ts';

/** Only what is not 0 is reported. */
export function lostBytes(nulBytes: number, unreadableBytes: number): Chunk['lost'][number][] {
  const lost: Chunk['lost'][number][] = [];
  if (nulBytes > 0) lost.push({ reason: 'nul', bytes: nulBytes });
  if (unreadableBytes > 0) lost.push({ reason: 'unreadable', bytes: unreadableBytes });
  return lost;
}
