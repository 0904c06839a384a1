/** IPv4 addresses in every spelling that `inet_aton` or a reverse zone knows: dotted, octal, hexadecimal, one number, padded digits, names. */
import { behind, replaceWhere } from './pattern.ts';
import type { Mark } from './pattern.ts';
import type { Traits } from './traits.ts';

const part = '(?:0[xX][0-9a-fA-F]+|[0-9]+)';
// a run is taken as a whole, which keeps the search linear and dates together; a port belongs to the find, because it tells who behind a shared address
const dotted = new RegExp(`(?<![0-9]\\.?)${part}(?:\\.${part}){3,}(?::[0-9]{1,5}(?![0-9:]))?`, 'g');
/** Made harmless for a mail or a report: 192[.]0[.]2[.]1, 192(.)0(.)2(.)1. */
const defanged = /(?<![0-9])[0-9]{1,3}(?:[[({][.][\])}]|[.])(?:[0-9]{1,3}(?:[[({][.][\])}]|[.])){2}[0-9]{1,3}(?![0-9])/g;
/** Four bytes as Python prints them: b'\\xc0\\x00\\x02\\x01'. */
const packed = /(?<![A-Za-z0-9])b(\\{0,8}')(?:\\{1,8}(?:x[0-9a-f]{2}|[tnr\\])|[^\\'"]){4}\1/g;
const joined = /(?<![0-9][-_]?)[0-9]+(?:[-_][0-9]+){3,}/g;
const slashed = /(?<=[/ ,"=]|^)[0-9]{1,3}([/,])(?:[0-9]{1,3}\1){2}[0-9]{1,3}(?=[/ ,?"]|$)/g;
const number = /(?<![0-9]|[0-9][.,])(?:[1-9][0-9]{8,9}|0[0-7]{10,11}|[0-9]{12})(?![0-9]|[.,][0-9])/g;
const hexadecimal = new RegExp(`${behind('0-9A-Za-z')}(?:0[xX][0-9a-fA-F]{8}(?![0-9A-Za-z])|[0-9a-fA-F]{8}(?![0-9A-Za-z]|-[0-9a-fA-F]{4}-))`, 'g');

// 010 is ten to people and eight to inet_aton
const isAmbiguous = /(?:^|\.)0[0-9]/;

/** The value of one part, decimal first, octal where only that fits a byte; NaN where none does. */
function partValue(text: string): number {
  if (/^0x/i.test(text)) return Number(text);
  const decimal = Number(text);
  if (decimal <= 255) return decimal;
  return /^0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number.NaN;
}

/** The first four neighbouring parts that are bytes, as an address; null without them. */
function firstWindow(parts: readonly string[]): string | null {
  let bytes: number[] = [];
  for (const text of parts) {
    const value = partValue(text);
    bytes = value <= 255 ? [...bytes, value] : [];
    if (bytes.length === 4) return bytes.join('.');
  }
  return null;
}

/** With the first and the last part cut to what fits a byte: a digit too many in front or behind (from a wrong alignment, say) hides nothing. */
function withoutGluedDigits(parts: readonly string[]): readonly string[] {
  const last = parts.length - 1;
  return parts.map((text, index) => {
    if (partValue(text) <= 255 || !/^[0-9]+$/.test(text)) return text;
    if (index === 0) return Number(text.slice(-3)) <= 255 ? text.slice(-3) : text.slice(-2);
    return index === last ? (Number(text.slice(0, 3)) <= 255 ? text.slice(0, 3) : text.slice(0, 2)) : text;
  });
}

/** Without a leading year, month and day: 2026-01-15-12-30-45 is a moment, and 2026-01-15-192-0-2-1 is none. */
function withoutDate(parts: readonly string[]): readonly string[] {
  const [year = '', month = '', day = ''] = parts;
  const isDate = /^(?:19|20)[0-9]{2}$/.test(year) && /^(?:0?[1-9]|1[0-2])$/.test(month) && /^(?:0?[1-9]|[12][0-9]|3[01])$/.test(day);
  return isDate ? parts.slice(3) : parts;
}

function fromInteger(value: number): string {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join('.');
}

/** Nine or ten decimal digits, octal with a leading 0, or four times three padded digits as in some host names. */
function fromDigits(digits: string): string | null {
  const isOctal = /^0[0-7]{10,11}$/.test(digits);
  if (digits.length === 12 && !isOctal) return firstWindow(digits.match(/.{3}/g) ?? []);
  const value = isOctal ? Number.parseInt(digits, 8) : Number(digits);
  return value < 2 ** 32 ? fromInteger(value) : null;
}

function fromHexadecimal(match: string): string | null {
  const digits = match.replace(/^0x/i, '');
  const isBare = digits === match;
  return isBare && !(/[0-9]/.test(match) && /[a-f]/i.test(match)) ? null : fromInteger(Number.parseInt(digits, 16));
}

function markOrNull(address: string | null, mark: Mark): string | null {
  return address === null ? null : mark(address);
}

/** Four numbers need three joints of one kind; one number needs eight characters. */
const mayBeJoined = ({ dots, dashes, slashes, digits }: Traits): boolean => digits >= 1 && Math.max(dots, dashes, slashes) >= 3;
const mayBeNumber = ({ longestRun, digits }: Traits): boolean => longestRun >= 8 && digits > 0;
const mayBePacked = ({ quotes, escapes }: Traits): boolean => quotes > 1 && escapes > 0;
export const mayBeAddressV4 = (traits: Traits): boolean => mayBeJoined(traits) || mayBeNumber(traits) || mayBePacked(traits);

function replaceDotted(text: string, mark: Mark): string {
  return replaceWhere(text, dotted, (match) => {
    const parts = withoutDate(match.replace(/:.*$/, '').split('.'));
    const found = firstWindow(parts);
    if (found !== null && !isAmbiguous.test(match)) return mark(found);
    return found === null && firstWindow(withoutGluedDigits(parts)) === null ? null : mark();
  });
}

function replaceDefanged(text: string, mark: Mark): string {
  return replaceWhere(text, defanged, (match) => (/^[0-9.]+$/.test(match) ? null : markOrNull(firstWindow(match.replace(/[^0-9.]/g, '').split('.')), mark)));
}

const printed = new Map([['t', 9], ['n', 10], ['r', 13]]);

/** Each byte as it is printed: a sign of ASCII stands for itself. */
function replacePacked(text: string, mark: Mark): string {
  return replaceWhere(text, packed, (match) => {
    if (!match.includes('\\x')) return null;
    const bytes = [...match.slice(match.indexOf("'") + 1).matchAll(/\\{1,8}(?:x([0-9a-f]{2})|([tnr\\]))|([^\\'"])/g)];
    const values = bytes.slice(0, 4).map(([, hex, name = '', sign = name]) => (hex === undefined ? (printed.get(name) ?? sign.charCodeAt(0)) : Number.parseInt(hex, 16)));
    return values.every((value) => value <= 255) ? mark(values.join('.')) : null;
  });
}

/** Names of hosts and lists, with four numbers in either order. */
function replaceJoined(text: string, mark: Mark): string {
  const withoutNames = replaceWhere(text, joined, (match) => (firstWindow(withoutDate(match.split(/[-_]/))) === null ? null : mark()));
  return replaceWhere(withoutNames, slashed, (match) => (firstWindow(match.split(/[/,]/)) === null ? null : mark()));
}

/**
 * Four dotted numbers of at most 255 are an address, even where they are a version (10.4.2.1-beta): nobody can tell them apart.
 * Names in either order and parts with leading zeros are replaced without saying which address they meant.
 */
export function replaceAddressV4(text: string, mark: Mark, traits: Traits): string {
  const unpacked = mayBePacked(traits) ? replacePacked(text, mark) : text;
  const withoutDotted = traits.dots < 3 ? unpacked : replaceDefanged(replaceDotted(unpacked, mark), mark);
  const withoutLists = traits.dashes < 3 && traits.slashes < 3 ? withoutDotted : replaceJoined(withoutDotted, mark);
  if (!mayBeNumber(traits)) return withoutLists;
  const withoutNumbers = replaceWhere(withoutLists, number, (match) => markOrNull(fromDigits(match), mark));
  return replaceWhere(withoutNumbers, hexadecimal, (match) => markOrNull(fromHexadecimal(match), mark));
}
