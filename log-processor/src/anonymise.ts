/** Where the address dies: a request with its address goes in, a record that lists every field it may have comes out. */
import type { KeyObject } from 'node:crypto';
import type { Address, Facts, PublicRequest, Request } from './record.ts';
import type { Vocabulary } from './vocabulary.ts';
import { isPageView, isRobotsTxt } from './steps/classify-kind.ts';

/** A line whose day has no key yet: the caller makes one and comes again. */
export type KeyWanted = { readonly keyWanted: { readonly site: string; readonly day: string } };

export type AnonymiseTools = {
  keyOf(site: string, day: string): KeyObject | 'missing' | 'destroyed';
  visitorToken(key: KeyObject, site: string, addressBytes: Uint8Array, userAgent: string): string;
  clientToken(key: KeyObject, site: string, addressBytes: Uint8Array): string;
  vocabulary: Vocabulary;
  /** How long after midnight a visit of the day before can still go on, in milliseconds. */
  gapMs: number;
};

/** A line on its way: what was read, what the steps learned, and where it stands. */
export type LineInHand = {
  readonly input: string;
  readonly lineNumber: number;
  readonly site: string;
  readonly day: { readonly day: string; readonly startMs: number; readonly dayBefore: string };
  /** False for health checks and the stack's own pages. */
  readonly audience: boolean;
  readonly request: Request;
  readonly facts: Facts;
};

type Tokens = { readonly visitor: string | null; readonly earlierVisitor: string | null; readonly client: string | null };
const noTokens: Tokens = { visitor: null, earlierVisitor: null, client: null };

/** Methods a line may show; anything else a visitor sent is `OTHER`. RFC 9110 section 9 and RFC 5789. */
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH']);

/**
 * Builds the step that takes the address away. Values that too few clients had become `other`, before anything counts them.
 */
export function createAnonymiser(tools: AnonymiseTools): (line: LineInHand) => PublicRequest | KeyWanted {
  const cache = new TokenCache(tools);
  return (line) => {
    const { request, facts } = line;
    const found = facts.address === null ? noTokens : cache.tokensOf(line, facts.address);
    if ('keyWanted' in found) return found;
    const shownTo = { site: line.site, day: line.day.day, dayBefore: line.day.dayBefore, client: facts.agent.agentClass === 'browser' ? found.client : null };
    const fold = (field: 'country' | 'path' | 'referrer' | 'family', value: string): string =>
      tools.vocabulary.show(shownTo, field, value) ? value : 'other';
    const path = fold('path', facts.path);
    const exact = path !== 'other';
    return {
      input: line.input,
      lineNumber: line.lineNumber,
      timeMs: request.timeMs,
      site: line.site,
      day: line.day.day,
      visitor: found.visitor,
      earlierVisitor: found.earlierVisitor,
      client: request.status >= 400 ? found.client : null,
      method: methods.has(request.method) ? request.method : 'OTHER',
      path,
      kind: facts.kind,
      status: request.status,
      bytes: exact ? request.bytes : twoDigits(request.bytes),
      durationMs: exact ? request.durationMs : twoDigits(request.durationMs),
      upstreamMs: exact ? request.upstreamMs : twoDigits(request.upstreamMs),
      referrerHost: fixedReferrers.has(facts.referrerHost) ? facts.referrerHost : fold('referrer', facts.referrerHost),
      country: fold('country', facts.country),
      agentClass: facts.agent.agentClass,
      family: fold('family', facts.agent.family),
      os: facts.agent.os,
      device: facts.agent.device,
      pageView: isPageView(request.method, request.status, facts.kind, facts.prefetch),
      robotsTxt: isRobotsTxt(facts.path),
      audience: line.audience,
    };
  };
}

/** Referrers that name no host and so nobody. */
const fixedReferrers = new Set(['direct', 'internal', 'other']);

/** Two significant digits, so that a size or a duration does not tell which folded path it was; -1 (unknown) stays. */
export function twoDigits(value: number): number {
  if (value < 100) return value;
  const unit = 10 ** (Math.floor(Math.log10(value)) - 1);
  return Math.round(value / unit) * unit;
}

/** `lastAgent`: most lines of an address come from the agent of the line before. */
type CachedAddress = { readonly client: string; readonly visitors: Map<string, string>; lastAgent: string; lastVisitor: string };
type CachedEpoch = { readonly key: KeyObject; readonly site: string; readonly addresses: Map<string, CachedAddress> };

/** Addresses and agents remembered at most. */
const most = { addresses: 50_000, agents: 100 };

/** Tokens by day and address: an HMAC costs more than all other steps together, and visitors come again. */
class TokenCache {
  readonly #tools: AnonymiseTools;
  readonly #epochs = new Map<KeyObject, CachedEpoch>();
  #last: CachedEpoch | null = null;

  constructor(tools: AnonymiseTools) {
    this.#tools = tools;
  }

  tokensOf(line: LineInHand, address: Address): Tokens | KeyWanted {
    const { site, day, request } = line;
    const key = this.#tools.keyOf(site, day.day);
    if (key === 'missing') return { keyWanted: { site, day: day.day } };
    if (key === 'destroyed') return noTokens;
    const known = this.#known(key, site, address);
    const before = request.timeMs - day.startMs <= this.#tools.gapMs ? this.#tools.keyOf(site, day.dayBefore) : 'missing';
    return {
      visitor: this.#visitor(key, site, known, address, request.userAgent),
      earlierVisitor: typeof before === 'string' ? null : this.#visitor(before, site, this.#known(before, site, address), address, request.userAgent),
      client: known.client,
    };
  }

  #known(key: KeyObject, site: string, address: Address): CachedAddress {
    const epoch = this.#last?.key === key ? this.#last : this.#epoch(key, site);
    let known = epoch.addresses.get(address.text);
    if (known === undefined) {
      if (epoch.addresses.size >= most.addresses) epoch.addresses.clear();
      known = { client: this.#tools.clientToken(key, site, address.bytes), visitors: new Map(), lastAgent: '', lastVisitor: '' };
      epoch.addresses.set(address.text, known);
    }
    return known;
  }

  #epoch(key: KeyObject, site: string): CachedEpoch {
    let epoch = this.#epochs.get(key);
    if (epoch === undefined) {
      // Two days of every site are in use; what is older is forgotten with its key.
      for (const [old, { site: ofSite }] of this.#epochs) if (ofSite === site && this.#epochs.size > 2) this.#epochs.delete(old);
      this.#epochs.set(key, (epoch = { key, site, addresses: new Map() }));
    }
    this.#last = epoch;
    return epoch;
  }

  // eslint-disable-next-line max-params -- an object per line would cost more than the call
  #visitor(key: KeyObject, site: string, known: CachedAddress, address: Address, userAgent: string): string {
    if (known.lastAgent === userAgent && known.lastVisitor !== '') return known.lastVisitor;
    let token = known.visitors.get(userAgent);
    if (token === undefined) {
      if (known.visitors.size >= most.agents) known.visitors.clear();
      token = this.#tools.visitorToken(key, site, address.bytes, userAgent);
      known.visitors.set(userAgent, token);
    }
    known.lastAgent = userAgent;
    known.lastVisitor = token;
    return token;
  }
}
