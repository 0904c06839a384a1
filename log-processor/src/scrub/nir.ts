/** NIR, the French social security number: the name of a patient in digits. With its key of two digits or without. */
import { replaceWhere, separator, withoutSeparators } from './pattern.ts';
import type { Pattern } from './pattern.ts';

const sep = `${separator}?`;
// sex, year, month, department (2A and 2B for Corsica), commune, order, key
const expression = new RegExp(
  `(?<![0-9])[1-478]${sep}[0-9]{2}${sep}[0-9]{2}${sep}(?:[0-9]{2}|2[abAB])${sep}[0-9]{3}${sep}[0-9]{3}(?:${sep}[0-9]{2})?(?![0-9])`,
  'g',
);

/**
 * The key of a NIR: 97 - n mod 97 over its 13 digits, with 2A read as 19 and 2B as 18
 * (INSEE; the same as subtracting 1,000,000 or 2,000,000 where the letter counts as 0).
 */
export function nirKey(body: string): number {
  const digits = body.toUpperCase().replace('2A', '19').replace('2B', '18');
  return 97 - Number(BigInt(digits) % 97n);
}

function isBody(body: string): boolean {
  const month = Number(body.slice(3, 5));
  const order = Number(body.slice(10, 13));
  return ((month >= 1 && month <= 12) || month >= 20) && order > 0 && body.slice(5, 7) !== '00';
}

function isNir(match: string): boolean {
  const compact = withoutSeparators(match);
  const body = compact.slice(0, 13);
  if (!isBody(body)) return false;
  if (compact.length === 13) return true;
  // in groups, two digits that are no key belong to something else and the 13 before them still are a NIR
  return Number(compact.slice(13)) === nirKey(body) || /[^0-9abAB][0-9]{2}$/.test(match);
}

/** 15 digits with a valid key, or 13 of the right shape (month 01 to 12 or 20 to 99, order above 0). */
export const nir: Pattern<'nir'> = {
  name: 'nir',
  mayHit: (traits) => traits.digits >= 12,
  replace: (text, mark) => replaceWhere(text, expression, (match) => (isNir(match) ? mark() : null)),
};
