/** What the scrubber says of one word, in a form that is remembered: log lines are made of few words that come again and again. */
import { withoutTimes } from './near-times.ts';
import { createScrubber, mayHit } from './scrub.ts';
import type { PatternName } from './pattern-names.ts';
import { jointsOf, noJoints } from './word-joints.ts';
import type { Joints } from './word-joints.ts';
import { behind } from './pattern.ts';
import { equals, headerName, quotes, secretName } from './token.ts';
import { isHarmless, measure } from './traits.ts';
import type { Traits } from './traits.ts';

/** What to write for an address, given in standard spelling. */
export type AddressWriter = (addressText: string) => string;

export type Verdict = Joints & {
  /** The word without personal data: texts around addresses; null where it stays as it is. */
  readonly pieces: readonly string[] | null;
  readonly addresses: readonly string[];
  readonly hits: readonly PatternName[];
  /** So many words after it belong to it: the value of a secret, the groups of an IBAN. */
  readonly takes: number;
};

const none: readonly never[] = [];
export const plain: Verdict = { pieces: null, addresses: none, hits: none, ...noJoints, takes: 0 };
/** Plain but for its joints, which are read where the word beside it has some too. */
export const shortNumber: Verdict = { ...plain };

// Noncharacters of Unicode: no text has them, and what has is cleaned first.
const [opened, closed] = ['\ufdd0', '\ufdd1'];
const reserved = /[\ufdd0\ufdd1]/g;
const marked = /\ufdd0[0-9]+\ufdd1/;
const everyMark = /\ufdd0([0-9]+)\ufdd1/g;

let found: string[] = [];
const scrubText = createScrubber({
  replaceAddress(address) {
    found.push(address);
    return `${opened}${found.length - 1}${closed}`;
  },
});

/** The text scrubbed, with addresses still to be written. `traits` are those of the text. */
export function scrubParts(text: string, traits: Traits = measure(text)): Pick<Verdict, 'pieces' | 'addresses' | 'hits'> {
  found = [];
  const scrubbed = scrubText(traits.escapes === 0 ? text : text.replace(reserved, '\ufffd'), traits);
  if (scrubbed.hits.length === 0) return plain;
  const addresses = [...scrubbed.text.matchAll(everyMark)].map(([, index]) => found[Number(index)] ?? '');
  return { pieces: scrubbed.text.split(marked), addresses, hits: scrubbed.hits };
}

/** The words of a verdict put together again. */
export function writeParts({ pieces, addresses }: Pick<Verdict, 'pieces' | 'addresses'>, write: AddressWriter): string {
  return (pieces ?? none).reduce((text, piece, index) => text + write(addresses[index - 1] ?? '') + piece);
}

const scheme = new RegExp(`${behind('A-Za-z')}(?:Bearer|Basic|Digest)$`, 'i');
const secret = new RegExp(`${secretName}(?:${quotes}(?::${quotes}?)?|${equals}${quotes}?)$`, 'i');
const ibanStart = new RegExp(`${behind('A-Za-z0-9')}[A-Za-z]{2}[0-9]{2}[A-Za-z0-9]{0,30}$`);
const header = new RegExp(`${behind('A-Za-z0-9_-')}${headerName}:$`, 'i');
/** Behind a header: the scheme and the value. */
const headerWords = 2;
/** A secret stands at most so many words behind its name: `token"` `:` `"` `value"`. */
const secretWords = 3;
/** What ends a name, and how many words behind it its value can be. */
const behindName = new Map([['=', 1], ['"', secretWords], ["'", secretWords], [':', secretWords]]);
/** What is looked at of a word's end. */
const longestEnd = 200;
/** The groups of the longest IBAN, behind its first. */
const ibanGroups = 8;
// The moments of log lines, whole and in range: no address is written so.
const moment = /^["'[(]*(?:[a-z_]{1,12}=)?"?[12][0-9]{3}[-/](?:0[1-9]|1[0-2])[-/](?:0[1-9]|[12][0-9]|3[01])(?:[T:][0-2][0-9]:[0-5][0-9]:[0-6][0-9](?:[.,][0-9]{1,9})?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?["')\],;:]*$/;
const timeOfDay = /^["'[(]*[0-2][0-9]:[0-5][0-9]:[0-6][0-9](?:[.,][0-9]{1,9})?Z?["')\],;]*$/;

/** @param word without white space */
export function judgeWord(word: string): Verdict {
  const traits = measure(word);
  const takes = takesOf(word, traits);
  if (takes === 0 && isHarmless(traits)) return plain;
  const parts = !mayHit(traits) || isTime(word) ? plain : scrubParts(word, traits);
  const joints = traits.digits === 0 ? noJoints : jointsOf(word);
  if (parts === plain && takes === 0 && joints === noJoints) return plain;
  const { pieces, addresses, hits } = parts;
  const { head, tail, headDigits, tailDigits, isHead } = joints;
  return { pieces, addresses, hits, head, tail, headDigits, tailDigits, isHead, takes };
}

/** The same for a word that holds a number like a time: the times near `timeMs` stay, and everything around them is looked at as if they were one digit. */
export function judgeNear(word: string, timeMs: number): Verdict {
  const timeless = withoutTimes(word, timeMs);
  const verdict = judgeWord(timeless);
  if (timeless === word) return verdict;
  return verdict.pieces === null ? plain : { ...judgeWord(word), ...noJoints };
}

export const isTime = (word: string): boolean => moment.test(word) || timeOfDay.test(word);

/** The last character says which of the expressions can match at all. */
function takesOf(whole: string, { digits }: Traits): number {
  const word = whole.slice(-longestEnd);
  const last = word.charAt(word.length - 1);
  const behind = behindName.get(last);
  if (behind !== undefined) return secret.test(word) ? behind : last === ':' && header.test(word) ? headerWords : 0;
  if (digits >= 2 && ibanStart.test(word)) return ibanGroups;
  return /[rct]/i.test(last) && scheme.test(word) ? secretWords : 0;
}
