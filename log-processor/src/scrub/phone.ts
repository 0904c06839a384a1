/** Telephone numbers: French ones in every usual grouping, and international ones that begin with `+` or `00` (E.164). */
import { behind, replaceWhere, separator } from './pattern.ts';
import type { Pattern } from './pattern.ts';

const sep = `${separator}?`;
const plus = '(?:\\+|00|%2[bB])';
const french = `(?:${plus}${sep}33${sep}(?:\\(0\\))?${sep}0?|[(]?0)[1-9][)]?(?:${sep}[0-9]{2}){4}`;
const international = `${behind('A-Za-z')}${plus}[1-9](?:${sep}[()]?[0-9]){7,14}`;
// the plus of +33 is a space once a form has been decoded
const frenchWithoutPlus = '33[1-9][0-9]{8}';
const expression = new RegExp(`(?<![0-9])(?:${french}|${international}|${frenchWithoutPlus})(?![0-9])`, 'g');
// 2026-01-15-12-30-45: what follows the year is no telephone
const yearBefore = /(?:^|[^0-9])(?:19|20)[0-9]{2}[-._]$/;

/** The longest find wins; a date with its time is none. */
export const phone: Pattern<'phone'> = {
  name: 'phone',
  mayHit: (traits) => traits.digits >= 8,
  replace: (text, mark) =>
    replaceWhere(text, expression, (_match, index) => (yearBefore.test(text.slice(Math.max(0, index - 6), index)) ? null : mark())),
};
