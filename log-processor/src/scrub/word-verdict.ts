/** What the scrubber says of one word, in a form that is remembered: log lines are made of few words that come again and again. */
import { createScrubber } from './scrub.ts';
import type { PatternName } from './pattern-names.ts';
import { secretNames } from './token.ts';
import { isHarmless, measure } from './traits.ts';
import type { Traits } from './traits.ts';

/** What to write for an address, given in standard spelling. */
export type AddressWriter = (addressText: string) => string;

export type Verdict = {
  /** The word without personal data: texts around addresses; null where it stays as it is. */
  readonly pieces: readonly string[] | null;
  readonly addresses: readonly string[];
  readonly hits: readonly PatternName[];
  /** Digits and their separators at its beginning and end, which may go on in the neighbour; empty where nothing can. */
  readonly head: string;
  readonly tail: string;
  /** So many words after it belong to it: the value of a secret, the groups of an IBAN. */
  readonly takes: number;
};

const none: readonly never[] = [];
export const plain: Verdict = { pieces: null, addresses: none, hits: none, head: '', tail: '', takes: 0 };

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

/** The text scrubbed, with addresses still to be written. */
export function scrubParts(text: string): Pick<Verdict, 'pieces' | 'addresses' | 'hits'> {
  found = [];
  const scrubbed = scrubText(text.replace(reserved, '\ufffd'));
  if (scrubbed.hits.length === 0) return plain;
  const addresses = [...scrubbed.text.matchAll(everyMark)].map(([, index]) => found[Number(index)] ?? '');
  return { pieces: scrubbed.text.split(marked), addresses, hits: scrubbed.hits };
}

/** The words of a verdict put together again. */
export function writeParts({ pieces, addresses }: Pick<Verdict, 'pieces' | 'addresses'>, write: AddressWriter): string {
  return (pieces ?? none).reduce((text, piece, index) => text + write(addresses[index - 1] ?? '') + piece);
}

const headDigits = /^[(+]?[0-9][0-9()+._\u00a0-]*(?:[abAB](?![0-9A-Za-z]))?/;
const tailDigits = /[(+]?[0-9][0-9()+._\u00a0-]*[abAB]?$/;
const scheme = /(?:^|[^A-Za-z])(?:Bearer|Basic|Digest)$/i;
const secret = new RegExp(`(?:${secretNames})(?:[_-](?:id|token|key|code))?"(?::"?)?$`, 'i');
const ibanStart = /(?:^|[^A-Za-z0-9])[A-Za-z]{2}[0-9]{2}[A-Za-z0-9]{0,30}$/;
/** The shortest number that is one: eight digits of a hexadecimal address. */
const fewestDigits = 8;
/** The groups of the longest IBAN, behind its first. */
const ibanGroups = 8;
// The moments of log lines, whole and in range: no address is written so.
const moment = /^["'[(]*(?:[a-z_]{1,12}=)?"?[12][0-9]{3}[-/](?:0[1-9]|1[0-2])[-/](?:0[1-9]|[12][0-9]|3[01])(?:[T:][0-2][0-9]:[0-5][0-9]:[0-6][0-9](?:[.,][0-9]{1,9})?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?["')\],;:]*$/;
const timeOfDay = /^["'[(]*[0-2][0-9]:[0-5][0-9]:[0-6][0-9](?:[.,][0-9]{1,9})?Z?["')\],;]*$/;

/** @param word without white space */
export function judgeWord(word: string): Verdict {
  const traits = measure(word);
  const takes = takesOf(word);
  if (takes === 0 && isHarmless(traits)) return plain;
  const parts = cannotHit(traits) || isTime(word) ? plain : scrubParts(word);
  const { head, tail } = traits.digits === 0 ? plain : jointsOf(word);
  return parts === plain && takes === 0 && head + tail === '' ? plain : { ...parts, head, tail, takes };
}

const jointsOf = (word: string): Pick<Verdict, 'head' | 'tail'> => ({ head: headDigits.exec(word)?.[0] ?? '', tail: tailDigits.exec(word)?.[0] ?? '' });
const isTime = (word: string): boolean => moment.test(word) || timeOfDay.test(word);

/** Fewer characters of every kind than any pattern needs. */
function cannotHit({ digits, ats, colons, equals, dots, dashes, slashes, escapes, longestRun }: Traits): boolean {
  return digits < fewestDigits && longestRun < fewestDigits && ats + colons + equals + dots + escapes === 0 && dashes < 3 && slashes < 3;
}

function takesOf(word: string): number {
  if (word.length > 200) return 0;
  if (ibanStart.test(word)) return ibanGroups;
  return scheme.test(word) || secret.test(word) ? 3 : 0;
}
