/** What one kind of personal datum looks like to the scrubber: a name, a cheap doubt and a replacement in linear time. */
import type { Traits } from './traits.ts';

/** Says that something was found and answers what is written in its place; an address also says which one, in standard spelling. */
export type Mark = (addressText?: string) => string;

export type Pattern<Name extends string = string> = {
  readonly name: Name;
  /** False only where `replace` would certainly change nothing. */
  mayHit(traits: Traits): boolean;
  /** The text with every find replaced; the same text where there is none. `traits` are those of the text, or of the one it was before other patterns. */
  replace(text: string, mark: Mark, traits: Traits): string;
};

/** What people write between the groups of a number, also percent-encoded: space, no-break and narrow spaces, plus, dot, hyphens and dashes, underscore. */
export const separator = '(?:[ \\u00a0\\u2000-\\u2015\\u202f\\u2212+._-]|%20|%2[bB])';

/** A colour of a terminal (ECMA-48 SGR), as it is or escaped by JSON or Python. */
export const colour = '(?:\\x1b|\\\\(?:u001[bB]|x1[bB]|033|e))\\[[0-9;]{0,16}m';

/**
 * Where a word begins: behind a sign that is none of `signs`, and behind the letter of an escape or of a colour, which is no letter of the word
 * (`\\nfe80::1` in JSON is a line end and an address).
 */
export const behind = (signs: string): string => `(?<=^|[^${signs}]|\\\\[abefnrtv0]|${colour})`;

/** Removes what `separator` allows. */
export function withoutSeparators(text: string): string {
  return text.replace(/%20|%2b|[ \u00a0\u2000-\u2015\u202f\u2212+._-]/gi, '');
}

/**
 * Replaces the matches for which `decide` answers a string. After a refusal the search goes on one character further,
 * so that a harmless number in front hides nothing; linear because every expression used here matches a bounded length
 * or begins at the border of a run only.
 * @param expression with the flag `g`
 */
export function replaceWhere(
  text: string,
  expression: RegExp,
  decide: (match: string, index: number) => string | null,
): string {
  let output = '';
  let copied = 0;
  expression.lastIndex = 0;
  for (let match = expression.exec(text); match !== null; match = expression.exec(text)) {
    const next = expression.lastIndex;
    const replacement = decide(match[0], match.index);
    if (replacement === null) {
      expression.lastIndex = match.index + 1;
      continue;
    }
    output += text.slice(copied, match.index) + replacement;
    copied = next;
    // decide may have used the same expression for another text
    expression.lastIndex = next;
  }
  return copied === 0 ? text : output + text.slice(copied);
}
