/** Where the address dies: a request with its address goes in, a record that lists every field it may have comes out. */
import type { KeyObject } from 'node:crypto';
import { methods } from './record.ts';
import type { PublicRequest } from './record.ts';
import { createMemories, Tokens } from './remember-tokens.ts';
import { twoDigits } from './two-digits.ts';
import type { TokenMemory, TokenTools } from './remember-tokens.ts';
import { isPageView, isRobotsTxt } from './steps/classify-kind.ts';
import type { DayInHand, KnownLine, LineInHand } from './line-in-hand.ts';
import { rememberValues } from './remember-values.ts';
import type { EpochMark, Value, Vocabulary } from './vocabulary.ts';

/** A line whose day has no key yet: the caller makes one and comes again. */
export type KeyWanted = { readonly keyWanted: { readonly site: string; readonly day: string } };

export type AnonymiseTools = TokenTools & {
  keyOf(site: string, day: string): KeyObject | 'missing' | 'destroyed';
  vocabulary: Vocabulary;
  /** How long after midnight a visit of the day before can still go on, in milliseconds. */
  gapMs: number;
};

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

const shownMethods: ReadonlySet<string> = new Set(methods);

/** The step that takes the address away. Values that too few clients had become `other`, before anything counts them. */
export class Anonymiser {
  readonly #tools: AnonymiseTools;
  readonly #tokens: Tokens;
  #memoryOf = createMemories();
  readonly #valueOf = rememberValues();
  readonly #result = emptyResult();
  /** The living key of the last line, its site and day, and its number among the tokens. */
  #key: KeyObject | null = null;
  #siteOfKey = '';
  #dayOfKey: DayInHand | null = null;
  #epoch = 0;

  constructor(tools: AnonymiseTools) {
    this.#tools = tools;
    this.#tokens = new Tokens(tools);
  }

  /** Forgets every token: a key has died. */
  forget(): void {
    this.#memoryOf = createMemories();
    this.#key = null;
    this.#dayOfKey = null;
  }

  take({ request, facts, ...line }: LineInHand): PublicRequest | KeyWanted {
    const { timeMs, method, status, bytes, durationMs, upstreamMs, userAgent } = request;
    const { address, agent, kind, prefetch } = facts;
    const memory = this.#memoryOf(address);
    const values = { country: this.#valueOf('country', facts.country), family: this.#valueOf('family', agent.family) };
    const where = { path: this.#valueOf('path', facts.path), referrer: this.#valueOf('referrer', facts.referrerHost) };
    const numbers = { timeMs, method, status, bytes, durationMs, upstreamMs, userAgent };
    return this.#take({ ...line, ...numbers, address: address === null ? null : address.text, memory, agent, kind, prefetch, ...values, ...where }, emptyResult());
  }

  /** As `take`. The answer is one object that the next call fills anew. */
  takeKnown(line: KnownLine): PublicRequest | KeyWanted {
    return this.#take(line, this.#result);
  }

  #take(line: KnownLine, result: Writable<PublicRequest>): PublicRequest | KeyWanted {
    const { address, site, day } = line;
    const key = address === null ? 'destroyed' : this.#keyOf(site, day);
    if (key === 'missing') return { keyWanted: { site, day: day.day } };
    if (address === null || key === 'destroyed') {
      result.visitor = result.earlierVisitor = result.client = null;
      this.#fold(line, result, null);
      return list(line, result);
    }
    const known = this.#tokens.under(this.#epoch, line.memory);
    result.visitor = this.#tokens.visitor(known, key, address, line);
    result.earlierVisitor = line.timeMs - day.startMs > this.#tools.gapMs ? null : this.#earlier(line, address);
    result.client = line.status < 400 ? null : this.#tokens.client(known, key, address, line);
    this.#fold(line, result, line.agent.agentClass === 'browser' ? known : null);
    return list(line, result);
  }

  /** A key stays what it is until `forget`. */
  #keyOf(site: string, day: DayInHand): KeyObject | 'missing' | 'destroyed' {
    if (this.#key !== null && this.#dayOfKey === day && this.#siteOfKey === site) return this.#key;
    const key = this.#tools.keyOf(site, day.day);
    if (typeof key === 'string') return key;
    [this.#key, this.#siteOfKey, this.#dayOfKey, this.#epoch] = [key, site, day, this.#tokens.epochOf(key)];
    return key;
  }

  /** The token under yesterday's key, for as long as a visit of yesterday can still go on. */
  #earlier(line: KnownLine, address: string): string | null {
    const key = this.#tools.keyOf(line.site, line.day.dayBefore);
    return typeof key === 'string' ? null : this.#tokens.visitor(this.#tokens.under(this.#tokens.epochOf(key), line.memory), key, address, line);
  }

  /** The four values that are k-anonymous, in the order in which the vocabulary learns them. `helps` are the tokens of a client that counts. */
  #fold(line: KnownLine, result: Writable<PublicRequest>, helps: TokenMemory | null): void {
    const epoch = this.#tools.vocabulary.epochOf(line.site, line.day.day);
    const { path, referrer, country, family } = line;
    result.path = path.shownIn === epoch ? path.text : this.#ask(line, path, epoch, helps);
    result.referrerHost = referrer.shownIn === epoch ? referrer.text : this.#ask(line, referrer, epoch, helps);
    result.country = country.shownIn === epoch ? country.text : this.#ask(line, country, epoch, helps);
    result.family = family.shownIn === epoch ? family.text : this.#ask(line, family, epoch, helps);
  }

