/** Reads the texts of the combined format, which stand between spaces or quotes. Only printable ASCII without a backslash: every other text is left to the general parser. */
import { tableOf } from './fields';
import { begin, finish, mix } from './hash';
import { masks, quote } from './memory';
import { endIfSame, find, longest } from './words';

const hyphen: u32 = 0x2d;
const capitalA: u32 = 0x41;

/** What `plainWord` or `likelyPlain` read last; 0 for `-`, which is how both servers write what was not sent. */
export let foundPlain: u32 = 0;

/** The text from here to the space or quote that closes it. @returns the place of what closes it; 0 where it is empty or another sign comes first */
export function plainWord(start: usize, index: usize, closing: u32): usize {
  foundPlain = 0;
  if (closing == quote && load<u16>(start) == (quote << 8) + hyphen) return start + 1;
  let hash = begin(0);
  for (let at = start; ; at += 16) {
    const text = v128.load(at);
    // A space closes a text or belongs to it; whatever lies below it does neither.
    const low = v128.lt<u8>(text, v128.splat<u8>(closing == quote ? 0x20 : 0x21));
    const marks = v128.bitmask<u8>(v128.or(v128.or(low, v128.gt<u8>(text, v128.splat<u8>(0x7e))), v128.or(v128.eq<u8>(text, v128.splat<u8>(0x22)), v128.eq<u8>(text, v128.splat<u8>(0x5c)))));
    if (marks == 0) {
      hash = mix(mix(hash, v128.extract_lane<u64>(text, 0)), v128.extract_lane<u64>(text, 1));
      continue;
    }
    const rest: usize = ctz(marks);
    const end = at + rest;
    const table = tableOf(index);
    if (load<u8>(end) != closing || end == start || end - start > longest(table)) return 0;
    const last = v128.and(text, v128.load(masks + rest * 16));
    hash = mix(mix(hash, v128.extract_lane<u64>(last, 0)), v128.extract_lane<u64>(last, 1) ^ (<u64>rest << 56));
    foundPlain = find(table, start, end, finish(hash), 0);
    return end;
  }
}

/** As `plainWord`, where the text is probably this one: then it is compared and not hashed. */
export function likelyPlain(start: usize, index: usize, closing: u32, guess: u32): usize {
  const end = endIfSame(tableOf(index), guess, start, closing);
  if (end == 0) return plainWord(start, index, closing);
  foundPlain = guess;
  return end;
}

/** One to 32 capital letters, hyphens and underscores: every other method is none. */
export function isMethod(start: usize, end: usize): bool {
  if (end - start > 32) return false;
  for (let at = start; at < end; at += 1) {
    const sign = <u32>load<u8>(at);
    if (sign - capitalA > 25 && sign != hyphen && sign != 0x5f) return false;
  }
  return true;
}
