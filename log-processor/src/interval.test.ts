import { expect, test } from 'vitest';
import { isOver } from './interval.ts';

test.each([
  [1000, 5000, 5999, false],
  [1000, 5000, 6000, true],
  [1000, -Infinity, 0, true],
  [1000, 5000, 4999, true],
  [1000, 5000, 5000, false],
])('%d ms since %d are over at %d: %s', (intervalMs, sinceMs, nowMs, over) => {
  expect(isOver(intervalMs, sinceMs, nowMs)).toBe(over);
});
