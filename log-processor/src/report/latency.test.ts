/** A quantile that is off by more than it says would be worse than none. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Latency } from './latency.ts';

test('every quantile is within 2 % (or a millisecond) of the exact nearest rank', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 600_000 }), { minLength: 1, maxLength: 300 }), (times) => {
      const latency = new Latency();
      for (const time of times) latency.add(time);
      const sorted = times.toSorted((a, b) => a - b);
      const quantiles = latency.quantiles();
      for (const [name, share] of [['p50', 0.5], ['p90', 0.9], ['p99', 0.99]] as const) {
        const exact = sorted[Math.ceil(share * sorted.length) - 1] ?? NaN;
        expect(Math.abs((quantiles?.[name] ?? NaN) * 1000 - exact)).toBeLessThanOrEqual(Math.max(1, exact * 0.02));
      }
      expect(quantiles?.max).toBe((sorted.at(-1) ?? NaN) / 1000);
    }),
  );
});

test('a log that does not say how long requests took has no quantiles', () => {
  expect(new Latency().quantiles()).toBeNull();
});
