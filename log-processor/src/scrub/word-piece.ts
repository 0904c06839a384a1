/** Where the words of a line begin and end, read byte by byte: at white space, behind a double quote, and behind the `=` of a plain key. */
import { blank, equal, kindsOf, quote } from './word-kinds.ts';

export const [space, equals] = [0x20, 0x3d];
const underscore = 0x5f;
const longestKey = 23;

export const isBlank = (byte: number): boolean => kindsOf[byte] === blank;

/** Reads on behind the next sign that ends a piece, or to the next blank. */
export class Piece {
  /** Of its bytes, or-ed. */
  kinds = 0;

  /** Behind the next double quote or `=`. @returns where it ends; `bytes[start]` may be a blank, then right there */
  read(bytes: Uint8Array, start: number, end: number): number {
    this.kinds = 0;
    return this.#readBehind(quote | equal, bytes, start, end);
  }

  /** Behind the next double quote: what was read so far is no key. */
  readOn(bytes: Uint8Array, start: number, end: number): number {
    return this.#readBehind(quote, bytes, start, end);
  }

  #readBehind(last: number, bytes: Uint8Array, start: number, end: number): number {
    let [kinds, at] = [this.kinds, start];
    for (; at < end; at += 1) {
      const kind = kindsOf[bytes[at] ?? space] ?? blank;
      if (kind === blank) break;
      kinds |= kind;
      if ((kind & last) !== 0) {
        at += 1;
        break;
      }
    }
    this.kinds = kinds;
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
