/** The daily receipt: what one site's day was, as the line that is kept for years and chained to the day before. */
import { kinds, type AgentClass, type VisitClass } from '../record.ts';
import { agentClasses, visitClasses, type DayTotals } from './day-totals.ts';
import { statusClasses } from './kind-and-status.ts';
import type { LineCounts } from './line-ledger.ts';
import type { Uniques } from './uniques.ts';
import { dimensions } from './visit-breakdown.ts';

/** A value that JSON can say. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Raised when a key of the receipt changes its meaning. */
const receiptFormat = 1;

export type ReceiptParts = {
  readonly site: string;
  readonly totals: DayTotals;
  readonly uniques: Uniques;
  /** Fewer visitor-days than this fold into `other`. */
  readonly k: number;
  /** Lines of days whose receipt was already written. */
  readonly late: LineCounts;
  /** Dropped lines that had no site or no time; each stands in exactly one receipt of the processor. */
  readonly unattributed: LineCounts;
  readonly versions: Json;
  /** Estimated emissions of transferring so many bytes to visitors of a class. */
  readonly transferGrams: (bytes: number, visitClass: VisitClass) => number;
  /** What only the clock knows: key times, energy. */
  readonly observed: Json;
  /** Day and SHA-256 of this site's receipt before this one; null for the first. */
  readonly previous: { readonly day: string; readonly sha256: string } | null;
};

/** One line of JSON, always with the same keys in the same order. Durations are seconds, instants ISO 8601 in UTC. */
export function receiptLine(parts: ReceiptParts): string {
  const { day, startMs, endMs } = parts.totals.day;
  return JSON.stringify({
    receipt: receiptFormat,
    site: parts.site,
    day,
    start: new Date(startMs).toISOString(),
    end: new Date(endMs).toISOString(),
    audience: audience(parts),
    lines: parts.totals.lines.counts(),
    late: parts.late,
    unattributed: parts.unattributed,
    versions: parts.versions,
    observed: parts.observed,
    previous_day: parts.previous?.day ?? null,
    previous: parts.previous?.sha256 ?? null,
  });
}

function audience({ totals, uniques, k, transferGrams }: ReceiptParts): Json {
  const by = dimensions.map((dimension) => [dimension, totals.breakdown.folded(dimension, k)] as const);
  return {
    unique_visitors: { browser: uniques.visitors('browser'), bot: uniques.visitors('bot') },
    requests: Object.fromEntries(agentClasses.map((agentClass) => [agentClass, requestsOf(totals, agentClass)])),
    bytes: Object.fromEntries(agentClasses.map((agentClass) => [agentClass, bytesOf(totals, agentClass)])),
    visits: Object.fromEntries(visitClasses.map((visitClass) => [visitClass, visitsOf(totals, visitClass, transferGrams)])),
    human_visits_started_by_hour: totals.startedByHour,
    human_visits_by: Object.fromEntries(by),
  };
}

/** Requests by kind and status class; only what occurred. */
function requestsOf(totals: DayTotals, agentClass: AgentClass): Json {
  const byKind: Record<string, Record<string, number>> = {};
  for (const [kind, kindName] of kinds.entries()) {
    const byStatus: Record<string, number> = {};
    for (const [status, statusName] of statusClasses.entries()) {
      const requests = totals.requests(agentClass, kind, status);
      if (requests > 0) byStatus[statusName] = requests;
    }
    if (Object.keys(byStatus).length > 0) byKind[kindName] = byStatus;
  }
  return byKind;
}

function bytesOf(totals: DayTotals, agentClass: AgentClass): Json {
  const byKind: Record<string, number> = {};
  for (const [kind, name] of kinds.entries()) {
    const bytes = totals.bytes(agentClass, kind);
    if (bytes > 0) byKind[name] = bytes;
  }
  return byKind;
}

function visitsOf(totals: DayTotals, visitClass: VisitClass, transferGrams: ReceiptParts['transferGrams']): Json {
  return {
    visits: totals.visitSum(visitClass, 'visits'),
    page_views: totals.visitSum(visitClass, 'page_views'),
    bounces: totals.visitSum(visitClass, 'bounces'),
    visitor_days: totals.visitSum(visitClass, 'visitor_days'),
    requests: totals.visitSum(visitClass, 'requests'),
    bytes: totals.visitSum(visitClass, 'bytes'),
    duration_seconds: totals.visitSum(visitClass, 'duration_ms') / 1000,
    server_seconds: totals.visitSum(visitClass, 'server_ms') / 1000,
    transfer_co2e_grams: transferGrams(totals.visitSum(visitClass, 'bytes'), visitClass),
  };
}
