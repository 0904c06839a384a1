/** IPv4 addresses of two or three parts (192.0.513, 0xc0.0x201 as `inet_aton` and browsers read them), where nothing else can be meant. */
import { behind, replaceWhere } from './pattern.ts';
import type { Mark } from './pattern.ts';
import type { Traits } from './traits.ts';

const part = '(?:0[xX][0-9a-fA-F]{1,8}|[0-9]{1,10})';
// where an address has its host, a name of numbers is an IPv4 address (WHATWG URL, "ends in a number"); templates keep one slash of two
const asHost = new RegExp(`(?<=(?:[A-Za-z]:/|//)(?:[^/?#@ ]{1,64}@)?)${part}(?:\\.${part}){1,2}(?::[0-9]{1,5})?(?=$|[^0-9A-Za-z._-]|[.](?:$|[^0-9A-Za-z]))`, 'g');
// a hexadecimal part is in no version, time, price or date
const withHexadecimal = new RegExp(`${behind('0-9A-Za-z.')}(?=[0-9.]*0[xX])${part}(?:\\.${part}){1,2}(?![0-9A-Za-z]|\\.[0-9])`, 'g');

/** As `inet_aton` reads it; a zero in front makes eight the base. */
function partValue(text: string): number {
  return /^0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number(text);
}

/** Whether the parts name an address: all but the last are bytes, and the last fills what is left. */
function isAddress(match: string): boolean {
  const parts = match.replace(/:.*$/, '').split('.');
  const values = parts.map(partValue);
  return values.slice(0, -1).every((value) => value <= 255) && (values.at(-1) ?? Infinity) < 256 ** (5 - parts.length);
}

/** It needs a dot, and either what stands before a host (a slash) or an `x`, which no trait counts but `0x` and a digit are a run of three. */
export const mayBeShortAddressV4 = ({ dots, digits, slashes, longestRun }: Traits): boolean => dots >= 1 && digits >= 2 && (slashes >= 1 || longestRun >= 3);

/**
 * Elsewhere 192.513 is a price and 192.0.513 a version to everybody, and stays.
 * Which address was meant is not said.
 */
export function replaceShortAddressV4(text: string, mark: Mark): string {
  const decide = (match: string): string | null => (isAddress(match) ? mark() : null);
  const withoutHosts = text.includes('/') ? replaceWhere(text, asHost, decide) : text;
  return /0x/i.test(withoutHosts) ? replaceWhere(withoutHosts, withHexadecimal, decide) : withoutHosts;
}
