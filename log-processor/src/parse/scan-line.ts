/** Reads a line that has exactly the shape of nginx/log-format.conf straight from its bytes into words; any other line is left to the general road. */
import type { KnownAgent, KnownForward, KnownPeer, KnownPurpose, KnownReferrer, KnownTarget } from '../known.ts';
import type { SiteTools } from '../pipeline.ts';
import { FieldReader } from './field-reader.ts';
import { maxLengths } from './fields.ts';
import { maxTimeMs } from './parse-time.ts';
import { type Word, WordTable } from './word-table.ts';

export type AgentWord = Word<KnownAgent>;
type TypeWord = Word<null>;

/** A line as words: equal values of a field are one object. Filled anew by every scan: use it before the next. */
export type ScannedLine = {
  /** Where the line ends: the place of its `\n`. */
  end: number;
  timeMs: number;
  peer: Word<KnownPeer, AgentWord>;
  forwardedFor: Word<KnownForward>;
  serverName: Word<SiteTools>;
  method: Word<null>;
  /** Apart for each server name, as is the referrer. */
  uri: Word<KnownTarget, TypeWord>;
  status: number;
  bytes: number;
  durationMs: number;
  upstreamMs: number;
  referrer: Word<KnownReferrer>;
  userAgent: AgentWord;
  purpose: Word<KnownPurpose>;
  contentType: TypeWord;
};

/** One for all inputs of a process: they share their words. */
export class LineScanner {
  readonly #peers = new WordTable<KnownPeer, AgentWord>(32_768, 1_048_576);
  readonly #forwards = new WordTable<KnownForward>(8192, 524_288);
  readonly #servers = new WordTable<SiteTools>(1024, 65_536);
  readonly #methods = new WordTable<null>(64, 4096);
  readonly #uris = new WordTable<KnownTarget, TypeWord>(32_768, 4_194_304);
  readonly #referrers = new WordTable<KnownReferrer>(16_384, 2_097_152);
  readonly #agents = new WordTable<KnownAgent>(16_384, 2_097_152);
  readonly #purposes = new WordTable<KnownPurpose>(64, 32_768);
  readonly #types = new WordTable<null>(1024, 262_144);
  readonly #line: ScannedLine;
  readonly #fields: FieldReader;

  /** @param seed a random number that nobody outside knows, so that nobody can choose texts with equal hashes */
  constructor(seed: number) {
    this.#fields = new FieldReader(seed);
    this.#line = {
      end: 0, timeMs: 0, peer: this.#peers.empty, forwardedFor: this.#forwards.empty, serverName: this.#servers.empty, method: this.#methods.empty,
      uri: this.#uris.empty, status: 0, bytes: 0, durationMs: -1, upstreamMs: -1, referrer: this.#referrers.empty, userAgent: this.#agents.empty,
      purpose: this.#purposes.empty, contentType: this.#types.empty,
    }; // prettier-ignore
  }

  /** Forgets every word, and with them whatever was learnt of them. */
  forget(): void {
    for (const table of [this.#peers, this.#forwards, this.#servers, this.#methods, this.#uris, this.#referrers, this.#agents, this.#purposes, this.#types]) table.clear();
    const line = this.#line;
    line.peer = this.#peers.empty;
    line.forwardedFor = this.#forwards.empty;
    line.serverName = this.#servers.empty;
    line.method = this.#methods.empty;
    line.uri = this.#uris.empty;
    line.referrer = this.#referrers.empty;
    line.userAgent = this.#agents.empty;
    line.purpose = this.#purposes.empty;
    line.contentType = this.#types.empty;
  }

  /**
   * The line that starts here, up to its `\n`. Null where anything deviates from the expected shape (an escape, a byte above 0x7E, another order,
   * a value over its length): then the general parser decides, and a property test holds that both say the same. Null also where fewer than
   * eight bytes of the same memory follow the line.
   */
  scan(bytes: Buffer, start: number): ScannedLine | null {
    this.#fields.begin(bytes, start);
    return this.#head() && this.#tail() ? this.#line : null;
  }

  #head(): boolean {
    const fields = this.#fields;
    const line = this.#line;
    line.timeMs = fields.milliseconds(0);
    line.peer = fields.word(1, this.#peers, null, maxLengths.peer);
    line.forwardedFor = fields.word(2, this.#forwards, null, maxLengths.forwardedFor);
    line.serverName = fields.likely(3, this.#servers, line.serverName, maxLengths.serverName);
    line.method = fields.likely(4, this.#methods, line.method, maxLengths.method);
    line.uri = fields.word(5, this.#uris, line.serverName, maxLengths.uri);
    line.status = fields.whole(6, 3, 3);
    line.bytes = fields.whole(7, 1, 15);
    line.durationMs = fields.milliseconds(8);
    line.upstreamMs = fields.optionalMilliseconds(9);
    return !fields.failed && line.peer !== this.#peers.empty && line.timeMs <= maxTimeMs;
  }

  #tail(): boolean {
    const fields = this.#fields;
    const line = this.#line;
    line.referrer = fields.word(10, this.#referrers, line.serverName, maxLengths.referrer);
    line.userAgent = fields.likely(11, this.#agents, line.peer.next ?? line.userAgent, maxLengths.userAgent);
    line.purpose = fields.word(12, this.#purposes, null, maxLengths.purpose);
    line.contentType = fields.likely(13, this.#types, line.uri.next ?? line.contentType, maxLengths.contentType);
    line.end = fields.lineEnd();
    if (line.end === -1) return false;
    line.peer.next = line.userAgent;
    line.uri.next = line.contentType;
    return true;
  }
}
