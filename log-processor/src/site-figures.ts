/** What the live page shows of each site, read from the account at one moment: sums of the day, and values that enough people share. */
import { gapMs } from './open-road.ts';
import { watermarkGraceMs } from './assemble.ts';
import type { Rooms } from './assemble.ts';
import type { OpenDay } from './account/site-days.ts';
import type { SiteSums } from './server/live-figures.ts';
import type { VisitClass } from './record.ts';

/** Values shown of each list. */
const mostShown = 8;

/** Every site with something of today. @param k a value fewer visitors share is part of `other` */
export function siteSums(rooms: Rooms, k: number, nowMs: number): readonly SiteSums[] {
  const active = rooms.account.activeVisitors();
  return rooms.sites.names.flatMap((site) => {
    const today = rooms.account.today(site);
    return today === undefined ? [] : [sumsOf(rooms, { site, today, k, nowMs, active: active.get(site) ?? { browser: 0, bot: 0 } })];
  });
}

type Looking = { readonly site: string; readonly today: OpenDay; readonly k: number; readonly nowMs: number; readonly active: SiteSums['activeVisitors'] };

function sumsOf(rooms: Rooms, { site, today, k, nowMs, active }: Looking): SiteSums {
  const { account, calendar } = rooms;
  const { day } = calendar.dayOf(site, Math.min(nowMs, account.watermark.valueMs + watermarkGraceMs));
  const sum = (visitClass: VisitClass, what: 'visits' | 'page_views' | 'bounces' | 'duration_ms'): number => today.totals.visitSum(visitClass, what);
  const byClass = (what: 'visits' | 'page_views') => ({ human: sum('human', what), bot: sum('bot', what), suspected: sum('suspected', what) });
  const top = (dimension: 'entry' | 'referrer' | 'country' | 'device') =>
    Object.entries(today.totals.breakdown.folded(dimension, k))
      .map(([value, counts]) => ({ value, visitors: counts.visitor_days }))
      .sort((a, b) => Number(a.value === 'other') - Number(b.value === 'other') || b.visitors - a.visitors)
      .filter(({ value }, index) => index < mostShown || value === 'other');
  return {
    site,
    zone: rooms.zoneOf(site),
    day,
    startedByHour: [...today.totals.startedByHour],
    closedHours: closedHours(rooms, site, day),
    activeVisitors: active,
    visitorsToday: { browser: account.visitorsToday(site, 'browser'), bot: account.visitorsToday(site, 'bot') },
    visitsToday: byClass('visits'),
    pageViewsToday: byClass('page_views'),
    bouncesToday: sum('human', 'bounces'),
    visitSecondsToday: sum('human', 'duration_ms') / 1000,
    pages: top('entry'),
    referrers: top('referrer'),
    countries: top('country'),
    devices: top('device'),
  };
}

/** An hour is over for everybody's eyes once no visit that ended in it can still be open. */
function closedHours({ account, calendar }: Rooms, site: string, day: string): number {
  const untilMs = account.watermark.valueMs - gapMs;
  return Number.isFinite(untilMs) && calendar.dayOf(site, untilMs).day === day ? calendar.hourOf(site, untilMs) : 0;
}
