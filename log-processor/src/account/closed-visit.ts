/** A visit when it is over: the noun that its event line, the counts of its day and the metrics are made from. */
import type { AgentClass, Device, VisitClass } from '../record.ts';
import { classifyVisit } from './classify-visit.ts';
import type { VisitPart } from './visit-part.ts';

export type ClosedVisit = {
  readonly site: string;
  /** The token of the day it started. */
  readonly visitor: string;
  /** The first closed visit of its last day's token in its class (human, bot, suspected). */
  readonly firstToday: boolean;
  readonly startMs: number;
  readonly endMs: number;
  /** Nanoseconds behind the end's millisecond, as in its last line's timestamp in Loki: the line's number mod 1e6 (design section 5, "Nanoseconds"). */
  readonly subNs: number;
  readonly requests: number;
  readonly pageViews: number;
  readonly bytes: number;
  readonly serverMs: number;
  /** Path templates of the first and the last page view; null where there was none. */
  readonly entry: string | null;
  readonly exit: string | null;
  /** Of the first page view; of the first request where there was no page view. */
  readonly referrerHost: string;
  readonly country: string;
  readonly device: Device;
  readonly family: string;
  readonly os: string;
  /** What the user agent says: lines know no more. */
  readonly agentClass: AgentClass;
  readonly visitClass: VisitClass;
  /** Exactly one page view. */
  readonly bounce: boolean;
};

export type ClosingOptions = {
  readonly assetsElsewhere: boolean;
  /** Books the visit on its last day's token; true for that token's first of this class. */
  readonly isFirst: (visitClass: VisitClass) => boolean;
};

/** One visit out of its part of the first day and, when it went on over midnight, that of the second. */
export function closeVisit(first: VisitPart, second: VisitPart | null, options: ClosingOptions): ClosedVisit {
  const last = second ?? first;
  const other = second ?? empty;
  const pageViews = first.pageViews + other.pageViews;
  const entry = first.pageViews > 0 ? first : last;
  const exit = last.pageViews > 0 ? last : first;
  const viewed = pageViews > 0;
  const signs = {
    agentClass: first.agentClass,
    pageViews,
    hasAsset: first.hasAsset || other.hasAsset,
    hasRobotsTxt: first.hasRobotsTxt || other.hasRobotsTxt,
    viewsSpanMs: exit.exitMs - entry.entryMs,
  };
  const visitClass = classifyVisit(signs, options.assetsElsewhere);
  return {
    site: first.site, visitor: first.token, firstToday: options.isFirst(visitClass), startMs: first.startMs, endMs: last.endMs,
    subNs: last.endLine % 1_000_000, requests: first.requests + other.requests, pageViews,
    bytes: first.bytes + other.bytes, serverMs: first.serverMs + other.serverMs,
    entry: viewed ? entry.entryPath : null, exit: viewed ? exit.exitPath : null,
    referrerHost: viewed ? entry.entryReferrer : first.referrerHost,
    country: first.country, device: first.device, family: first.family, os: first.os, agentClass: first.agentClass,
    visitClass, bounce: pageViews === 1,
  }; // prettier-ignore
}

const empty = { requests: 0, pageViews: 0, bytes: 0, serverMs: 0, hasAsset: false, hasRobotsTxt: false };
