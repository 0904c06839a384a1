/** Reads `22/Nov/2026:11:14:54 +0000`, as nginx and Apache write a time; that of the line before is known again by its bytes. */
import { lastTime } from './memory';

/** Bytes of the text. */
export const timeBytes: usize = 26;
const zero: u32 = 0x30;
const minus: u32 = 0x2d;
/** As in src/parse/parse-time.ts: no zone is further from Greenwich. */
const mostOffsetMinutes: i32 = 15 * 60;

/** Milliseconds since 1970 of what `localTime` read last. */
export let instant: f64 = 0;

/** @returns false where it is no such time, or an odd one (a leap second): the general parser decides */
export function localTime(at: usize): bool {
  const first = v128.load(at);
  const last = v128.load(at + timeBytes - 16);
  if (!v128.any_true(v128.or(v128.xor(first, v128.load(lastTime)), v128.xor(last, v128.load(lastTime, 16))))) return true;
  const signs = load<u8>(at + 2) == 0x2f && load<u8>(at + 6) == 0x2f && load<u8>(at + 11) == 0x3a && load<u8>(at + 14) == 0x3a && load<u8>(at + 17) == 0x3a && load<u8>(at + 20) == 0x20;
  if (!signs || !read(at)) return false;
  v128.store(lastTime, first);
  v128.store(lastTime, last, 16);
  return true;
}

function read(at: usize): bool {
  const day = pair(at);
  const month = monthOf(load<u32>(at + 3) & 0xffffff);
  const year = pair(at + 7) * 100 + pair(at + 9);
  const hour = pair(at + 12);
  const minute = pair(at + 15);
  const second = pair(at + 18);
  const sign: u32 = load<u8>(at + 21);
  const offset = pair(at + 22) * 60 + pair(at + 24);
  // A pair that is none is far below zero, and so is what was made of it.
  if (day < 1 || month == 0 || day > lengthOf(year, month) || year < 1990 || year > 2261 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return false;
  if ((sign != 0x2b && sign != minus) || pair(at + 22) < 0 || pair(at + 24) < 0 || offset > mostOffsetMinutes) return false;
  const minutes = (daysBefore(year, month, day) * 24 + hour) * 60 + minute - (sign == minus ? -offset : offset);
  instant = (<f64>minutes * 60 + <f64>second) * 1000;
  return true;
}

/** Two digits; -100000 where they are none. */
function pair(at: usize): i32 {
  const tens = <u32>load<u8>(at) - zero;
  const ones = <u32>load<u8>(at + 1) - zero;
  return tens > 9 || ones > 9 ? -100000 : <i32>(tens * 10 + ones);
}

/** 1 to 12 of three letters, the first in the lowest byte; 0 where they are no month. */
function monthOf(letters: u32): i32 {
  switch (letters) {
    case 0x6e614a: return 1;
    case 0x626546: return 2;
    case 0x72614d: return 3;
    case 0x727041: return 4;
    case 0x79614d: return 5;
    case 0x6e754a: return 6;
    case 0x6c754a: return 7;
    case 0x677541: return 8;
    case 0x706553: return 9;
    case 0x74634f: return 10;
    case 0x766f4e: return 11;
    case 0x636544: return 12;
    default: return 0;
  }
}

function lengthOf(year: i32, month: i32): i32 {
  if (month != 2) return 30 + ((month + (month >> 3)) & 1);
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
}

/** Days since 1970-01-01: years of 365 and a quarter days that begin in March, so that the leap day is their last. */
function daysBefore(year: i32, month: i32, day: i32): i32 {
  const shifted = month > 2 ? year : year - 1;
  const century = shifted / 100;
  const inYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
  return shifted * 365 + shifted / 4 - century + century / 4 + inYear - 719468;
}
