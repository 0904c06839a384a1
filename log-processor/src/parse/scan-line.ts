/** Reads a line that has exactly the shape of its format (nginx/log-format.conf, combined or common) straight from its bytes into words; any other line is left to the general road. */
import type { KnownAgent, KnownClient, KnownForward, KnownReferrer, KnownTarget } from '../known.ts';
import type { SiteTools } from '../pipeline.ts';
import { decodeLine } from './decode-line.ts';
import type { LineFormat } from './formats.ts';
import { maxTimeMs, minTimeMs } from './parse-time.ts';
import { recordDoubles, recordInts, startScanner, tableSizes, windowBytes } from './scanner-memory.ts';
import type { ScannerMemory } from './scanner-memory.ts';
import { Words } from './word.ts';
import type { Word } from './word.ts';

/** A line as words: equal values of a field are one object. Filled anew by every scan: use it before the next. */
export type ScannedLine = {
  /** Where the line ends: the place of its `\n`. */
  end: number;
  timeMs: number;
  peer: Word<KnownClient>;
  forwardedFor: Word<KnownForward>;
  serverName: Word<SiteTools>;
  method: Word<null>;
  /** Apart for each server name, as is the referrer. */
  uri: Word<KnownTarget>;
  status: number;
  bytes: number;
  durationMs: number;
  upstreamMs: number;
  referrer: Word<KnownReferrer>;
  userAgent: Word<KnownAgent>;
  purpose: Word<null>;
  contentType: Word<null>;
};

/** Set in the number of a word that was not told before. */
const isNew = 0x40000000;

/** One for all inputs of a format: they share their words. */
export class LineScanner {
  readonly #memory: ScannerMemory;
  /** What stands behind address, method and path. */
  readonly #closing: number;
  readonly #records: Uint32Array;
  readonly #numbers: Float64Array;
  readonly #peers = new Words<KnownClient>(tableSizes[0].places);
  readonly #forwards = new Words<KnownForward>(tableSizes[1].places);
  readonly #servers = new Words<SiteTools>(tableSizes[2].places);
  readonly #methods = new Words<null>(tableSizes[3].places);
  readonly #uris = new Words<KnownTarget>(tableSizes[4].places);
  readonly #referrers = new Words<KnownReferrer>(tableSizes[5].places);
  readonly #agents = new Words<KnownAgent>(tableSizes[6].places);
  readonly #purposes = new Words<null>(tableSizes[7].places);
  readonly #types = new Words<null>(tableSizes[8].places);
  #line: ScannedLine;
  /** The bytes that the window shows, from `#from` on. */
  #bytes: Buffer | null = null;
  #from = 0;
  #shown = 0;
  /** Lines that were scanned and not asked for yet. */
  #next = 0;
  #count = 0;
  /** Where the next of them starts. */
  #nextStart = -1;

  /** @param seed a random number that nobody outside knows, so that nobody can choose texts with equal hashes */
  constructor(seed: number, format: LineFormat = 'json') {
    this.#memory = startScanner(seed, format);
    this.#closing = format === 'json' ? quote : space;
    this.#records = this.#memory.records;
    this.#numbers = this.#memory.numbers;
    this.#line = this.#nothing();
  }

