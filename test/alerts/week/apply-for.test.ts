/** `for` as a ruler applies it. */
import { expect, test } from 'vitest';
import { durationMs, firesAt } from './apply-for.ts';

const minutes = (...at: readonly number[]): readonly number[] => at.map((minute) => minute * 60_000);
const held = (...at: readonly number[]) => firesAt({ times: minutes(...at), stepMs: 60_000, forMs: 300_000 });

test('what is there for the whole time fires, at the step that completes it', () => {
  expect(held(3, 4, 5, 6, 7, 8, 9)).toBe(8 * 60_000);
});

test('what is a step too short, or away for one step, begins anew', () => {
  expect(held(3, 4, 5, 6, 7)).toBeNull();
  expect(held(3, 4, 5, 7, 8, 9, 10, 11)).toBeNull();
  expect(held(3, 4, 5, 7, 8, 9, 10, 11, 12)).toBe(12 * 60_000);
});

test('without a time it fires at once, and nothing never fires', () => {
  expect(firesAt({ times: minutes(7), stepMs: 60_000, forMs: 0 })).toBe(7 * 60_000);
  expect(held()).toBeNull();
});

test('durations are read as Prometheus writes them', () => {
  expect(durationMs('1h30m')).toBe(5_400_000);
  expect(() => durationMs('soon')).toThrow('soon: expected a duration such as 5m');
});
