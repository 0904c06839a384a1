/** Months and days as they are typed. */
import { expect, test } from 'vitest';
import { BadPeriod, readPeriod } from './period.ts';

test('nothing asked for is everything', () => {
  expect(readPeriod([], []).holds('2019-01-26')).toBe(true);
});

test('months and days add up', () => {
  const period = readPeriod(['2026-11'], ['2026-12-01', '2026-12-03']);
  expect(['2026-10-31', '2026-11-01', '2026-11-30', '2026-12-01', '2026-12-02', '2026-12-03'].map((day) => period.holds(day))).toEqual([false, true, true, true, false, true]);
});

test.each([[['2026-13'], []], [['26-01'], []], [[], ['2026-02-30']], [[], ['yesterday']]])('%j and %j are refused', (months, days) => {
  expect(() => readPeriod(months, days)).toThrow(BadPeriod);
});
