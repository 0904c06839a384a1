/** A batch is known for a day, over restarts, and the memory of it is bounded. */
import { describe, expect, test } from 'vitest';
import { RememberedBatches } from './remembered-batches.ts';

const print = (number: number): string => String(number).padStart(16, 'x');
const hourMs = 3_600_000;
const start = Date.UTC(2026, 10, 28);

/** Plays the state. */
function apply(state: Map<string, string>, puts: readonly (readonly [string, string | null])[]): void {
  for (const [key, value] of puts) {
    if (value === null) state.delete(key);
    else state.set(key, value);
  }
}
const sorted = (state: Map<string, string>) => [...state].sort(([a], [b]) => (a < b ? -1 : 1));

describe('remembered batches', () => {
  test('are known for 24 hours and gone after, also from the state', () => {
    const state = new Map<string, string>();
    const known = new RememberedBatches(1000, []);
    apply(state, known.remember([print(1), print(2)], start));
    apply(state, known.remember([print(3)], start + hourMs));
    apply(state, known.remember([], start + 24 * hourMs));
    expect([1, 2, 3, 4].map((number) => known.has(print(number)))).toEqual([true, true, true, false]);
    apply(state, known.remember([], start + 24 * hourMs + 1));
    expect([1, 2, 3].map((number) => known.has(print(number)))).toEqual([false, false, true]);
    expect(state.size).toBe(1);
  });

  test('are known after a restart, and forgotten in time there too', () => {
    const state = new Map<string, string>();
    const before = new RememberedBatches(1000, []);
    for (let number = 0; number < 50; number += 1) apply(state, before.remember([print(number)], start + number * hourMs));
    const after = new RememberedBatches(1000, sorted(state));
    expect(after.size).toBe(before.size);
    expect([after.has(print(49)), after.has(print(25)), after.has(print(24))]).toEqual([true, true, false]);
    apply(state, after.remember([print(99)], start + 50 * hourMs));
    expect(new RememberedBatches(1000, sorted(state)).has(print(99))).toBe(true);
  });

  test('of one millisecond stay apart over a restart', () => {
    const state = new Map<string, string>();
    apply(state, new RememberedBatches(1000, []).remember([print(1)], start));
    apply(state, new RememberedBatches(1000, sorted(state)).remember([print(2)], start));
    const after = new RememberedBatches(1000, sorted(state));
    expect([after.has(print(1)), after.has(print(2))]).toEqual([true, true]);
  });

  test('over the limit the oldest go first', () => {
    const state = new Map<string, string>();
    const known = new RememberedBatches(10, []);
    for (let number = 0; number < 5000; number += 1) apply(state, known.remember([print(number)], start + number));
    expect([known.size, state.size]).toEqual([10, 10]);
    expect([known.has(print(4999)), known.has(print(4989))]).toEqual([true, false]);
  });
});
