/**
 * Takes personal data out of whole log lines: word by word with a memory, because words come again and lines do not. What a pattern may find
 * over a space (telephone numbers, cards, NIR, IBAN, the value behind `"token": `) is looked for where words can join, and nowhere else.
 */
import { isUtf8 } from 'node:buffer';
import { isPlainWord, isShortNumber } from './cheap-words.ts';
import { cutAfter } from './cut-long-line.ts';
import { JoinedWords } from './joined-words.ts';
import { LineWords } from './line-words.ts';
import { holdsTime } from './near-times.ts';
import type { PatternName } from './pattern-names.ts';
import type { Scrubbed } from './scrub.ts';
import { ScrubbedBytes } from './scrubbed-bytes.ts';
import { maxTextLength } from './search.ts';
import { foreign } from './word-kinds.ts';
import { WordMemory } from './word-memory.ts';
import { equals, isBlank, isPlainKey, Piece, space } from './word-piece.ts';
import { judgeNear, judgeWord, plain, scrubParts, shortNumber, writeParts } from './word-verdict.ts';
import type { AddressWriter, Verdict } from './word-verdict.ts';

/** Where a line lies: nothing is copied to hand it on. */
export type LineBytes = { readonly bytes: Buffer; readonly start: number; readonly end: number };

export type ScrubTools = {
  readonly write: AddressWriter;
  /** Of the entry: a number that is the second, or its thousandth, of a day around it is a time and no address. */
  readonly timeMs: number;
};

const none: readonly PatternName[] = [];

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
    const isAscii = (this.#judge(line, tools.timeMs) & foreign) === 0;
    if (!isAscii && !isUtf8(bytes.subarray(start, end))) {
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

  /** Fills the words of the line. @returns the kinds of all its bytes, or-ed */
  #judge({ bytes, start, end }: LineBytes, timeMs: number): number {
    const words = this.#words;
    words.begin(bytes, end);
    let kinds = 0;
    for (let at = start; at < end; at = words.reached) {
      if (isBlank(bytes[at] ?? space)) words.reached = at + 1;
      else kinds |= this.#takeWord(bytes, at, end, timeMs);
    }
    return kinds;
  }

  /** Goes on to the end of the word: a blank, a double quote, or the `=` of a plain key that names no secret. @returns the kinds of its bytes, or-ed */
  #takeWord(bytes: Buffer, start: number, end: number, timeMs: number): number {
    const piece = this.#piece;
    let at = piece.read(bytes, start, end);
    if (bytes[at - 1] !== equals) {
      this.#words.add(start, at, this.#verdictOf(bytes, start, at, timeMs));
      return piece.kinds;
    }
    let verdict = isPlainKey(bytes, start, at - 1) ? this.#remembered(bytes, start, at, timeMs) : null;
    if (verdict === null || verdict.takes > 0) {
      at = piece.readOn(bytes, at, end);
      verdict = this.#remembered(bytes, start, at, timeMs);
    }
    this.#words.add(start, at, verdict);
    return piece.kinds;
  }

  /** Most words are told by the kinds of their bytes, the others by what was said of them before. */
  #verdictOf(bytes: Buffer, start: number, end: number, timeMs: number): Verdict {
    const { kinds } = this.#piece;
    if (isPlainWord(bytes, start, end, kinds)) return plain;
    if (isShortNumber(bytes, start, end, kinds)) return shortNumber;
    return this.#remembered(bytes, start, end, timeMs);
  }

  #remembered(bytes: Buffer, start: number, end: number, timeMs: number): Verdict {
    const hash = this.#memory.hashOf(bytes, start, end);
    const known = this.#memory.find(bytes, start, end, hash);
    if (known !== undefined) return known;
    const text = bytes.toString('utf8', start, end);
    if (holdsTime(text)) return judgeNear(text, timeMs);
    const verdict = judgeWord(text);
    this.#memory.meet({ bytes, start, end, hash }, verdict);
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
