import { describe, expect, test } from 'vitest';
import { durationMs, lookBackWarnings, readLimits } from './look-back.ts';

const config = (lookBack: string, rest = ''): string => `target: all
querier:
  query_store_max_look_back_period: 1h
ingester:
  lifecycler:
    max_chunk_age: 7h
    query_store_max_look_back_period: 1h
  max_chunk_age: 2h0m0s
  query_store_max_look_back_period: ${lookBack}
pattern_ingester:
  max_chunk_age: 1h0m0s
limits_config:
  reject_old_samples: true
  reject_old_samples_max_age: 1w
  shard_streams:
    time_sharding_enabled: false
    enabled: false
${rest}`;

describe("Loki's own configuration", () => {
  test.each([
    ['192h0m0s', 691_200_000],
    ['1w', 604_800_000],
    ['2h41m0s', 9_660_000],
    ['1m30.5s', 90_500],
    ['0s', 0],
    ['-1ns', -1e-6],
    ['soon', NaN],
    ['', NaN],
  ])('duration %j is %j ms', (text, milliseconds) => {
    expect(durationMs(text)).toBe(milliseconds);
  });

  test('is read from the keys of the right section and level only', () => {
    expect(readLimits(config('192h0m0s'))).toEqual({ lookBackMs: 691_200_000, maxAgeMs: 604_800_000, windowMs: 3_600_000, sharded: false });
  });

  test('that hides lines which are still accepted is told in words, and so is one that hides everything', () => {
    for (const lookBack of ['2h41m0s', '0s', '-1s', 'soon']) {
      expect(lookBackWarnings(readLimits(config(lookBack)))).toEqual([expect.stringContaining('query_store_max_look_back_period')]);
    }
    for (const lookBack of ['192h0m0s', '1w', '-1ns']) expect(lookBackWarnings(readLimits(config(lookBack)))).toEqual([]);
  });

  test('that takes lines of any age needs a look-back without a bound', () => {
    const anyAge = config('192h').replace('reject_old_samples: true', 'reject_old_samples: false');
    expect(lookBackWarnings(readLimits(anyAge))).toHaveLength(1);
    expect(lookBackWarnings(readLimits(anyAge.replace('192h', '-1ns')))).toEqual([]);
  });

  test('that shards streams or has a short window is told in words', () => {
    const changed = config('-1ns').replace('    enabled: false', '    enabled: true').replace('  max_chunk_age: 2h0m0s', '  max_chunk_age: 1h0m0s');
    expect(lookBackWarnings(readLimits(changed))).toEqual([expect.stringContaining('max_chunk_age'), expect.stringContaining('shard_streams')]);
  });

  test('that says nothing promises nothing', () => {
    expect(lookBackWarnings(readLimits(''))).not.toEqual([]);
  });
});
