/**
 * Takes personal data out of whole log lines: word by word with a memory, because words come again and lines do not. What a pattern may find
 * over a space (telephone numbers, cards, NIR, IBAN, the value behind `"token": `) is looked for where words can join, and nowhere else.
 */
import { isUtf8 } from 'node:buffer';
import { JoinedWords } from './joined-words.ts';
import { LineWords } from './line-words.ts';
import { holdsTime } from './near-times.ts';
import type { PatternName } from './pattern-names.ts';
import type { Scrubbed } from './scrub.ts';
import { ScrubbedBytes } from './scrubbed-bytes.ts';
import { maxTextLength } from './search.ts';
import { WordMemory } from './word-memory.ts';
import type { HashedWord } from './word-memory.ts';
import { equals, isBlank, isPlainKey, Piece, space } from './word-piece.ts';
import { judgeNear, judgeWord, scrubParts, writeParts } from './word-verdict.ts';
import type { AddressWriter, Verdict } from './word-verdict.ts';

/** Where a line lies: nothing is copied to hand it on. */
export type LineBytes = { readonly bytes: Buffer; readonly start: number; readonly end: number };

export type ScrubTools = {
  readonly write: AddressWriter;
  /** Of the entry: a number that is the second, or its thousandth, of a day around it is a time and no address. */
  readonly timeMs: number;
};

const none: readonly PatternName[] = [];
type WordBytes = HashedWord & { readonly bytes: Buffer };

export class LineScrubber {
  readonly #memory: WordMemory<Verdict>;
  readonly #joined = new JoinedWords();
  readonly #words = new LineWords();
  readonly #piece = new Piece();

  /** @param mostWords remembered at once */
  constructor(mostWords?: number) {
    this.#memory = new WordMemory(mostWords);
  }

  /** Forgets every word: a key has died, and words hold addresses. */
  forget(): void {
    this.#memory.clear();
    this.#joined.forget();
    this.#words.clear();
  }

  scrub(text: string, tools: ScrubTools): Scrubbed {
    const bytes = Buffer.from(text);
    const out = new ScrubbedBytes(bytes.length + 64);
    const hits = this.scrubLine({ bytes, start: 0, end: bytes.length }, out, tools);
    return { text: out.bytes.toString('utf8', 0, out.end), hits };
  }

  /** Appends the line without personal data to `out`; what is no UTF-8 becomes U+FFFD. @returns each pattern that was found, once */
  scrubLine(line: LineBytes, out: ScrubbedBytes, tools: ScrubTools): readonly PatternName[] {
    const { bytes, start, end } = line;
    if (end - start > maxTextLength) return this.#scrubLong(bytes.toString('utf8', start, end), out, tools);
    const isPlainAscii = this.#judge(line, tools.timeMs) < 0x80;
    if (!isPlainAscii && !isUtf8(bytes.subarray(start, end))) {
      const mended = Buffer.from(bytes.toString('utf8', start, end));
      return this.scrubLine({ bytes: mended, start: 0, end: mended.length }, out, tools);
    }
    return this.#write(start, out, tools.write);
  }

  /** Cut where a line ends, else where a word does; one endless word is not looked through. */
  #scrubLong(text: string, out: ScrubbedBytes, tools: ScrubTools): readonly PatternName[] {
    const hits = new Set<PatternName>();
    for (let at = 0; at < text.length; ) {
      const end = cutAfter(text, at);
      for (const hit of this.#scrubPiece(text.slice(at, end), out, tools)) hits.add(hit);
      at = end;
    }
    return [...hits];
  }

  #scrubPiece(piece: string, out: ScrubbedBytes, tools: ScrubTools): readonly PatternName[] {
    if (piece.length > maxTextLength) {
      out.write(':oversize');
      return ['oversize'];
    }
    const bytes = Buffer.from(piece);
    this.#judge({ bytes, start: 0, end: bytes.length }, tools.timeMs);
    return this.#write(0, out, tools.write);
  }

  /** Fills the words of the line. @returns all its bytes, or-ed: below 0x80 where it is ASCII */
  #judge({ bytes, start, end }: LineBytes, timeMs: number): number {
    const words = this.#words;
    words.begin(bytes, end);
    let seen = 0;
    for (let at = start; at < end; at = words.reached) {
      if (isBlank(bytes[at] ?? space)) words.reached = at + 1;
      else seen |= this.#takeWord(bytes, at, end, timeMs);
    }
    return seen;
  }

  /** Goes on to the end of the word: a blank, a double quote, or the `=` of a plain key. @returns its bytes, or-ed */
  #takeWord(bytes: Buffer, start: number, end: number, timeMs: number): number {
    const piece = this.#piece;
    piece.begin(this.#memory.seed);
    let at = piece.read(bytes, start, end);
    for (let from = start; at > from && bytes[at - 1] === equals && !this.#isWholeKey({ bytes, start, end: at, hash: piece.hash }, timeMs); ) {
      from = at;
      at = piece.read(bytes, at, end);
    }
    this.#words.add(start, at, this.#memory.find(bytes, start, at, piece.hash) ?? this.#verdictOf({ bytes, start, end: at, hash: piece.hash }, timeMs));
    return piece.seen;
  }

  #isWholeKey(word: WordBytes, timeMs: number): boolean {
    return isPlainKey(word.bytes, word.start, word.end - 1) && this.#verdictOf(word, timeMs).takes === 0;
  }

  #verdictOf(word: WordBytes, timeMs: number): Verdict {
    const known = this.#memory.find(word.bytes, word.start, word.end, word.hash);
    if (known !== undefined) return known;
    const text = word.bytes.toString('utf8', word.start, word.end);
    if (holdsTime(text)) return judgeNear(text, timeMs);
    const verdict = judgeWord(text);
    this.#memory.meet(word, verdict);
    return verdict;
  }

  #write(start: number, out: ScrubbedBytes, write: AddressWriter): readonly PatternName[] {
    const words = this.#words;
    let hits = none;
    let [copied, next] = [start, 0];
    for (const word of words.special) {
      if (word < next) continue;
      const last = this.#joined.lastOfRun(words, word);
      const parts = last === word ? words.verdictOf(word) : scrubParts(words.text(word, last));
      next = last + 1;
      if (parts.pieces === null) continue;
      hits = withHits(hits, parts.hits);
      out.copy(words.bytes, copied, words.startOf(word));
      out.write(writeParts(parts, write));
      copied = words.endOf(last);
    }
    out.copy(words.bytes, copied, words.end);
    return hits;
  }
}

const withHits = (known: readonly PatternName[], more: readonly PatternName[]): readonly PatternName[] => (known.length === 0 ? more : [...new Set([...known, ...more])]);

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
