/** A closed visit as the JSON line that goes to Loki as `stream="visit"`: always the same keys in the same order. */
import type { ClosedVisit } from './closed-visit.ts';

/** Times are ISO 8601 in UTC, durations in seconds; `entry` and `exit` are empty where there was no page view. */
export function visitLine(visit: ClosedVisit): string {
  return JSON.stringify({
    visitor: visit.visitor,
    first_today: visit.firstToday,
    start: new Date(visit.startMs).toISOString(),
    end: new Date(visit.endMs).toISOString(),
    duration_seconds: (visit.endMs - visit.startMs) / 1000,
    views: visit.pageViews,
    requests: visit.requests,
    bytes: visit.bytes,
    server_seconds: visit.serverMs / 1000,
    entry: visit.entry ?? '',
    exit: visit.exit ?? '',
    referrer: visit.referrerHost,
    country: visit.country,
    device: visit.device,
    browser: visit.family,
    os: visit.os,
    agent_class: visit.visitClass,
    bounce: visit.bounce,
  });
}
