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
  const tokens = createTokenCache(tools);
  return (line) => {
    const { request, facts } = line;
    const found = facts.address === null ? noTokens : tokens(line, facts.address);
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

type CachedAddress = { key: KeyObject; client: string; visitors: Map<string, string> };

/** Tokens by day and address: an HMAC costs more than all other steps together, and visitors come again. */
function createTokenCache(tools: AnonymiseTools): (line: LineInHand, address: Address) => Tokens | KeyWanted {
  const cache = new Map<string, CachedAddress>();
  const most = 50_000;

  const cached = (site: string, day: string, key: KeyObject, address: Address): CachedAddress => {
    const name = `${site} ${day} ${address.text}`;
    let entry = cache.get(name);
    if (entry?.key !== key) {
      if (cache.size >= most) cache.clear();
      entry = { key, client: tools.clientToken(key, site, address.bytes), visitors: new Map() };
      cache.set(name, entry);
    }
    return entry;
  };

  const visitorOf = (site: string, entry: CachedAddress, address: Address, userAgent: string): string => {
    let token = entry.visitors.get(userAgent);
    if (token === undefined) {
      if (entry.visitors.size >= 100) entry.visitors.clear();
      token = tools.visitorToken(entry.key, site, address.bytes, userAgent);
      entry.visitors.set(userAgent, token);
    }
    return token;
  };

  return (line, address) => {
    const { site, day, request } = line;
    const key = tools.keyOf(site, day.day);
    if (key === 'missing') return { keyWanted: { site, day: day.day } };
    if (key === 'destroyed') return noTokens;
    const entry = cached(site, day.day, key, address);
    const before = request.timeMs - day.startMs <= tools.gapMs ? tools.keyOf(site, day.dayBefore) : 'missing';
    return {
      visitor: visitorOf(site, entry, address, request.userAgent),
      earlierVisitor: typeof before === 'string' ? null : visitorOf(site, cached(site, day.dayBefore, before, address), address, request.userAgent),
      client: entry.client,
    };
  };
}
