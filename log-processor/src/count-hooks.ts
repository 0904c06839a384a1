/** Hangs the metrics on the account: what the fold tells as it goes becomes counters. */
import type { Calendar } from './account/calendar.ts';
import type { ClosedVisit } from './account/closed-visit.ts';
import type { Count } from './account/count.ts';
import { createAudience } from './audience.ts';
import type { CounterCell, Tallies } from './metrics/tallies.ts';
import { transferGrams } from './transfer-carbon.ts';

export type CountTools = {
  readonly tallies: Pick<Tallies, 'counter' | 'histogram'>;
  readonly calendar: Calendar;
  /** True when the key of a line's day is gone, so that its missing visitor is no lack of an address. */
  readonly isKeyless: (site: string, day: string) => boolean;
  /** For those who want to see the visits go by, such as the live page. */
  readonly closed: (visit: ClosedVisit) => void;
};

export function createCount({ tallies, calendar, isKeyless, closed }: CountTools): Count {
  const audience = createAudience(tallies);
  // Kept once they are wanted: every visit asks for both.
  let opened: CounterCell | null = null;
  let ended: CounterCell | null = null;
  return {
    request(request) {
      audience.line(request);
      if (request.visitor === null && isKeyless(request.site, request.day)) tallies.counter('logproc_keyless_lines_total', [request.site]).add(1);
    },
    visitsOpened: (_site, visits) => (opened ??= tallies.counter('logproc_visits_opened_total', [])).add(visits),
    visitsMerged: (_site, visits) => tallies.counter('logproc_visits_merged_total', []).add(visits),
    visitClosed(visit) {
      (ended ??= tallies.counter('logproc_visits_closed_total', [])).add(1);
      audience.visit({
        site: visit.site,
        visitClass: visit.visitClass,
        views: visit.pageViews,
        bounce: visit.bounce,
        firstToday: visit.firstToday,
        durationMs: visit.endMs - visit.startMs,
        device: visit.device,
        transfer: transferGrams(visit.bytes, visit.visitClass),
        weekday: calendar.weekdayOf(visit.site, visit.startMs),
        hour: calendar.hourOf(visit.site, visit.startMs),
      });
      closed(visit);
    },
    lateLine: (site) => tallies.counter('logproc_late_lines_total', [site]).add(1),
    receipt: (site) => tallies.counter('logproc_receipts_total', [site]).add(1),
  };
}
