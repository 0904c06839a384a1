/** IPv6 addresses in every spelling of RFC 4291 and RFC 6874, with zone, brackets and port, and as host names (ip6.arpa, hyphens, underscores). */
import { isIPv6 } from 'node:net';
import { behind, replaceWhere } from './pattern.ts';
import type { Mark } from './pattern.ts';
import type { Traits } from './traits.ts';

const embedded = '(?:[0-9]{1,3}\\.){3}[0-9]{1,3}';
const zone = '(?:%(?:25)?[0-9A-Za-z._~-]{1,32})?';
const groups = '[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,24}';
const coloned = new RegExp(`\\[?${groups}(?:(?<=:)${embedded}|(?<=:[0-9]{1,3})(?:\\.[0-9]{1,3}){3})?${zone}(?:\\](?::[0-9]{1,5})?)?`, 'g');
const nibbles = new RegExp(`${behind('0-9a-zA-Z')}[0-9a-fA-F](?:\\.[0-9a-fA-F]){15,31}(?![0-9a-zA-Z])(?:\\.ip6\\.arpa)?`, 'g');
/** Groups with a hyphen or an underscore between, the same one throughout. */
const joined = (joint: string): RegExp =>
  new RegExp(`${behind('0-9a-zA-Z')}(?:[0-9a-fA-F]{1,4}${joint}){2,7}(?:${joint}(?:[0-9a-fA-F]{1,4}(?:${joint}[0-9a-fA-F]{1,4}){0,5})?|[0-9a-fA-F]{1,4})(?![0-9a-zA-Z])`, 'g');
const hyphened = joined('-');
const underscored = joined('_');

/** The address inside a find, without brackets, zone and port. */
function bareAddress(match: string): string {
  return match
    .replace(/^\[/, '')
    .replace(/\].*$/, '')
    .replace(/%.*$/, '');
}

/**
 * Fail closed: what has `::` and a number, or seven colons, is an address even where a group too many hides its borders;
 * `Foo::Bar` and 12:30:45 are none.
 */
function isColoned(address: string, isBounded: boolean): boolean {
  if (!/[0-9a-fA-F]/.test(address)) return false;
  const colons = address.split(':').length - 1;
  if (colons >= 7) return true;
  if (!address.includes('::')) return isIPv6(address);
  return isBounded ? isIPv6(address) || (colons >= 3 && /[0-9]/.test(address)) : colons >= 3 && /[0-9]/.test(address);
}

const begins = new RegExp(`${behind('0-9A-Za-z')}$`);
const longestBefore = 24;
/** No letter and no digit touches it, but for those of an escape or a colour. */
const isAlone = (text: string, start: number, end: number): boolean => begins.test(text.slice(Math.max(0, start - longestBefore), start)) && !/[0-9A-Za-z]/.test(text.charAt(end));

function replaceColoned(text: string, mark: Mark): string {
  return replaceWhere(text, coloned, (match, index) => {
    const address = bareAddress(match);
    if (!isColoned(address, isAlone(text, index, index + match.length))) return null;
    const before = match.startsWith('[') && !match.includes(']') ? '[' : '';
    return before + (isIPv6(address) ? mark(address) : mark());
  });
}

/** With a first group of four digits, as every routed prefix has it: other lists of numbers are none. */
function isJoined(match: string): boolean {
  const colons = match.replace(/[-_]/g, ':');
  return /^[0-9a-fA-F]{4}[-_]/.test(match) && /[0-9]/.test(match) && isIPv6(colons);
}

/** Each spelling has its joint: colons, the dots of the reverse zone, hyphens or underscores. */
export const mayBeAddressV6 = ({ colons, dots, dashes, digits }: Traits): boolean => colons >= 2 || (digits > 0 && (dots >= 15 || dashes >= 2));

/** Names in the reverse zone and with hyphens or underscores are replaced without saying which address they meant. */
export function replaceAddressV6(text: string, mark: Mark, { colons, dots, dashes }: Traits): string {
  const withoutNames = dots < 15 ? text : text.replace(nibbles, () => mark());
  const decide = (match: string): string | null => (isJoined(match) ? mark() : null);
  const withoutJoined = dashes < 2 ? withoutNames : replaceWhere(replaceWhere(withoutNames, hyphened, decide), underscored, decide);
  return colons < 2 ? withoutJoined : replaceColoned(withoutJoined, mark);
}
