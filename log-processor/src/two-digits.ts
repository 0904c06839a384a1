/** Blurs a number, so that a size or a duration does not tell which folded path it belongs to. */

/** Two significant digits; -1 (unknown) stays. */
export function twoDigits(value: number): number {
  if (value < 100) return value;
  const unit = 10 ** (Math.floor(Math.log10(value)) - 1);
  return Math.round(value / unit) * unit;
}
