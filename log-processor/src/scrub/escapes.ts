/** The encodings that write one character as several: per cent, backslash, HTML entities, compatibility forms of Unicode. */

const named = new Map(
  'commat@ period. colon: sol/ num# lowbar_ hyphen- dash- plus+ equals= amp& percnt% bsol\\'
    .split(' ')
    .map((entry) => [entry.slice(0, -1), entry.slice(-1)]),
);

const percent = /(?:%[0-9a-f]{2})+/gi;
// as many backslashes as JSON in JSON in JSON makes of one
const hexEscape = /(?:%u|\\{1,8}u)([0-9a-f]{4})|\\{1,8}u\{([0-9a-f]{1,6})\}|\\{1,8}x([0-9a-f]{2})/gi;
const octalEscape = /\\{1,8}([0-3][0-7]{2})/g;
const entity = /&(?:#([0-9]{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,6}));?/gi;

/** True where a token may be more than it looks. */
export const mayBeEscaped = /[\0%\\&\u0080-\uffff]/;

/** One token: no white space, quotes or URL delimiters, but entities (which hold two of them) are part of it. */
export const tokenWithEscapes = /(?:[^\s"'<>/?&=,;]|&(?:amp;){0,4}#?[0-9A-Za-z]{1,8};?)+/g;

function fromCode(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
}

function decodeEntity(all: string, decimal?: string, hex?: string, name?: string): string {
  if (decimal !== undefined) return fromCode(Number(decimal));
  if (hex !== undefined) return fromCode(Number.parseInt(hex, 16));
  return named.get(name?.toLowerCase() ?? '') ?? all;
}

const invisible = /[\0\p{Cf}\p{Me}\p{Default_Ignorable_Code_Point}]/gu;
const isDigit = /^\p{Nd}$/u;

/** The value of a decimal digit of any script: each has its ten in a row. */
function digitValue(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  let value = 0;
  while (value < 9 && isDigit.test(String.fromCodePoint(code - value - 1))) value += 1;
  return String(value);
}

/** Compatibility digits and letters and the digits of every script become plain ones, invisible characters go, the ideographic full stop is a dot. */
function foldUnicode(text: string): string {
  if (/^[\x01-\x7f]*$/.test(text)) return text;
  return text.normalize('NFKC').replace(invisible, '').replace(/[\u3002\uff61]/g, '.').replace(/(?![0-9])\p{Nd}/gu, digitValue);
}

/** Decodes one level of every escape in the text; bytes that are no UTF-8 become replacement characters. */
export function decodeEscapes(text: string): string {
  const decoded = text
    .replace(percent, (bytes) => Buffer.from(bytes.replaceAll('%', ''), 'hex').toString('utf8'))
    .replace(hexEscape, (_all, four?: string, braced?: string, two?: string) => fromCode(Number.parseInt(four ?? braced ?? two ?? '', 16)))
    .replace(octalEscape, (_all, octal: string) => fromCode(Number.parseInt(octal, 8)))
    .replace(entity, decodeEntity);
  return foldUnicode(decoded);
}
