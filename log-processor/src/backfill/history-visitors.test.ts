/** Visitors of today begin at 0 at midnight, count each visitor once at its first line, and end with the day's own number. */
import { expect, test } from 'vitest';
import { createCalendar } from '../account/calendar.ts';
import { requestOf } from '../account/test/requests.ts';
import { HistoryVisitors } from './history-visitors.ts';
import { samplesOf } from './minute-points.ts';

const calendar = createCalendar(() => 'UTC');
const hour = (day: number, hours: number): number => Date.UTC(2026, 8, day, hours);

/** What the gauge says at a time: the newest sample up to it. */
function valueAt(visitors: HistoryVisitors, timeMs: number): number | undefined {
  const browser = [...visitors.series()].find(({ labels }) => labels[1] === 'browser');
  const samples = browser === undefined ? [] : [...samplesOf(browser.points, hour(18, 0) / 60_000)];
  return samples.findLast(([minute]) => minute * 60_000 <= timeMs)?.[1];
}

test('each day counts its own visitors from 0', () => {
  const visitors = new HistoryVisitors(calendar);
  const seen = (who: string, day: number, hours: number): void => {
    const line = requestOf({ who, timeMs: hour(day, hours) });
    visitors.line({ ...line, day: `2026-09-${day}`, site: 'ocean' });
  };
  for (const [who, hours] of [['alice', 8], ['bob', 9], ['alice', 10], ['carol', 11]] as const) seen(who, 15, hours); // prettier-ignore
  visitors.dayIsOver('ocean', '2026-09-15');
  seen('dave', 16, 7);
  visitors.dayIsOver('ocean', '2026-09-16');
  expect([valueAt(visitors, hour(15, 8) + 60_000), valueAt(visitors, hour(15, 10) + 60_000), valueAt(visitors, hour(15, 23))]).toEqual([1, 2, 3]);
  expect([valueAt(visitors, hour(16, 0) + 60_000), valueAt(visitors, hour(16, 7) + 60_000), valueAt(visitors, hour(16, 23))]).toEqual([0, 1, 1]);
});
