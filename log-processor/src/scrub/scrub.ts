/** Takes personal data out of text: the ordered list of what is looked for, as it stands and in everything it may be encoded in. */
import { address } from './address.ts';
import { card } from './card.ts';
import { email } from './email.ts';
import { iban } from './iban.ts';
import { jwt } from './jwt.ts';
import { mac } from './mac.ts';
import { nir } from './nir.ts';
import type { PatternName } from './pattern-names.ts';
import { phone } from './phone.ts';
import { maxTextLength, mayHoldBase, sweep } from './search.ts';
import type { Search } from './search.ts';
import { token } from './token.ts';
import { isHarmless, measure } from './traits.ts';
import type { Traits } from './traits.ts';
import { uuid } from './uuid.ts';

// from the most to the least certain: a checksum before a shape, a shape before the look of randomness
const patterns = [
  uuid, // 123e4567-e89b-12d3-a456-426614174000
  jwt, // eyJhbGciOi...
  email, // jean@example.org
  iban, // FR76 3000 6000 0112 3456 7890 189
  nir, // 1 84 01 75 123 456, with or without key
  card, // 4111 1111 1111 1111
  mac, // 00:00:5e:00:53:01
  phone, // 06 12 34 56 78, +44 20 7946 0000
  address, // 192.0.2.1, 2001:db8::1, in every spelling
  token, // what looks random, and the value of token=
];

export type Scrubbed = { readonly text: string; readonly hits: readonly PatternName[] };
/** Replaces personal data by placeholders such as `:email`; `hits` names each pattern found, once. Scrubbing twice changes nothing more. `traits` are those of the text, where they are known. */
export type Scrubber = (text: string, traits?: Traits) => Scrubbed;

export type ScrubberOptions = {
  /** Patterns not to look for; `oversize` stays on. */
  readonly off?: readonly PatternName[];
  /**
   * What to write instead of `:address` for an address that stands in the text unencoded; given in standard spelling
   * (`192.0.2.1`, `2001:DB8::1`), also for a word that is one address in some encoding. Host names made of an address, in either order, stay `:address`.
   */
  readonly replaceAddress?: (addressText: string) => string;
};

const none: readonly PatternName[] = [];
const maxRounds = 8;
// one private-use character stands for each replaced address until the end, so that no pattern looks at the replacement
const firstPrivate = 0xe000;
const privateUse = /[\ue000-\uf8ff]/g;
const maxReplacements = 6400;

/** Looks again until nothing changes, so that what a replacement brings together is found too; where harmless signs alone stand around the replacements there is nothing to bring together. */
function scrubUntilStable(text: string, search: Search, traits: Traits): Scrubbed {
  let before = text;
  for (let round = 0; round < maxRounds; round++) {
    const after = round === 0 ? sweep(before, search, traits) : sweep(before, search);
    if (after === before || isHarmless(measure(after.replace(privateUse, '')))) return { text: after, hits: [...search.hits] };
    before = after;
  }
  return { text: ':oversize', hits: [...search.hits, 'oversize'] };
}

function scrubReplacing(text: string, search: Search, traits: Traits, replaceAddress: (addressText: string) => string): Scrubbed {
  const replacements: string[] = [];
  const markAddress = (addressText = ''): string => {
    if (replacements.length === maxReplacements) return ':address';
    replacements.push(replaceAddress(addressText));
    return String.fromCharCode(firstPrivate + replacements.length - 1);
  };
  // The replacement is counted as the sign itself is: outside ASCII.
  const clean = traits.escapes === 0 ? text : text.replace(privateUse, '\ufffd');
  const scrubbed = scrubUntilStable(clean, { ...search, markAddress }, traits);
  const restored = scrubbed.text.replace(privateUse, (char) => replacements[char.charCodeAt(0) - firstPrivate] ?? char);
  return { text: restored, hits: scrubbed.hits };
}

/** False where no pattern and no decoder can find anything in a text with these traits: the scrubber need not be asked. */
export const mayHit = (traits: Traits): boolean => traits.escapes > 0 || mayHoldBase(traits) || patterns.some((pattern) => pattern.mayHit(traits));

/** A scrubber with its own choice of patterns. It keeps nothing between two texts; one of more than 64 Ki characters becomes `:oversize`. */
export function createScrubber(options: ScrubberOptions): Scrubber {
  const { off = [], replaceAddress } = options;
  const active = patterns.filter((pattern) => !off.includes(pattern.name));
  return (text, known) => {
    if (text.length > maxTextLength) return { text: ':oversize', hits: ['oversize'] };
    const traits = known ?? measure(text);
    if (isHarmless(traits)) return { text, hits: none };
    const search: Search = { patterns: active, hits: new Set(), depth: 0, work: { decoded: 0 }, markAddress: () => ':address' };
    return replaceAddress === undefined ? scrubUntilStable(text, search, traits) : scrubReplacing(text, search, traits, replaceAddress);
  };
}
