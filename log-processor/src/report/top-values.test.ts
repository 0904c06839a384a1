/** What few share must not be named, and the rest must be in order. */
import { expect, test } from 'vitest';
import { TopValues } from './top-values.ts';

function values(): TopValues {
  const counted = new TopValues();
  for (let visit = 0; visit < 7; visit += 1) counted.add('France', 1, 1);
  for (let visit = 0; visit < 9; visit += 1) counted.add('Monaco', 1, visit === 0 ? 1 : 0);
  counted.add('other', 20, 20);
  return counted;
}

test('the most frequent comes first, and what is folded last', () => {
  expect(values().top().map(({ value, count }) => [value, count])).toEqual([['Monaco', 9], ['France', 7], ['other', 20]]);
});

test('a value of fewer than k visitor-days is other, however many visits it had', () => {
  expect(values().top(10, 5)).toEqual([{ value: 'France', count: 7, visitors: 7 }, { value: 'other', count: 29, visitors: 21 }]);
});

test('what is too long for a list is in other, too', () => {
  expect(values().top(1)).toEqual([{ value: 'Monaco', count: 9, visitors: 1 }, { value: 'other', count: 27, visitors: 27 }]);
});

test('a flood of different values ends in other and loses no count', () => {
  const counted = new TopValues();
  for (let index = 0; index < 100_500; index += 1) counted.add(`/made/up/${index}`);
  const top = counted.top();
  expect(top.length).toBeLessThanOrEqual(100_001);
  expect(top.reduce((sum, { count }) => sum + count, 0)).toBe(100_500);
});
