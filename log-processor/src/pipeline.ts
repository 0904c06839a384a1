/** THE ROAD of a line: the ordered list of what happens to it between nginx and the visits, and the runner that walks it. */
import type { KeyWanted } from './anonymise.ts';
import type { KnownLine, LineInHand } from './line-in-hand.ts';
import type { Address, Agent, DropReason, Facts, Kind, PublicRequest, Request, Unread } from './record.ts';

/** What a site lends to the road. */
export type SiteTools = {
  readonly name: string;
  templatePath(uri: string): { path: string; hits: readonly string[] };
  cutReferrer(referrer: string): string;
  classifyKind(method: string, uri: string, contentType: string, status: number): Kind;
  /** True for pages of the monitoring stack itself. */
  isStack(uri: string): boolean;
};

export type RoadTools = {
  siteOf(serverName: string): SiteTools;
  dayOf(site: string, timeMs: number): { readonly day: string; readonly startMs: number; readonly dayBefore: string };
  trustProxy(peer: string, forwardedFor: string): Address | null;
  /** Whether what a peer forwards for can count at all. */
  trustsPeer(peer: string): boolean;
  isAddress(text: string): boolean;
  countryOf(address: Address): string;
  agentOf(userAgent: string): Agent;
  isPrefetch(purpose: string): boolean;
  anonymise(line: LineInHand): PublicRequest | KeyWanted;
  /** Forgets every token that was remembered with an address. */
  forget(): void;
  /** The same for a line whose values are remembered; the answer is one object that the next call fills anew. */
  anonymiseKnown(line: KnownLine): PublicRequest | KeyWanted;
  scrubbed(pattern: string): void;
};

/** A line that ends before its end: why, and what is known of it for the day's ledger. */
export type Drop = { readonly drop: DropReason; readonly site: string | null; readonly timeMs: number | null };

/** The line while it is on the road; every step may add to it. */
type Line = { input: string; lineNumber: number; nowMs: number; request: Request; site: SiteTools; audience: boolean; facts: Facts; scrubbed: readonly string[] };
type Step = (line: Line, tools: RoadTools) => DropReason | null;

/** How far ahead of the clock a line may be: Loki's creation_grace_period. */
export const graceAheadMs = 10 * 60_000;

const road: readonly (readonly [name: string, step: Step])[] = [
  ['refuse a time that has not come', refuseFuture],
  ['find the client behind trusted proxies', findClient],
  ['name its country', addCountry],
  ['name its agent', addAgent],
  ['make the path a template', templatePath],
  ['say what was asked for', addKind],
  ['cut the referrer to its host', cutReferrer],
];

/** The names of the steps in order, for the docs and for the curious. */
export const stepNames: readonly string[] = [...road.map(([name]) => name), 'take the address away'];

function refuseFuture(line: Line): DropReason | null {
  return line.request.timeMs > line.nowMs + graceAheadMs ? 'too_new' : null;
}

function findClient(line: Line, tools: RoadTools): DropReason | null {
  const { peer, forwardedFor } = line.request;
  line.facts.address = tools.trustProxy(peer, forwardedFor);
  return line.facts.address === null && !peer.startsWith('unix:') && !tools.isAddress(peer) ? 'bad_address' : null;
}

function addCountry(line: Line, tools: RoadTools): null {
  line.facts.country = line.facts.address === null ? 'unknown' : tools.countryOf(line.facts.address);
  return null;
}

function addAgent(line: Line, tools: RoadTools): null {
  line.facts.agent = tools.agentOf(line.request.userAgent);
  line.facts.prefetch = tools.isPrefetch(line.request.purpose);
  return null;
}

function templatePath(line: Line): null {
  const { path, hits } = line.site.templatePath(line.request.uri);
  line.facts.path = path;
  line.scrubbed = hits;
  return null;
}

function addKind(line: Line): null {
  const { method, uri, contentType, status } = line.request;
  line.facts.kind = line.site.classifyKind(method, uri, contentType, status);
  line.audience = line.facts.kind !== 'health' && !line.site.isStack(uri);
  return null;
}

function cutReferrer(line: Line): null {
  line.facts.referrerHost = line.site.cutReferrer(line.request.referrer);
  return null;
}

const none: readonly string[] = [];
const noAgent: Agent = { agentClass: 'bot', family: 'other', os: 'other', device: 'other' };

/** Where a line comes from. `site` is the configured one of formats without a server name. */
export type Origin = { readonly input: string; readonly lineNumber: number; readonly site: SiteTools | null; readonly nowMs: number };

/** What was read of the line books it in its own site and day; a time that has not come yet names no day. */
function dropUnread({ reason, timeMs, serverName }: Unread, { site, nowMs }: Origin, tools: RoadTools): Drop {
  const named = site ?? (serverName === null ? null : tools.siteOf(serverName));
  return { drop: reason, site: named?.name ?? null, timeMs: timeMs !== null && timeMs > nowMs + graceAheadMs ? null : timeMs };
}

/**
 * Walks one parsed line along the road. Lines of the expected shape take the same steps with memory: see walk-words.ts.
 * @returns the line without its address, the reason why it ends here, or the key that must be made before it can go on
 */
export function walk(parsed: Request | Unread, origin: Origin, tools: RoadTools): PublicRequest | Drop | KeyWanted {
  if ('reason' in parsed) return dropUnread(parsed, origin, tools);
  const site = origin.site ?? tools.siteOf(parsed.serverName);
  const facts: Facts = { address: null, country: 'unknown', agent: noAgent, kind: 'other', path: '(none)', referrerHost: 'direct', prefetch: false };
  const line: Line = { input: origin.input, lineNumber: origin.lineNumber, nowMs: origin.nowMs, request: parsed, site, audience: true, facts, scrubbed: none };
  for (const [, step] of road) {
    const reason = step(line, tools);
    if (reason !== null) return { drop: reason, site: site.name, timeMs: reason === 'too_new' ? null : parsed.timeMs };
  }
  const result = tools.anonymise({
    input: line.input,
    lineNumber: line.lineNumber,
    site: site.name,
    day: tools.dayOf(site.name, parsed.timeMs),
    audience: line.audience,
    request: parsed,
    facts,
  });
  // A line that waits for its key comes again and is counted then.
  if (!('keyWanted' in result)) for (const pattern of line.scrubbed) tools.scrubbed(pattern);
  return result;
}
