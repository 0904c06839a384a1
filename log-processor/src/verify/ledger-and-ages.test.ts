/** The ledger, keys, raw logs and retention: each passes when all is well, and each planted fault is told. */
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { listKeyAges, listStrangers } from '../keys/key-ages.ts';
import { readKeptMs } from '../loki/kept.ts';
import { checkKeys, checkRawLogs, checkRetention } from './check-ages.ts';
import { checkLedger } from './check-ledger.ts';
import { readMetrics } from './read-metrics.ts';
import { statementText, verdictOf } from './statement.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const nowMs = Date.UTC(2026, 10, 28, 12);
const folder = mkdtempSync(join(tmpdir(), 'tidewatch-verify-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const page = (delivered: number, closed: number): string => `# HELP logproc_lines_read_total Lines.
# TYPE logproc_lines_read_total counter
logproc_lines_read_total{input="main"} 100
logproc_lines_read_total{input="a \\"b\\""} 20
logproc_lines_delivered_total{input="main"} ${delivered}
logproc_lines_dropped_total{reason="bad_time"} 3
logproc_lines_in_flight{input="main"} 7
logproc_visits_opened_total 10
logproc_visits_closed_total ${closed}
logproc_visits_merged_total 1
logproc_visits_open 2
logproc_key_created_timestamp_seconds{site="ocean",key="current"} ${(nowMs - 49 * hourMs) / 1000}
`;

describe('the ledger', () => {
  test('passes when both sums are right', () => {
    expect(checkLedger(readMetrics(page(110, 7)))).toMatchObject({ verdict: 'pass', facts: ['lines: 120 read = 110 delivered + 3 dropped + 7 in flight.', expect.any(String)] });
  });

  test('tells one line or one visit that is missing or too many, and a page of another program', () => {
    expect(checkLedger(readMetrics(page(109, 7))).faults).toEqual([expect.stringContaining('1 line(s) are missing')]);
    expect(checkLedger(readMetrics(page(110, 8))).faults).toEqual([expect.stringContaining('1 visit(s) too many')]);
    expect(checkLedger(readMetrics('up 1\n')).faults).toEqual([expect.stringContaining('not the page of a Tidewatch processor')]);
  });
});

describe('the keys', () => {
  test('are listed by their files without being opened, and one that is too old is told', async () => {
    const young = join(folder, 'epoch.2026-11-28.ocean.key');
    const old = join(folder, 'epoch.2026-11-25.ocean.key');
    for (const path of [young, old, join(folder, 'witness'), join(folder, 'identity.key')]) writeFileSync(path, 'not read', { mode: 0o000 });
    utimesSync(young, nowMs / 1000 - 3600, nowMs / 1000 - 3600);
    utimesSync(old, (nowMs - 3 * dayMs) / 1000, (nowMs - 3 * dayMs) / 1000);
    const ages = await listKeyAges(folder);
    expect(ages?.map(({ day }) => day)).toEqual(['2026-11-25', '2026-11-28']);
    expect(checkKeys(ages, null, nowMs).faults).toEqual([expect.stringContaining('the key of ocean, 2026-11-25, is 72 h old')]);
    expect(checkKeys(ages!.slice(1), null, nowMs).verdict).toBe('pass');
    expect(await listKeyAges(join(folder, 'not-there'))).toBeNull();
  });

  test('that came back, or lie there under another name, are told; a backlog may have keys of past days', async () => {
    const restored = [{ site: 'ocean', day: '2026-11-20', writtenMs: nowMs - hourMs }];
    const readTo = (timeMs: number) => readMetrics(`logproc_watermark_timestamp_seconds{input="a"} ${timeMs / 1000}\nlogproc_watermark_timestamp_seconds{input="b"} ${nowMs / 1000}\n`);
    expect(checkKeys(restored, readTo(nowMs - 120_000), nowMs).faults).toEqual([expect.stringContaining('the key of ocean, 2026-11-20, is there, although every log is read far past its day')]);
    expect(checkKeys(restored, readTo(Date.UTC(2026, 10, 21, 11)), nowMs).verdict).toBe('pass');
    expect(checkKeys([{ site: 'ocean', day: '2026-11-27', writtenMs: nowMs - 30 * hourMs }], readTo(nowMs), nowMs).verdict).toBe('pass');
    writeFileSync(join(folder, 'epoch.2026-11-28.ocean.key.bak'), '');
    expect(await listStrangers(folder)).toEqual(['epoch.2026-11-28.ocean.key.bak']);
    expect(await listStrangers(join(folder, 'not-there'))).toEqual([]);
    expect(checkKeys([], null, nowMs, ['a.bak']).faults).toEqual([expect.stringContaining('holds "a.bak", which the processor did not put there')]);
  });

  test('are taken from /metrics where the folder cannot be looked into', () => {
    expect(checkKeys(null, readMetrics(page(110, 7)), nowMs).faults).toEqual([expect.stringContaining('49 h old')]);
  });
});

describe('raw logs and retention', () => {
  test('a raw log over its limit is told by its path', () => {
    const logs = [{ path: '/var/log/nginx/a.log', oldestMs: nowMs - 50 * hourMs }, { path: '/var/log/nginx/b.log', oldestMs: nowMs - hourMs }, { path: '/var/log/nginx/c.log', oldestMs: null }];
    expect(checkRawLogs(logs, 48 * hourMs, nowMs)).toMatchObject({ verdict: 'fail', faults: [expect.stringContaining('/var/log/nginx/a.log: its oldest line is 50 h old'), expect.stringContaining('/var/log/nginx/c.log: how old its lines are cannot be read')] });
    expect(checkRawLogs(logs.slice(1), 48 * hourMs, nowMs).verdict).toBe('unknown');
    expect(checkRawLogs(logs.slice(1, 2), 48 * hourMs, nowMs)).toMatchObject({ verdict: 'pass', faults: [] });
  });

  test('a retention over 25 months, or none, is refused, and an overdue entry is told', () => {
    expect(checkRetention({ what: 'the retention of Loki', keptMs: 90 * dayMs }, [], nowMs).verdict).toBe('pass');
    expect(checkRetention({ what: 'the retention of Loki', keptMs: Infinity }, [], nowMs).faults).toEqual([expect.stringContaining('for ever')]);
    expect(checkRetention({ what: 'the retention of Loki', keptMs: 800 * dayMs }, [], nowMs).faults).toEqual([expect.stringContaining('800 days')]);
    expect(checkRetention({ what: 'the retention of Loki', keptMs: 90 * dayMs }, [{ stream: '{stream="access"}', oldestMs: nowMs - 95 * dayMs }], nowMs).faults).toEqual([expect.stringContaining('over its retention')]);
  });

  test('what Loki says of its retention is read from its own configuration, receipts apart', () => {
    const config = (stream: string, enabled = true): string => `limits_config:\n  retention_period: 90d\n  retention_stream:\n${stream}  per_tenant_override_config: ""\ncompactor:\n  retention_enabled: ${enabled}\n`;
    const receipts = `  - period: 10y\n    priority: 1\n    selector: '{stream="day"}'\n`;
    expect(readKeptMs(config(receipts))).toBe(90 * dayMs);
    expect(readKeptMs(config(receipts, false))).toBe(Infinity);
    expect(readKeptMs(config(`${receipts}  - period: 0s\n    priority: 2\n    selector: '{stream="visit"}'\n`))).toBe(Infinity); // Loki's word for ever
    expect(readKeptMs(config(`${receipts}  - period: 3y\n    priority: 2\n    selector: '{stream="visit"}'\n`))).toBe(3 * 365 * dayMs);
  });
});

describe('the statement', () => {
  test('says the worst of its checks, and ends with the hash of its own text', () => {
    const checks = [checkLedger(readMetrics(page(110, 7))), checkKeys([], null, nowMs)];
    expect(verdictOf(checks)).toBe('pass');
    expect(verdictOf([...checks, { ...checks[0]!, verdict: 'unknown' }])).toBe('unknown');
    expect(verdictOf([...checks, { ...checks[0]!, verdict: 'unknown' }, { ...checks[0]!, verdict: 'fail' }])).toBe('fail');
    const text = statementText({ at: '2026-11-28T12:00:00.000Z', version: '0.1.0', configuration: 'tidewatch.yaml', host: 'ocean-1', sites: [{ name: 'ocean', server_names: ['ocean.example'] }, { name: 'rest', server_names: [] }], place: 'the Loki', verdict: 'pass', checks }, (above) => `hash of ${above.length}`);
    // Whose visitors it is about.
    expect(text).toContain('\nplatform       ocean (ocean.example)\n               rest (every other name)\nmachine        ocean-1\n');
    expect(text).toMatch(/\nPASS {9}Does the ledger/);
    expect(text.trimEnd()).toMatch(/Every check passed\.\nSHA-256 of the text above: hash of \d+$/);
  });
});