  /** Forgets every word, and with them whatever was learnt of them. */
  forget(): void {
    for (const words of [this.#peers, this.#forwards, this.#servers, this.#methods, this.#uris, this.#referrers, this.#agents, this.#purposes, this.#types]) words.forget();
    this.#memory.forget();
    this.#line = this.#nothing();
    this.#next = this.#count = 0;
    this.#bytes = null;
    this.#nextStart = -1;
  }

  /**
   * The line that starts here, up to its `\n`. Null where anything deviates from the expected shape (another order, a list of upstreams,
   * a value over its length): then the general parser decides, and a property test holds that both say the same.
   */
  scan(bytes: Buffer, start: number): ScannedLine | null {
    if (this.#next === this.#count || start !== this.#nextStart || bytes !== this.#bytes) {
      this.#drain();
      if (!this.#scanAhead(bytes, start)) return null;
    }
    const line = this.#take();
    return line.peer === this.#peers.empty || line.timeMs < minTimeMs || line.timeMs > maxTimeMs ? null : line;
  }

  #nothing(): ScannedLine {
    return {
      end: 0, timeMs: 0, peer: this.#peers.empty, forwardedFor: this.#forwards.empty, serverName: this.#servers.empty, method: this.#methods.empty,
      uri: this.#uris.empty, status: 0, bytes: 0, durationMs: -1, upstreamMs: -1, referrer: this.#referrers.empty, userAgent: this.#agents.empty,
      purpose: this.#purposes.empty, contentType: this.#types.empty,
    }; // prettier-ignore
  }

  /** Every new word is told once, so lines that nobody asks for are read, too. */
  #drain(): void {
    while (this.#next < this.#count) this.#take();
  }

  /** Scans as many lines as there are and as fit, from here on. @returns false when not even the first is as expected */
  #scanAhead(bytes: Buffer, start: number): boolean {
    let inWindow = bytes === this.#bytes && start >= this.#from && start < this.#from + this.#shown;
    for (;;) {
      if (!inWindow) this.#show(bytes, start);
      const { windowAt } = this.#memory;
      this.#next = 0;
      this.#count = this.#memory.scan(windowAt + start - this.#from, windowAt + this.#shown);
      this.#nextStart = start;
      if (this.#count > 0) return true;
      // The line may go on behind the window.
      if (start === this.#from || this.#from + this.#shown >= bytes.length) return false;
      inWindow = false;
    }
  }

  #show(bytes: Buffer, start: number): void {
    const { window } = this.#memory;
    const shown = bytes.copy(window, 0, start, Math.min(bytes.length, start + windowBytes));
    if (shown < this.#shown) window.fill(0, shown, this.#shown);
    [this.#bytes, this.#from, this.#shown] = [bytes, start, shown];
  }

  /** The next line that was scanned. */
  #take(): ScannedLine {
    const line = this.#line;
    const numbers = this.#numbers;
    const record = this.#next * recordInts;
    const number = this.#next * recordDoubles;
    line.timeMs = numbers[number] ?? 0;
    line.bytes = numbers[number + 1] ?? 0;
    line.durationMs = numbers[number + 2] ?? 0;
    line.upstreamMs = numbers[number + 3] ?? 0;
    line.peer = this.#word(this.#peers, record + 1, this.#closing);
    line.forwardedFor = this.#word(this.#forwards, record + 3);
    line.serverName = this.#word(this.#servers, record + 5);
    line.method = this.#word(this.#methods, record + 7, this.#closing);
    line.uri = this.#word(this.#uris, record + 9, this.#closing);
    line.status = this.#records[record + 11] ?? 0;
    line.referrer = this.#word(this.#referrers, record + 12);
    line.userAgent = this.#word(this.#agents, record + 14);
    line.purpose = this.#word(this.#purposes, record + 16);
    line.contentType = this.#word(this.#types, record + 18);
    line.end = (this.#records[record] ?? 0) - this.#memory.windowAt + this.#from;
    this.#next += 1;
    this.#nextStart = line.end + 1;
    return line;
  }

  #word<Known>(words: Words<Known>, at: number, closing = quote): Word<Known> {
    const number = this.#records[at] ?? 0;
    return number < isNew ? words.of(number) : this.#newWord(words, number - isNew, (this.#records[at + 1] ?? 0) - this.#memory.windowAt, closing);
  }

  #newWord<Known>(words: Words<Known>, number: number, from: number, closing: number): Word<Known> {
    const { window } = this.#memory;
    let end = window.indexOf(closing, from);
    while (isEscaped(window, end)) end = window.indexOf(closing, end + 1);
    return words.add(number, readText(window.subarray(from, end)));
  }
}

const [space, quote] = [0x20, 0x22];
const backslash = 0x5c;

/** True where an odd number of backslashes stands before. */
function isEscaped(bytes: Buffer, at: number): boolean {
  let from = at;
  while (bytes[from - 1] === backslash) from -= 1;
  return ((at - from) & 1) === 1;
}

/** As the general parser reads it. The scanner lets only valid escapes pass. */
function readText(bytes: Buffer): string {
  if (!bytes.includes(backslash)) return decodeLine(bytes);
  const text: unknown = JSON.parse(`"${decodeLine(bytes)}"`);
  if (typeof text !== 'string') throw new TypeError('a text between quotes is a text');
  return text;
}
