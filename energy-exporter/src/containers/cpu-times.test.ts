import { expect, test } from 'vitest';
import { busyBetween, parseCpuTimes, withoutStepsBack } from './cpu-times.ts';

/** One processor of 100 ticks a second. */
const times = (user: number, idle: number, iowait: number) => parseCpuTimes(`cpu  ${user * 100} 0 0 ${idle * 100} ${iowait * 100} 0 0 0 0 0\ncpu0 1 0 0 1 0 0 0 0 0 0\n`);

test('idle and iowait step back now and then: the higher value stands, because a counter that falls looks like one that started anew', () => {
  const before = withoutStepsBack(null, times(10_000, 90_000, 5000));
  const after = withoutStepsBack(before, times(10_030, 90_031, 4999));
  expect(after.seconds).toMatchObject({ user: 10_030, idle: 90_031, iowait: 5000 });
  expect(withoutStepsBack(after, times(10_031, 90_032, 5002)).seconds.iowait).toBe(5002);
  expect(busyBetween(before, after)).toBeCloseTo(30 / 61, 10);
});

test('a count that falls by more than a minute is another one', () => {
  expect(withoutStepsBack(times(10_000, 90_000, 5000), times(5, 80, 1)).seconds).toMatchObject({ user: 5, idle: 80, iowait: 1 });
});

test('waiting for a disk is not busy', () => {
  expect(busyBetween(times(0, 0, 0), times(25, 50, 25))).toBe(0.25);
});
