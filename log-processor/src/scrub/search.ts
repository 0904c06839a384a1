/** One look at a text: its escapes decoded, every pattern tried, its base64 and hexadecimal opened, each as deep as it goes. */
import { decodeBase, tokenInBase } from './base-encodings.ts';
import { decodeEscapes, mayBeEscaped, tokenWithEscapes } from './escapes.ts';
import { replaceWhere } from './pattern.ts';
import type { Mark, Pattern } from './pattern.ts';
import type { PatternName } from './pattern-names.ts';
import { isHarmless, measure, shortestBase64 } from './traits.ts';
import type { Traits } from './traits.ts';

/** Longer texts are not looked through. Characters. */
export const maxTextLength = 64 * 1024;
/** Characters that may be decoded for one text, over all depths. */
const maxDecoded = 24 * maxTextLength;
const maxDepth = 5;
const shortestHexadecimal = 14;

/** What is known while one text is looked through. */
export type Search = {
  readonly patterns: readonly Pattern<PatternName>[];
  readonly hits: Set<PatternName>;
  /** 0 for the text itself, 1 for what a token in it decodes to, and so on. */
  readonly depth: number;
  readonly work: { decoded: number };
  /** What to write for an address; which one is known but for names and ambiguous digits. */
  readonly markAddress: Mark;
};

function markFor(name: PatternName, search: Search): Mark {
  return (addressText) => {
    search.hits.add(name);
    return name === 'address' && (addressText !== undefined || search.depth > 0) ? search.markAddress(addressText) : `:${name}`;
  };
}

/** Addresses found in what a token decodes to: which one, where there is exactly one that is nothing but encoded. */
function addressIn(search: Search): { readonly mark: Mark; only(): string | null } {
  const found = new Set<string>();
  const mark: Mark = (addressText = '') => {
    found.add(addressText);
    return ':address';
  };
  const only = (): string | null => {
    const [address = ''] = found;
    return found.size === 1 && address !== '' ? search.markAddress(address) : null;
  };
  return { mark, only };
}

/** The placeholder for a token whose decoded form has a hit; null without one. What cannot be decided within the limits counts as a hit. */
function judge(decoded: string, search: Search): string | null {
  search.work.decoded += decoded.length;
  const address = addressIn(search);
  const inner: Search = { ...search, hits: new Set(), depth: search.depth + 1, markAddress: address.mark };
  if (inner.depth > maxDepth || search.work.decoded > maxDecoded) inner.hits.add('oversize');
  else sweep(decoded, inner);
  const [first] = inner.hits;
  if (first === undefined) return null;
  for (const name of inner.hits) search.hits.add(name);
  return (first === 'address' && inner.hits.size === 1 ? address.only() : null) ?? `:${first}`;
}

function openEscapes(text: string, search: Search): string {
  return text.replace(tokenWithEscapes, (token) => {
    if (!mayBeEscaped.test(token)) return token;
    const decoded = decodeEscapes(token);
    return decoded === token ? token : (judge(decoded, search) ?? token);
  });
}

function openBase(text: string, search: Search): string {
  return replaceWhere(text, tokenInBase, (token) => {
    for (const decoded of decodeBase(token)) {
      const placeholder = judge(decoded, search);
      if (placeholder !== null) return placeholder;
    }
    return null;
  });
}

export function mayHoldBase(traits: Traits): boolean {
  return traits.longestUpperRun >= shortestBase64 || traits.longestRun >= shortestHexadecimal;
}

/** The text with every find replaced. Escapes come first, so that no pattern takes half of an escaped datum and leaves the other. */
export function sweep(text: string, search: Search, traits = measure(text)): string {
  if (isHarmless(traits)) return text;
  let swept = traits.escapes === 0 ? text : openEscapes(text, search);
  for (const pattern of search.patterns) {
    if (pattern.mayHit(traits)) swept = pattern.replace(swept, markFor(pattern.name, search), traits);
  }
  return mayHoldBase(traits) ? openBase(swept, search) : swept;
}
