/** The receipts of past days come again out of raw logs of any format, each input's lines under the site it is configured for. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseConfig } from './config.ts';
import { rawLogAges } from './raw-log-ages.ts';
import { recomputeAudience } from './recompute-audience.ts';

const line = (day: number): string => `192.0.2.7 - - [${day}/Sep/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 500 "-" "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"\n`;

function configOf(inputs: readonly object[]) {
  return parseConfig(JSON.stringify({ inputs, sites: [{ name: 'one', server_names: ['one.example'] }, { name: 'two', server_names: ['two.example'] }] }), 'test');
}

test('combined logs of two sites give each its own days; standard input has no past', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-recompute-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = (name: string): string => join(folder, name);
  writeFileSync(path('one.log.1'), line(14));
  writeFileSync(path('one.log'), line(15));
  writeFileSync(path('two.log'), line(15));
  const config = configOf([
    { name: 'one', path: path('one.log'), format: 'combined', site: 'one' },
    { name: 'two', path: path('two.log'), format: 'combined', site: 'two' },
    { name: 'pipe', path: '-', format: 'combined', site: 'one' },
  ]);
  expect([...((await recomputeAudience(config)) ?? new Map<string, string>()).keys()].sort()).toEqual(['one/2026-09-14', 'one/2026-09-15', 'two/2026-09-15']);
  expect(await rawLogAges(config, 0)).toEqual([{ path: path('one.log.1'), oldestMs: Date.UTC(2026, 8, 14, 10) }, { path: path('one.log'), oldestMs: Date.UTC(2026, 8, 15, 10) }, { path: path('two.log'), oldestMs: Date.UTC(2026, 8, 15, 10) }]); // prettier-ignore
});

test('without a raw log there is nothing to recompute from', async () => {
  expect(await recomputeAudience(configOf([{ name: 'pipe', path: '-' }]))).toBeNull();
});
