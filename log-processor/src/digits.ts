/** Writes numbers as text three digits at a time: for most numbers of a line that is one look-up and one store. */

/** The three digits of 0 to 999, with leading zeros, as the bytes of a little-endian number. */
const triples = Int32Array.from({ length: 1000 }, (_, value) => 0x303030 + Math.floor(value / 100) + ((Math.floor(value / 10) % 10) << 8) + (value % 10 << 16));

const triple = (value: number): number => triples[value] ?? 0;

/** Writes three digits, with leading zeros, and one more byte. @returns where the fourth ends */
export function putTriple(view: DataView, at: number, value: number, after: number): number {
  view.setInt32(at, triple(value) | (after << 24), true);
  return at + 4;
}

/** Writes a number as JSON does; three bytes behind it are overwritten. @returns where it ends */
export function putNumber(view: DataView, at: number, value: number): number {
  if (!Number.isInteger(value) || value < 0 || value > 999_999_999) return putText(view, at, String(value));
  const whole = value | 0; // whole 32-bit numbers divide many times faster
  if (whole < 1000) return putLeading(view, at, whole);
  const thousands = (whole / 1000) | 0;
  if (whole < 1_000_000) return putTriple(view, putLeading(view, at, thousands), whole - thousands * 1000, 0) - 1;
  const millions = (thousands / 1000) | 0;
  const middle = putTriple(view, putLeading(view, at, millions), thousands - millions * 1000, 0) - 1;
  return putTriple(view, middle, whole - thousands * 1000, 0) - 1;
}

/** 0 to 999 without leading zeros. */
function putLeading(view: DataView, at: number, value: number): number {
  const digits = value < 10 ? 1 : value < 100 ? 2 : 3;
  view.setInt32(at, triple(value) >> (8 * (3 - digits)), true);
  return at + digits;
}

const dot = 0x2e;

/** Writes whole milliseconds as seconds, without zeros at the end; three bytes behind them are overwritten. @returns where they end */
export function putSeconds(view: DataView, at: number, milliseconds: number): number {
  if (milliseconds > 999_999_999 || !Number.isInteger(milliseconds)) return putText(view, at, String(milliseconds / 1000));
  const whole = milliseconds | 0;
  const seconds = (whole / 1000) | 0;
  const rest = whole - seconds * 1000;
  const end = putNumber(view, at, seconds);
  if (rest === 0) return end;
  view.setInt32(end, dot | (triple(rest) << 8), true);
  return rest % 10 !== 0 ? end + 4 : rest % 100 !== 0 ? end + 3 : end + 2;
}

/** Writes ASCII. @returns where it ends */
function putText(view: DataView, at: number, text: string): number {
  for (let index = 0; index < text.length; index += 1) view.setUint8(at + index, text.charCodeAt(index));
  return at + text.length;
}
