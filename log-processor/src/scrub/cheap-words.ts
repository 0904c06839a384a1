/** The two kinds of words that lines are full of, known by their bytes alone: words without a number, and short numbers with a unit. */
import { apostrophe, blank, colon, dash, digit, dot, equal, foreign, hexadecimal, kindsOf, lower, quote, slash, telling, upper } from './word-kinds.ts';
import { shortestBase64 } from './traits.ts';

const marks = digit | equal | telling | foreign | blank;
const unfit = equal | telling | foreign | blank | dash | hexadecimal;
const letters = lower | upper;
const schemeEnds = ['rer', 'sic', 'est'].map((end) => Buffer.from(end).readUIntBE(0, 3));
/** Of `authorization:`, `x-api-key:`, `x-auth-token:`, `password:`, `passwd:`, `secret:`. */
const headerEnds = ['ion', 'key', 'ken', 'ord', 'swd', 'ret'].map((end) => Buffer.from(end).readUIntBE(0, 3));
const [quoteSign, apostropheSign, colonSign] = [0x22, 0x27, 0x3a];
/** Fewer digits than any number of a person has, shorter than any run that an encoding needs. */
const [mostDigits, longestRun, longestNumber] = [7, 7, 32];

/** Counted in one number: digits, slashes with dots twice (one dot or two slashes at the most), colons, letters; no word is so long that one count reaches the next. */
const [aDigit, aSlash, aDot, aColon, aLetter] = [1, 1 << 8, 2 << 8, 1 << 16, 1 << 24];
const tallies = new Uint32Array(256);
for (const [worth, signs] of [[aDigit, /[0-9]/], [aSlash, /[/,]/], [aDot, /[.]/], [aColon, /:/], [aLetter, /[A-Za-z]/]] as const) for (let byte = 0; byte < 128; byte += 1) if (signs.test(String.fromCharCode(byte))) tallies[byte] = worth;

/** No digit, no mark, at most one colon, no run long enough for base64, and no name of a secret, of a header that holds one or of a scheme at its end: `judgeWord` calls it plain. */
export function isPlainWord(bytes: Uint8Array, start: number, end: number, kinds: number): boolean {
  if ((kinds & marks) !== 0) return false;
  if ((kinds & upper) !== 0 && end - start >= shortestBase64) return false;
  return ((kinds & colon) === 0 || ((kinds & apostrophe) === 0 && hasOneColon(bytes, start, end))) && !mayTake(bytes, start, end, kinds);
}

/**
 * Up to seven digits, and nothing around them that an address, a secret or an encoding needs: `judgeWord` finds nothing in it, but its digits
 * may go on in its neighbours. `19.998ms`, `*4711`, `31#31:`
 */
export function isShortNumber(bytes: Uint8Array, start: number, end: number, kinds: number): boolean {
  if ((kinds & unfit) !== 0 || end - start > longestNumber) return false;
  // Before a host stands a slash; a secret stands behind a colon and a quote.
  if ((kinds & (dot | slash)) === (dot | slash) || ((kinds & colon) !== 0 && (kinds & (quote | apostrophe)) !== 0)) return false;
  return !mayTake(bytes, start, end, kinds) && hasFewDigits(bytes, start, end);
}

function hasFewDigits(bytes: Uint8Array, start: number, end: number): boolean {
  let [tally, run, before] = [0, 0, 0];
  for (let at = start; at < end; at += 1) {
    const worth = tallies[bytes[at] ?? 0] ?? 0;
    run = (worth & (aDigit | aLetter)) === 0 ? 0 : run + 1;
    // A letter and then a digit may begin an IBAN.
    if (run > longestRun || (worth === aDigit && before === aLetter)) return false;
    tally += worth;
    before = worth;
  }
  return (tally & 0xff) <= mostDigits && ((tally >> 8) & 0xff) <= 2 && ((tally >> 16) & 0xff) <= 1;
}

function hasOneColon(bytes: Uint8Array, start: number, end: number): boolean {
  let colons = 0;
  for (let at = start; at < end; at += 1) if (bytes[at] === colonSign) colons += 1;
  return colons < 2;
}

/** Whether a value may stand behind it: a name and a quote, a header, or the end of `Bearer`, `Basic` and `Digest`. */
function mayTake(bytes: Uint8Array, start: number, end: number, kinds: number): boolean {
  if (end - start < 2) return false;
  const last = bytes[end - 1] ?? 0;
  if (last === quoteSign || last === apostropheSign) return ((kindsOf[bytes[end - 2] ?? 0] ?? 0) & (letters | apostrophe)) !== 0;
  if ((kinds & quote) !== 0) return true;
  return end - start > 3 && (last === colonSign ? headerEnds.includes(threeBefore(bytes, end - 1)) : schemeEnds.includes(threeBefore(bytes, end)));
}

/** Three letters as one number, in lower case. */
const threeBefore = (bytes: Uint8Array, end: number): number => (((bytes[end - 3] ?? 0) << 16) | ((bytes[end - 2] ?? 0) << 8) | (bytes[end - 1] ?? 0)) | 0x202020;