  #ask(line: KnownLine, value: Value, epoch: EpochMark, helps: TokenMemory | null): string {
    const { vocabulary } = this.#tools;
    vocabulary.mark(epoch, value);
    if (value.shownIn === epoch) return value.text;
    const { address, site, day } = line;
    const key = helps === null ? 'missing' : this.#tools.keyOf(site, day.day);
    const client = helps === null || address === null || typeof key === 'string' ? null : this.#tokens.client(helps, key, address, line);
    return vocabulary.show({ site, day: day.day, dayBefore: day.dayBefore, client }, value.field, value.text) ? value.text : 'other';
  }
}

/** Everything else a line may show; tokens and folded values are there. */
function list(line: KnownLine, result: Writable<PublicRequest>): PublicRequest {
  const exact = result.path !== 'other';
  result.input = line.input;
  result.lineNumber = line.lineNumber;
  result.timeMs = line.timeMs;
  result.site = line.site;
  result.day = line.day.day;
  // Lines of one method follow one another.
  if (line.method !== result.method) result.method = shownMethods.has(line.method) ? line.method : 'OTHER';
  result.kind = line.kind;
  result.status = line.status;
  result.bytes = exact ? line.bytes : twoDigits(line.bytes);
  result.durationMs = exact ? line.durationMs : twoDigits(line.durationMs);
  result.upstreamMs = exact ? line.upstreamMs : twoDigits(line.upstreamMs);
  result.agentClass = line.agent.agentClass;
  result.os = line.agent.os;
  result.device = line.agent.device;
  result.pageView = isPageView(line.method, line.status, line.kind, line.prefetch);
  result.robotsTxt = isRobotsTxt(line.path.text);
  result.audience = line.audience;
  return result;
}

const emptyResult = (): Writable<PublicRequest> => ({
  input: '', lineNumber: 0, timeMs: 0, site: '', day: '', visitor: null, earlierVisitor: null, client: null, method: 'OTHER', path: '', kind: 'other', status: 0, bytes: 0,
  durationMs: -1, upstreamMs: -1, referrerHost: '', country: '', agentClass: 'bot', family: '', os: '', device: 'other', pageView: false, robotsTxt: false, audience: true,
}); // prettier-ignore
