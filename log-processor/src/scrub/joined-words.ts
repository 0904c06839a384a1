/** Which words of a line must be looked at together: the groups of one number, the value behind a key, the rest of an IBAN. */
import type { LineWords } from './line-words.ts';
import { scrubParts } from './word-verdict.ts';

/** No number of several groups has fewer digits. */
const fewestDigits = 8;
/** Nor with its separators more characters: 19 digits of a card, each apart. */
const longestJoint = 80;
const mostJoints = 16_384;

export class JoinedWords {
  readonly #known = new Map<string, boolean>();

  forget(): void {
    this.#known.clear();
  }

  /** The last of the words that must be looked at together with this one; those in between may reach further. */
  lastOfRun(words: LineWords, first: number): number {
    let last = this.#reach(words, first);
    for (let word = first + 1; word <= last; word += 1) last = Math.max(last, this.#reach(words, word));
    return last;
  }

  #reach(words: LineWords, first: number): number {
    const joined = words.mayGoOn(first) ? this.#joinedFrom(words, first) : first;
    return Math.max(joined, Math.min(first + words.verdictOf(first).takes, words.count - 1));
  }

  /** Follows digits from the end of a word through the next ones. */
  #joinedFrom(words: LineWords, first: number): number {
    const { tail, tailDigits } = words.jointsOf(first);
    let [last, length, digits, goesOn] = [first, tail.length, tailDigits, tail !== ''];
    while (goesOn && length < longestJoint && words.mayGoOn(last)) {
      const next = words.jointsOf(last + 1);
      if (next.head === '') break;
      last += 1;
      length += 1 + next.head.length;
      digits += next.headDigits;
      // The run goes on through a word that is nothing but digits and separators.
      goesOn = next.isHead;
    }
    return last > first && digits >= fewestDigits && this.#joins(jointOf(words, first, last)) ? last : first;
  }

  #joins(joint: string): boolean {
    let known = this.#known.get(joint);
    if (known !== undefined) return known;
    if (this.#known.size >= mostJoints) this.#known.clear();
    known = scrubParts(joint).pieces !== null;
    this.#known.set(joint, known);
    return known;
  }
}

function jointOf(words: LineWords, first: number, last: number): string {
  let joint = words.jointsOf(first).tail;
  for (let word = first + 1; word <= last; word += 1) joint += ` ${words.jointsOf(word).head}`;
  return joint;
}
