import { expect, test } from 'vitest';
import { createBackOff } from './back-off.ts';

test('waits double up to a ceiling, lie in the upper half of it, and are never shorter than Loki asks', () => {
  const draws = [0, 0.999, 0.5, 0, 0, 0];
  const backOff = createBackOff({ firstMs: 500, maxMs: 4000, random: () => draws.shift() ?? 0 });
  expect([backOff.next(), Math.round(backOff.next()), backOff.next(), backOff.next(), backOff.next(), backOff.next(9000)]).toEqual([250, 1000, 1500, 2000, 2000, 9000]);
  backOff.reset();
  expect(backOff.next()).toBe(250);
});
