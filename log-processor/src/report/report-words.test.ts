/** What a report says about time leaves no day out, and it says what its figures are not. */
import { expect, test } from 'vitest';
import { cautions, filesTitle, grams, peakTimes, volumeByPeriod } from './report-words.ts';

const on = (day: string, visits = 1) => ({ day, requests: 2, bytes: 3, visitors: 1, visits, pageViews: 4 });

test('days without a request are there, with nothing, also over a change of the clocks', () => {
  const volume = volumeByPeriod({ days: [on('2026-10-23'), on('2026-10-27', 5)] });
  expect(volume.map(({ name, visits, requests }) => [name, visits, requests])).toEqual([['2026-10-23', 1, 2], ['2026-10-24', 0, 0], ['2026-10-25', 0, 0], ['2026-10-26', 0, 0], ['2026-10-27', 5, 2]]);
  expect(volumeByPeriod({ days: [] })).toEqual([]);
});

test('46 days are months, and more than 48 months are years, the empty ones too', () => {
  expect(volumeByPeriod({ days: [on('2026-01-01'), on('2026-02-14')] })).toHaveLength(45);
  expect(volumeByPeriod({ days: [on('2026-01-31'), on('2026-03-01'), on('2026-04-30')] }).map(({ name, visits }) => [name, visits])).toEqual([['2026-01', 1], ['2026-02', 0], ['2026-03', 1], ['2026-04', 1]]);
  expect(volumeByPeriod({ days: [on('2021-06-01'), on('2024-06-01'), on('2026-06-01'), on('2026-06-02')] }).map(({ name, visits }) => [name, visits])).toEqual([['2021', 1], ['2022', 0], ['2023', 0], ['2024', 1], ['2025', 0], ['2026', 2]]);
});

test('the peak names the hour, the weekday and the day with the most visits', () => {
  const starts = Array.from({ length: 7 }, () => new Array<number>(24).fill(0));
  starts[6]![23] = 9;
  starts[0]![8] = 7;
  starts[0]![9] = 7;
  expect(peakTimes({ starts, days: [on('2026-11-22', 9), on('2026-11-23', 14)] }).sentence).toBe('Most visits begin from 23:00 to 00:00, most of them on a Monday, the busiest day was 2026-11-23 (14 visits).');
  expect(peakTimes({ starts: starts.map(() => [0]), days: [] }).sentence).toBeNull();
});

test('what makes the figures other than a reader takes them for is said', () => {
  const file = (format: string) => ({ path: 'a.log', format });
  expect(cautions({ files: [file('combined')], lateLines: 0, lostBytes: 0 })).toEqual([]);
  expect(cautions({ files: [file('combined'), file('common')], lateLines: 1200, lostBytes: 1 })).toEqual([expect.stringContaining('people are missing'), expect.stringContaining('1,200 lines'), expect.stringContaining('at least 1 B')]);
});

test('a year of files is told by their number, and grams are never 0 for something', () => {
  expect(filesTitle(['a', 'b', 'c', 'd'])).toBe('a, b, c, d');
  expect(filesTitle(['a', 'b', 'c', 'd', 'e'])).toBe('a, b, c and 2 more');
  expect([0, 0.04, 999.94, 1000].map(grams)).toEqual(['0.0 g', '< 0.1 g', '999.9 g', '1.00 kg']);
});
