/** What stands in the way of a backfill is said with the setting that changes it; receipts are chained and compared by what they say. */
import { describe, expect, test } from 'vitest';
import { readSchemaFrom } from '../loki/schema-from.ts';
import { conflicts } from './known-history.ts';
import { HistoryLedger } from './history-ledger.ts';
import { chainReceipt, dayOfReceipt, saySame } from './receipt-chain.ts';
import { refusals } from './refusals.ts';

const dayMs = 86_400_000;
const nowMs = Date.UTC(2026, 10, 28);
const open = { lookBackMs: Infinity, maxAgeMs: Infinity, windowMs: 3_600_000, sharded: false };
const receipt = (day: string, visits: number, more: object = {}): string => JSON.stringify({ receipt: 1, site: 'ocean', day, audience: { visits }, lines: { committed: 9 }, versions: { tidewatch: '0.1.0' }, observed: { energy: 3 }, previous_day: null, previous: null, ...more });

describe('what Loki would refuse', () => {
  test('each limit is told with its setting and a value that is enough; none where all is well', () => {
    const oldestMs = nowMs - 40 * dayMs;
    expect(refusals({ oldestMs, nowMs }, open, '2024-01-01')).toEqual([]);
    expect(refusals({ oldestMs, nowMs }, { ...open, maxAgeMs: 7 * dayMs }, null)).toEqual([expect.stringMatching(/older than 168 h, and the oldest here are of 2026-10-19: set limits_config\.reject_old_samples_max_age to 984h, or reject_old_samples to false/)]);
    expect(refusals({ oldestMs, nowMs }, { ...open, lookBackMs: 3 * 3_600_000 }, null)).toEqual([expect.stringContaining('ingester.query_store_max_look_back_period to 984h')]);
    expect(refusals({ oldestMs, nowMs }, { ...open, sharded: true }, null)).toEqual([expect.stringContaining('shard_streams.enabled to false')]);
    expect(refusals({ oldestMs, nowMs }, open, '2026-11-01')).toEqual([expect.stringContaining('schema_config.configs to 2026-10-19')]);
    expect(refusals({ oldestMs, nowMs }, { ...open, maxAgeMs: NaN, lookBackMs: NaN }, null)).toHaveLength(2); // what is not known is not allowed
  });

  test('the first day of a schema is read from what Loki prints', () => {
    expect(readSchemaFrom('schema_config:\n  configs:\n  - from: "2025-03-01"\n    store: tsdb\n  - from: "2024-01-01"\n    store: tsdb\nserver:\n  - from: "2001-01-01"\n')).toBe('2024-01-01');
    expect(readSchemaFrom('server: {}\n')).toBeNull();
  });
});

describe('receipts of past days', () => {
  test('say the same whoever wrote them, and something else when a number differs', () => {
    expect(saySame(receipt('2026-11-01', 5), receipt('2026-11-01', 5, { observed: null, previous: 'x', previous_day: 'y', versions: {} }))).toBe(true);
    expect(saySame(receipt('2026-11-01', 5), receipt('2026-11-01', 6))).toBe(false);
  });

  test('get their predecessor and nothing that only a clock knows, and keep the order of their keys', () => {
    const chained = chainReceipt(receipt('2026-11-02', 5), { day: '2026-11-01', sha256: 'abc' });
    expect(JSON.parse(chained)).toMatchObject({ day: '2026-11-02', previous_day: '2026-11-01', previous: 'abc', observed: { key_created: null, key_destroyed: null, energy: 'missing' } });
    const keysOf = (line: string): string[] => [...line.matchAll(/(?<=[{,])"(\w+)":/g)].map(([, key = '']) => key).filter((key) => ['site', 'day', 'audience', 'versions', 'observed', 'previous'].includes(key));
    expect(keysOf(chained)).toEqual(keysOf(receipt('2026-11-02', 5)));
    expect(dayOfReceipt(chained)).toBe('2026-11-02');
    expect(() => dayOfReceipt('[]')).toThrow(TypeError);
  });

  test('of another history, or after which an older day would come, are in the way', () => {
    const day = (name: string, visits: number) => ({ site: 'ocean', day: name, startMs: 0, endMs: 1, receipt: receipt(name, visits), lines: 9 });
    const known = new Map([['2026-11-02', receipt('2026-11-02', 5)]]);
    expect(conflicts([day('2026-11-02', 5), day('2026-11-03', 1)], known, 'backfill')).toEqual([]);
    expect(conflicts([day('2026-11-02', 6)], known, 'backfill')).toEqual([expect.stringContaining('ocean 2026-11-02: Loki has another history of this day')]);
    expect(conflicts([day('2026-11-01', 5)], known, 'backfill')).toEqual([expect.stringContaining('newer days under origin="backfill" (up to 2026-11-02)')]);
  });
});

test('a ledger that misses a line says so', () => {
  const ledger = new HistoryLedger();
  ledger.end('lines', 'in_loki', 7);
  ledger.end('lines', 'there_before', 2);
  ledger.dropped('malformed');
  expect(ledger.text(10)).toEqual({ balanced: true, text: 'lines    read 10 = new in Loki 7 + there before 2 + dropped 1   balanced\nvisits   made 0 = 0   balanced\nreceipts made 0 = 0   balanced\n         dropped: malformed 1' });
  expect(ledger.text(11).balanced).toBe(false);
  expect(ledger.text(11).text).toContain('NOT BALANCED');
});
