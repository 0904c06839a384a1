/** Gathers what the live page shows from the committed numbers and the state; nothing in it was ever an address. */
import type { ClosedVisit } from './account/closed-visit.ts';
import type { House } from './house.ts';
import type { LiveFigures, SiteFigures, VisitFigures } from './server/live-figures.ts';
import { watermarkGraceMs } from './assemble.ts';
import { gapMs } from './open-road.ts';
import type { Tallies } from './metrics/tallies.ts';
import type { VisitClass } from './record.ts';
import { version } from './version.ts';

/** Visits remembered for the page. */
const shownVisits = 12;

export type LastVisits = {
  readonly add: (visit: ClosedVisit) => void;
  /** Newest first. */
  readonly newest: () => readonly ClosedVisit[];
};

export function createLastVisits(): LastVisits {
  let last: ClosedVisit[] = [];
  return {
    add(visit) {
      if (visit.visitClass === 'human') last = [visit, ...last.slice(0, shownVisits - 1)];
    },
    newest: () => last,
  };
}

export function liveFigures(house: House, visits: readonly ClosedVisit[]): LiveFigures {
  const { account, sites, tallies } = house.rooms;
  const nowMs = Date.now();
  const watermarkMs = account.watermark.valueMs;
  const total = (name: Parameters<typeof tallies.total>[0]): number => tallies.total(name);
  return {
    version,
    threshold: house.config.anonymity_threshold,
    nowMs,
    watermarkMs: Number.isFinite(watermarkMs) ? watermarkMs : null,
    catchingUp: account.watermark.catchingUp(nowMs),
    lagBytes: house.processor.sources.reduce((sum, { source }) => sum + source.lagBytes(), 0),
    outboxBytes: house.store.outboxBytes,
    lines: {
      read: total('logproc_lines_read_total'),
      delivered: total('logproc_lines_delivered_total'),
      dropped: tallies.numbers('logproc_lines_dropped_total').filter(({ value }) => value > 0).map(({ labels, value }) => ({ reason: labels[0] ?? '', lines: value })),
      inFlight: total('logproc_lines_in_flight'),
    },
    visits: {
      opened: total('logproc_visits_opened_total'),
      closed: total('logproc_visits_closed_total'),
      open: total('logproc_visits_open'),
      merged: total('logproc_visits_merged_total'),
    },
    sites: sites.names.filter((site) => account.today(site) !== undefined).map((site) => siteFigures(house, site, visits)),
    further: [{ what: 'what every metric and setting means', where: 'docs/metrics.md, docs/configuration.md' }],
  };
}

function siteFigures({ rooms, keyLife }: House, site: string, visits: readonly ClosedVisit[]): SiteFigures {
  const { account, calendar, tallies } = rooms;
  const today = account.today(site);
  const newestMs = Math.min(Date.now(), account.watermark.valueMs + watermarkGraceMs);
  const { day, startMs } = calendar.dayOf(site, newestMs);
  const active = account.activeVisitors().get(site) ?? { browser: 0, bot: 0 };
  const sum = (visitClass: VisitClass, what: 'visits' | 'page_views' | 'bounces' | 'duration_ms'): number => today?.totals.visitSum(visitClass, what) ?? 0;
  const byClass = (what: 'visits' | 'page_views') => ({ human: sum('human', what), bot: sum('bot', what), suspected: sum('suspected', what) });
  const days = [day, calendar.dayOf(site, startMs - 1).day];
  return {
    site,
    zone: rooms.zoneOf(site),
    day,
    startedByHour: today?.totals.startedByHour ?? [],
    closedHours: closedHours(rooms, site, day),
    activeVisitors: active,
    visitorsToday: { browser: account.visitorsToday(site, 'browser'), bot: account.visitorsToday(site, 'bot') },
    visitsToday: byClass('visits'),
    pageViewsToday: byClass('page_views'),
    bouncesToday: sum('human', 'bounces'),
    visitSecondsToday: sum('human', 'duration_ms') / 1000,
    requestsByStatusClass: statusClassesOf(tallies, site),
    countries: [...account.visitorsTodayByCountry(site)].map(([country, visitors]) => ({ country, visitors })),
    lastVisits: visits.filter((visit) => visit.site === site).map(visitFigures),
    keys: days.flatMap((name) => {
      const times = keyLife.timesOf(site, name);
      return times === null || times.destroyedMs !== null ? [] : [{ day: name, createdMs: times.createdMs }];
    }),
  };
}

/** An hour is over for everybody's eyes once no visit that ended in it can still be open. */
function closedHours({ account, calendar }: House['rooms'], site: string, day: string): number {
  const untilMs = account.watermark.valueMs - gapMs;
  return Number.isFinite(untilMs) && calendar.dayOf(site, untilMs).day === day ? calendar.hourOf(site, untilMs) : 0;
}

/** Requests since counting began, summed over everything but the status class. */
function statusClassesOf(tallies: Tallies, site: string): SiteFigures['requestsByStatusClass'] {
  const sums = new Map<string, number>();
  for (const { labels, value } of tallies.numbers('web_requests_total')) {
    const statusClass = labels[4] ?? 'other';
    if (labels[0] === site && value > 0) sums.set(statusClass, (sums.get(statusClass) ?? 0) + value);
  }
  return [...sums].sort(([left], [right]) => (left < right ? -1 : 1)).map(([statusClass, requests]) => ({ statusClass, requests }));
}

function visitFigures(visit: ClosedVisit): VisitFigures {
  const { startMs, endMs, visitor, visitClass, requests, referrerHost, country, device, family, os } = visit;
  return { startMs, endMs, visitor, visitClass, views: visit.pageViews, requests, entryPath: visit.entry ?? '', exitPath: visit.exit ?? '', referrerHost, country, device, family, os };
}
