/** The digits at both ends of a word, which may go on in its neighbour: `06 12 34 56 78` is one number in five words. */

export type Joints = {
  /** Digits and their separators at its beginning and at its end; empty where nothing can go on. */
  readonly head: string;
  readonly tail: string;
  readonly headDigits: number;
  readonly tailDigits: number;
  /** The head is the whole word. */
  readonly isHead: boolean;
};

export const noJoints: Joints = { head: '', tail: '', headDigits: 0, tailDigits: 0, isHead: false };

/** The digits, their separators as `pattern.ts` has them, and what stands around a country code. */
const isJoint = (code: number): boolean => isDigit(code) || code === openingBracket || code === closingBracket || code === plusSign || code === 0x2e || code === 0x5f || code === 0x2d || isWideJoint(code);
/** White space between words in ASCII is none of theirs: in a word it stands for `%20`. */
const isWideJoint = (code: number): boolean => code === 0x20 || code === 0xa0 || code === 0x202f || code === 0x2212 || (code >= 0x2000 && code <= 0x2015);
const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
const [openingBracket, closingBracket, plusSign] = [0x28, 0x29, 0x2b];
const isOpening = (code: number): boolean => code === openingBracket || code === plusSign;
/** The letter of a Corsican department. */
const isCorsican = (code: number): boolean => (code | 0x20) === 0x61 || (code | 0x20) === 0x62;
const isLetterOrDigit = (code: number): boolean => isDigit(code) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a);

/** Whether a word that ends so may have a tail. @param byte its last, of ASCII */
export const endsInJoint = (byte: number): boolean => isJoint(byte) || isCorsican(byte);
/** Whether a word that begins so may have a head. */
export const beginsWithJoint = (byte: number): boolean => isDigit(byte) || isOpening(byte);

/** @returns `noJoints` itself where there are none */
export function jointsOf(text: string): Joints {
  const word = text.includes('%') ? text.replace(/%20/g, ' ').replace(/%2b/gi, '+') : text;
  const head = headOf(word);
  const tail = tailOf(word);
  if (head === '' && tail === '') return noJoints;
  return { head, tail, headDigits: digitsIn(head), tailDigits: digitsIn(tail), isHead: head.length === word.length };
}

/** A digit, perhaps behind an opening, all that goes on, and a Corsican letter where nothing of a word follows. */
function headOf(word: string): string {
  const first = isOpening(word.charCodeAt(0)) ? 1 : 0;
  if (!isDigit(word.charCodeAt(first))) return '';
  let end = first + 1;
  while (isJoint(word.charCodeAt(end))) end += 1;
  if (isCorsican(word.charCodeAt(end)) && !isLetterOrDigit(word.charCodeAt(end + 1))) end += 1;
  return word.slice(0, end);
}

/** The same from the end backwards, so that a word of nothing but digits costs linear time. */
function tailOf(word: string): string {
  let start = isCorsican(word.charCodeAt(word.length - 1)) ? word.length - 1 : word.length;
  let first = -1;
  while (start > 0 && isJoint(word.charCodeAt(start - 1))) {
    start -= 1;
    if (isDigit(word.charCodeAt(start))) first = start;
  }
  if (first === -1) return '';
  return word.slice(first > start && isOpening(word.charCodeAt(first - 1)) ? first - 1 : first);
}

function digitsIn(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at += 1) if (isDigit(text.charCodeAt(at))) count += 1;
  return count;
}
