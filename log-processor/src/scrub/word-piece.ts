/** Where the words of a line begin and end, read byte by byte: at white space, behind a double quote, and behind the `=` of a plain key. */
import { mix } from './word-memory.ts';

export const [space, equals] = [0x20, 0x3d];
const [quote, underscore] = [0x22, 0x5f];
const longestKey = 23;

export const isBlank = (byte: number): boolean => byte <= space && (byte === space || (byte >= 9 && byte <= 13));

/** Reads on behind the next double quote or `=`, or to the next blank. */
export class Piece {
  hash = 0;
  /** Its bytes, or-ed. */
  seen = 0;

  begin(seed: number): void {
    this.hash = seed;
    this.seen = 0;
  }

  /** @returns where it ends; `bytes[start]` may be a blank, then right there */
  read(bytes: Uint8Array, start: number, end: number): number {
    let [hash, seen, at] = [this.hash, this.seen, start];
    for (; at < end; at += 1) {
      const byte = bytes[at] ?? space;
      if (isBlank(byte)) break;
      hash = mix(hash, byte);
      seen |= byte;
      if (byte === quote || byte === equals) {
        at += 1;
        break;
      }
    }
    this.hash = hash;
    this.seen = seen;
    return at;
  }
}

/** Lower-case letters and underscores. Words end behind it (but for a secret's, whose value may hold any sign), and behind a double quote: no datum goes on over them, and keys and values come again where whole pairs do not. */
export function isPlainKey(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start > longestKey) return false;
  for (let at = start; at < end; at += 1) {
    const char = bytes[at] ?? 0;
    if (char !== underscore && (char < 0x61 || char > 0x7a)) return false;
  }
  return end > start;
}
