/** Payment card numbers: an issuer's prefix, its length and the Luhn check digit (ISO/IEC 7812-1). */
import { replaceWhere, separator } from './pattern.ts';
import type { Pattern } from './pattern.ts';

const expression = new RegExp(`(?<![0-9])[2-6](?:${separator}?[0-9]){11,18}(?![0-9])`, 'g');
// a group of digits with what separates it from the one before; sticky, because the digits of %20 are none
const group = new RegExp(`${separator}?([0-9]+)`, 'gy');
const shortestCard = 12;
const issuers = [
  /^4(?:[0-9]{12}|[0-9]{15}|[0-9]{18})$/, // Visa
  /^(?:5[1-5][0-9]{2}|2(?:2[2-9][1-9]|2[3-9][0-9]|[3-6][0-9]{2}|7[01][0-9]|720))[0-9]{12}$/, // Mastercard
  /^3[47][0-9]{13}$/, // American Express
  /^3(?:0[0-5]|[689][0-9])[0-9]{11,16}$/, // Diners Club
  /^(?:6011|64[4-9][0-9]|65[0-9]{2})[0-9]{12,15}$/, // Discover
  /^35[0-9]{14,17}$/, // JCB
  /^62[0-9]{14,17}$/, // UnionPay
  /^(?:50|5[6-9]|6)[0-9]{11,18}$/, // Maestro
];

/** The Luhn check over a string of digits. */
export function isLuhnValid(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const value = digits.charCodeAt(digits.length - 1 - index) - 48;
    const doubled = index % 2 === 0 ? value : value * 2;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

function isCard(digits: string): boolean {
  return digits.length >= shortestCard && isLuhnValid(digits) && issuers.some((issuer) => issuer.test(digits));
}

/** Length of the shortest beginning of `match` that is a card and ends at a separator or at its end; 0 without one. */
function cardLength(match: string): number {
  let digits = '';
  group.lastIndex = 0;
  for (let part = group.exec(match); part !== null; part = group.exec(match)) {
    digits += part[1] ?? '';
    if (isCard(digits)) return part.index + part[0].length;
  }
  return 0;
}

/** 12 to 19 digits, also in groups. */
export const card: Pattern<'card'> = {
  name: 'card',
  mayHit: (traits) => traits.digits >= shortestCard,
  replace: (text, mark) =>
    replaceWhere(text, expression, (match) => {
      const length = cardLength(match);
      return length === 0 ? null : mark() + match.slice(length);
    }),
};
