/** Answers a request as the watched site would: status, size and times of a small application behind nginx. */
import type { Kind } from '../record.ts';
import type { ServedRequest } from './access-line.ts';
import { contentTypeOf } from './pages.ts';
import type { Random } from './random.ts';
import type { Visitor } from './visitors.ts';

/** A request with what is true of it. */
export type TrueRequest = { readonly request: ServedRequest; readonly kind: Kind; readonly prefetch: boolean; readonly visitor: Visitor };

export type Ask = {
  /** When nginx writes the line: the end of the request. */
  readonly timeMs: number;
  readonly path: string;
  readonly kind: Kind;
  readonly method?: string;
  readonly referrer?: string;
  /** What the site answers where nothing goes wrong. */
  readonly status?: number;
  readonly purpose?: string;
  /** An X-Forwarded-For that the client made up. */
  readonly claims?: string;
};

export type ServedSite = {
  readonly serverName: string;
  /** Address of a proxy in front of nginx, which then is the peer of every line and appends the client to X-Forwarded-For. */
  readonly proxy?: string;
};

/** Chance that the application fails, and that it is slow. */
const failureShare = 0.003;
const slowShare = 0.015;

/** Sizes in bytes: median of the body where it is sent at all. */
const medianBytes: Readonly<Record<Kind, number>> = { page: 14_000, asset: 32_000, api: 1_800, feed: 9_000, health: 180, other: 420 };

const usual = { method: 'GET', referrer: '', purpose: '', status: 200, claims: '' };

export function serve(random: Random, site: ServedSite, visitor: Visitor, ask: Ask): TrueRequest {
  const { timeMs, path, kind, method, referrer, purpose, ...wanted } = { ...usual, ...ask };
  const status = outcome(random, kind, wanted.status);
  const upstreamMs = isByApplication(kind) ? applicationMs(random, status) : -1;
  const request: ServedRequest = {
    timeMs,
    ...connection(site, visitor.address(random), wanted.claims),
    serverName: site.serverName,
    method,
    uri: path,
    status,
    bytes: bytesSent(random, kind, status),
    durationMs: Math.max(0, upstreamMs) + random.integer(0, 12),
    upstreamMs,
    referrer,
    userAgent: visitor.userAgent,
    purpose,
    contentType: contentType(kind, path, status),
  };
  return { request, kind, prefetch: purpose !== '', visitor };
}

/** Whether the application answers, and not nginx by itself. */
function isByApplication(kind: Kind): boolean {
  return kind === 'page' || kind === 'api' || kind === 'feed';
}

function outcome(random: Random, kind: Kind, wanted: number): number {
  return isByApplication(kind) && random.chance(failureShare) ? random.pick([500, 502, 503]) : wanted;
}

/** Who is at the other end: the client, or the proxy that appends the client to whatever the client claimed. */
function connection(site: ServedSite, client: string, claims: string): Pick<ServedRequest, 'remoteAddress' | 'forwardedFor'> {
  if (site.proxy === undefined) return { remoteAddress: client, forwardedFor: claims };
  return { remoteAddress: site.proxy, forwardedFor: claims === '' ? client : `${claims}, ${client}` };
}

/** Milliseconds in the application: mostly tens, sometimes seconds; a refused connection (502) costs none. */
function applicationMs(random: Random, status: number): number {
  if (status === 502) return 0;
  return Math.round(random.chance(slowShare) ? random.logNormal(3500, 0.5) : random.logNormal(45, 0.6));
}

function bytesSent(random: Random, kind: Kind, status: number): number {
  if (status === 304) return random.integer(180, 260);
  return status >= 300 ? random.integer(300, 700) : Math.round(random.logNormal(medianBytes[kind], 0.5)) + 230;
}

function contentType(kind: Kind, path: string, status: number): string {
  if (status === 304) return '';
  if (status >= 300 || kind === 'page') return 'text/html; charset=utf-8';
  return kind === 'api' ? 'application/json' : contentTypeOf(path);
}
