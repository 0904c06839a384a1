/**
 * Takes personal data out of whole log lines: word by word with a memory, because words come again and lines do not. What a pattern may find
 * over a space (telephone numbers, cards, NIR, IBAN, the value behind `"token": `) is looked for where words can join, and nowhere else.
 */
import type { PatternName } from './pattern-names.ts';
import type { Scrubbed } from './scrub.ts';
import { maxTextLength } from './search.ts';
import { withoutTimes } from './near-times.ts';
import { judgeWord, plain, scrubParts, writeParts } from './word-verdict.ts';
import type { AddressWriter, Verdict } from './word-verdict.ts';

/** Words remembered in each of two generations, and their longest. */
const mostWords = 16_384;
const longestWord = 160;
/** No number of several groups has fewer digits. */
const fewestDigits = 8;
/** Nor with its separators more characters: 19 digits of a card, each apart. */
const longestJoint = 80;

type Words = { readonly starts: number[]; readonly ends: number[]; readonly verdicts: Verdict[] };

export class LineScrubber {
  #young = new Map<string, Verdict>();
  #old = new Map<string, Verdict>();
  #joints = new Map<string, boolean>();

  /** Forgets every word: a key has died, and words hold addresses. */
  forget(): void {
    this.#young.clear();
    this.#old.clear();
    this.#joints.clear();
  }

  /** @param timeMs of the entry: a number that is the second, or its thousandth, of a day around it is a time and no address */
  scrub(text: string, write: AddressWriter, timeMs: number): Scrubbed {
    if (text.length > maxTextLength) return this.#scrubLong(text, write, timeMs);
    const words: Words = { starts: [], ends: [], verdicts: [] };
    if (!this.#judge(text, timeMs, words)) return { text, hits: none };
    return this.#write(text, write, words);
  }

  /** Cut where a line ends, else where a word does; one endless word is not looked through. */
  #scrubLong(text: string, write: AddressWriter, timeMs: number): Scrubbed {
    const hits = new Set<PatternName>();
    let output = '';
    for (let at = 0; at < text.length; ) {
      const end = cutAfter(text, at);
      const piece = end - at > maxTextLength ? { text: ':oversize', hits: ['oversize' as const] } : this.scrub(text.slice(at, end), write, timeMs);
      output += piece.text;
      for (const hit of piece.hits) hits.add(hit);
      at = end;
    }
    return { text: output, hits: [...hits] };
  }

  /** @returns false where every word may stay and none can join another */
  #judge(text: string, timeMs: number, { starts, ends, verdicts }: Words): boolean {
    let special = false;
    let start = -1;
    for (let at = 0; at <= text.length; at += 1) {
      const code = at === text.length ? space : text.charCodeAt(at);
      const isBlank = code === space || (code >= 9 && code <= 13);
      if (!isBlank && start === -1) start = at;
      if (!isBlank || start === -1) continue;
      const verdict = this.#verdictOf(text.slice(start, at), timeMs);
      starts.push(start);
      ends.push(at);
      verdicts.push(verdict);
      special ||= verdict !== plain;
      start = -1;
    }
    return special;
  }

  #verdictOf(word: string, timeMs: number): Verdict {
    const known = this.#young.get(word) ?? this.#old.get(word);
    if (known !== undefined) return known;
    const timeless = withoutTimes(word, timeMs);
    const verdict = timeless === word ? judgeWord(word) : judgeTimed(word, timeless);
    if (timeless !== word || word.length > longestWord) return verdict;
    if (this.#young.size >= mostWords) [this.#old, this.#young] = [this.#young, new Map<string, Verdict>()];
    this.#young.set(word, verdict);
    return verdict;
  }

  #write(text: string, write: AddressWriter, words: Words): Scrubbed {
    const { starts, ends, verdicts } = words;
    const hits = new Set<PatternName>();
    let [output, copied] = ['', 0];
    for (let index = 0; index < starts.length; index += 1) {
      const last = this.#lastOfRun(text, words, index);
      const start = starts[index] ?? 0;
      const end = ends[last] ?? text.length;
      const parts = last === index ? (verdicts[index] ?? plain) : scrubParts(text.slice(start, end));
      index = last;
      if (parts.pieces === null) continue;
      for (const hit of parts.hits) hits.add(hit);
      output += text.slice(copied, start) + writeParts(parts, write);
      copied = end;
    }
    return copied === 0 ? { text, hits: none } : { text: output + text.slice(copied), hits: [...hits] };
  }

  /** The last of the words that must be looked at together with this one; those in between may reach further. */
  #lastOfRun(text: string, words: Words, first: number): number {
    let last = this.#reach(text, words, first);
    for (let index = first + 1; index <= last; index += 1) last = Math.max(last, this.#reach(text, words, index));
    return last;
  }

  #reach(text: string, words: Words, first: number): number {
    const { takes, tail } = words.verdicts[first] ?? plain;
    const joined = tail === '' ? first : this.#joinedFrom(text, words, first);
    return Math.max(joined, Math.min(first + takes, words.starts.length - 1));
  }

  /** Follows digits from the end of a word through the next ones. */
  #joinedFrom(text: string, words: Words, first: number): number {
    let [last, joint, goesOn] = [first, words.verdicts[first]?.tail ?? '', true];
    while (goesOn && joint.length < longestJoint) {
      const { head } = words.verdicts[last + 1] ?? plain;
      if (head === '' || !isNextDoor(text, words, last)) break;
      last += 1;
      joint += ` ${head}`;
      // The run goes on through a word that is nothing but digits and separators.
      goesOn = head.length === lengthOf(words, last);
    }
    return last > first && this.#joins(joint) ? last : first;
  }

  #joins(joint: string): boolean {
    if (joint.replace(/[^0-9]/g, '').length < fewestDigits) return false;
    let known = this.#joints.get(joint);
    if (known !== undefined) return known;
    if (this.#joints.size >= mostWords) this.#joints.clear();
    known = scrubParts(joint).pieces !== null;
    this.#joints.set(joint, known);
    return known;
  }
}

const space = 32;
const none: readonly PatternName[] = [];

const lengthOf = ({ starts, ends }: Words, index: number): number => (ends[index] ?? 0) - (starts[index] ?? 0);

/** Whether one space is all that stands between a word and the next. */
function isNextDoor(text: string, { starts, ends }: Words, index: number): boolean {
  const end = ends[index] ?? 0;
  return (starts[index + 1] ?? 0) - end === 1 && text.charCodeAt(end) === space;
}

function cutAfter(text: string, start: number): number {
  const most = start + maxTextLength;
  if (text.length <= most) return text.length;
  const line = text.lastIndexOf('\n', most - 1);
  if (line > start) return line + 1;
  const word = text.lastIndexOf(' ', most - 1);
  if (word > start) return word + 1;
  const end = text.slice(most).search(/\s/);
  return end === -1 ? text.length : most + end + 1;
}

/** The times stay; everything around them is looked at as if they were one digit. */
function judgeTimed(word: string, timeless: string): Verdict {
  const verdict = judgeWord(timeless);
  return verdict.pieces === null ? plain : { ...judgeWord(word), head: '', tail: '' };
}
