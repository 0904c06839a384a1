/** Reads the fields of a line one after another, sixteen bytes at a time. Every reader answers the place behind what it read, 0 where the line is not as expected. */
import { begin, finish, mix } from './hash';
import { masks, quote, separatorBytes, separators, tableBytes, tables } from './memory';
import { endIfSame, find, longest } from './words';

const backslash: u32 = 0x5c;
const letterU: u32 = 0x75;
const dot: u32 = 0x2e;
const zero: u32 = 0x30;

/** Of the text that `textEnd` read last; never 0. */
let textHash: u32 = 0;
/** What `seconds` or `whole` read last. */
export let value: f64 = 0;
/** What `word` or `likely` read last; 0 for an empty text. */
export let found: u32 = 0;
/** Where it stood. */
export let foundAt: usize = 0;

@inline
export function tableOf(index: usize): usize {
  return tables + index * tableBytes;
}

/** Steps over what stands before a field. */
@inline
export function step(at: usize, field: usize): usize {
  const expected = separators + field * separatorBytes;
  const first = v128.and(v128.xor(v128.load(at), v128.load(expected)), v128.load(expected, 32));
  const second = v128.and(v128.xor(v128.load(at, 16), v128.load(expected, 16)), v128.load(expected, 48));
  return v128.any_true(v128.or(first, second)) ? 0 : at + load<u32>(expected, 64);
}

/** The place of the quote that ends a text. Nearly all are printable ASCII without a backslash. */
@inline
function textEnd(start: usize, scope: u32): usize {
  let hash = begin(scope);
  for (let at = start; ; at += 16) {
    const text = v128.load(at);
    const odd = v128.or(
      v128.or(v128.eq<u8>(text, v128.splat<u8>(0x22)), v128.eq<u8>(text, v128.splat<u8>(0x5c))),
      v128.or(v128.lt<u8>(text, v128.splat<u8>(0x20)), v128.gt<u8>(text, v128.splat<u8>(0x7e))),
    );
    const marks = v128.bitmask<u8>(odd);
    if (marks == 0) {
      hash = mix(mix(hash, v128.extract_lane<u64>(text, 0)), v128.extract_lane<u64>(text, 1));
      continue;
    }
    const plain: usize = ctz(marks);
    if (load<u8>(at + plain) != quote) return unusualEnd(start, scope);
    const rest = v128.and(text, v128.load(masks + plain * 16));
    hash = mix(mix(hash, v128.extract_lane<u64>(rest, 0)), v128.extract_lane<u64>(rest, 1) ^ (<u64>plain << 56));
    textHash = finish(hash);
    return at + plain;
  }
}

/** The same for a text with escapes, as nginx writes them, or with bytes above ASCII: byte by byte. Its own hash is as good, because such a text always comes here. */
function unusualEnd(start: usize, scope: u32): usize {
  let hash = begin(scope);
  let at = start;
  let byte: u32 = load<u8>(at);
  while (byte != quote) {
    if (byte < 0x20) return 0;
    hash = mix(hash, byte);
    if (byte == backslash) {
      const escaped: u32 = load<u8>(at + 1);
      at += escaped == letterU ? 5 : 1;
      if (!isEscape(escaped, at)) return 0;
      hash = mix(hash, escaped == letterU ? <u64>load<u32>(at - 3) : <u64>escaped);
    }
    at += 1;
    byte = load<u8>(at);
  }
  textHash = finish(hash);
  return at;
}

/** nginx writes `\"`, `\\`, `\b`, `\f`, `\n`, `\r`, `\t` and `\u00` with two hexadecimal digits; `last` is the place of the last of them. */
function isEscape(escaped: u32, last: usize): bool {
  if (escaped == letterU) return load<u16>(last - 3) == 0x3030 && isHex(load<u8>(last - 1)) && isHex(load<u8>(last));
  return escaped == quote || escaped == backslash || escaped == 0x62 || escaped == 0x66 || escaped == 0x6e || escaped == 0x72 || escaped == 0x74;
}

@inline
function isHex(byte: u32): bool {
  return byte - 0x30 <= 9 || (byte | 0x20) - 0x61 <= 5;
}

export function word(at: usize, field: usize, table: usize, scope: u32): usize {
  const start = step(at, field);
  found = 0;
  foundAt = start;
  if (start == 0 || load<u8>(start) == quote) return start;
  const end = textEnd(start, scope);
  if (end == 0 || end - start > longest(table)) return 0;
  found = find(table, start, end, textHash, scope);
  return end;
}

/** As `word`, where the text is probably this one: then it is compared and not hashed. */
export function likely(at: usize, field: usize, table: usize, guess: u32): usize {
  const start = step(at, field);
  if (start == 0) return 0;
  const end = endIfSame(table, guess, start, quote);
  if (end == 0) return word(at, field, table, 0);
  found = guess;
  foundAt = start;
  return end;
}

/** A whole number of so many digits. */
export function whole(at: usize, fewest: u32, most: u32): usize {
  if (at == 0) return 0;
  let number: u64 = 0;
  let digits: u32 = 0;
  for (let digit = <u32>load<u8>(at) - zero; digit <= 9 && digits <= most; digit = <u32>load<u8>(at) - zero) {
    number = number * 10 + digit;
    digits += 1;
    at += 1;
  }
  value = <f64>number;
  return digits < fewest || digits > most ? 0 : at;
}

/** Seconds with three decimals, as nginx writes `$msec` and `$request_time`; the value is in milliseconds. */
export function seconds(at: usize): usize {
  const point = whole(at, 1, 10);
  if (point == 0 || load<u8>(point) != dot) return 0;
  const inMs = value * 1000;
  const end = whole(point + 1, 3, 3);
  value += inMs;
  return end;
}

/** The same; nothing is -1. */
export function optionalSeconds(at: usize): usize {
  if (at == 0 || load<u8>(at) != quote) return seconds(at);
  value = -1;
  return at;
}
