/** The leak scan finds every canary wherever it is planted, and nothing in what the road really writes. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { canaries } from '../../test/canaries.ts';
import { LineScrubber } from '../scrub/scrub-line.ts';
import { createScrubber } from '../scrub/scrub.ts';
import { checkLeaks } from './check-leaks.ts';
import { holdInFiles } from './held-in-files.ts';
import type { HeldEntry } from './held-lines.ts';
import { leaksIn } from './leaks-in-entry.ts';
import { readMetrics } from './read-metrics.ts';

const scrub = createScrubber({});
const scrubLine = new LineScrubber();
const hits = { inValue: (text: string) => scrub(text).hits, inText: (text: string, timeMs: number) => scrubLine.scrub(text, { write: () => '', timeMs }).hits };
const entry = (line: string, labels: Record<string, string> = { job: 'tidewatch', stream: 'error' }, metadata: Record<string, string> = {}): HeldEntry => ({ labels, ns: '1790000000000000000', line, metadata });
const golden = join(import.meta.dirname, '..', '..', 'test', 'lines', 'out');
/** Paths are personal by where they stand, not by what they look like: templates take care of them. */
const planted = canaries.filter(({ kind }) => kind !== 'path').flatMap(({ name, encodings }) => encodings.map(({ name: encoding, text }) => [`${name}, ${encoding}`, text] as const));

describe('the leak scan', () => {
  test('finds every canary in every encoding, in a text, in JSON, as a label and as metadata', () => {
    const places: Readonly<Record<string, (text: string) => HeldEntry>> = {
      text: (text) => entry(`upstream said ${text} and closed`),
      value: (text) => entry(JSON.stringify({ method: 'GET', path: `/a/${encodeURIComponent(text)}` }), { stream: 'access' }),
      deep: (text) => entry(JSON.stringify({ a: [{ b: text }] }), { stream: 'app' }),
      label: (text) => entry('{}', { stream: 'access', city: text }),
      metadata: (text) => entry('{}', { stream: 'visit' }, { note: text }),
    };
    for (const [place, make] of Object.entries(places)) {
      const missed = planted.filter(([, text]) => leaksIn(make(text), hits).length === 0).map(([name]) => name);
      expect(missed, place).toEqual([]);
    }
  });

  test('finds an address that was written as a number, under any name that is not ours', () => {
    expect(leaksIn(entry('{"status":404,"peer":3221226061}', { stream: 'access' }), hits)).toEqual([{ where: 'line peer', pattern: 'address' }]);
    expect(leaksIn(entry('{"status":404,"bytes":3221226061}', { stream: 'access' }), hits)).toEqual([]);
  });

  test('takes a token only where a token belongs, and in its own shape', () => {
    const token = '9f86d081884c7d659a2feaa0c55ad015';
    expect(leaksIn(entry(JSON.stringify({ visitor: token, client: token.slice(0, 16) }), { stream: 'access' }), hits)).toEqual([]);
    expect(leaksIn(entry(JSON.stringify({ session: token }), { stream: 'access' }), hits)).not.toEqual([]);
    expect(leaksIn(entry(JSON.stringify({ visitor: '192.0.2.1' }), { stream: 'access' }), hits)).not.toEqual([]);
  });

  test('leaves the client token of a scrubbed text alone, and an ordinary error line with it', () => {
    const line = '2026/11/28 06:31:02 [error] 31#31: *17 open() "/usr/share/nginx/html/gone" failed (2: No such file or directory), client: 3f9a0c5512b7e6d4, server: ocean-body.example';
    expect(leaksIn(entry(line), hits)).toEqual([]);
    expect(leaksIn(entry(line.replace('3f9a0c5512b7e6d4', '192.0.2.44')), hits)).toEqual([{ where: 'line', pattern: 'address' }]);
  });

  test('never shows what it found, not even where it stands in a name', () => {
    const found = leaksIn(entry(JSON.stringify({ '192.0.2.1': { 'jean@example.org': '198.51.100.2' } }), { stream: 'access' }), hits);
    expect(found.length).toBeGreaterThanOrEqual(3);
    expect(JSON.stringify(found)).not.toMatch(/\d+\.\d+|jean/);
  });

  test('finds nothing in any golden line of the road', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tidewatch-golden-'));
    const files = readdirSync(golden).filter((name) => name.endsWith('.ndjson'));
    const lines = files.flatMap((name) => readFileSync(join(golden, name), 'utf8').split('\n').filter((line) => line.startsWith('{"time"')));
    expect(lines.length).toBeGreaterThan(300);
    writeFileSync(join(folder, 'access.ndjson'), lines.map((line) => `${line}\n`).join(''));
    const check = await checkLeaks({ lines: holdInFiles(folder), metrics: null, fromMs: 0, toMs: 4e12, hits, seen: () => undefined });
    rmSync(folder, { recursive: true });
    expect(check.faults).toEqual([]);
    expect(check.facts[0]).toContain(`${lines.length} entries`);
  });

  test('looks at the labels of /metrics, which Prometheus keeps', async () => {
    const page = (route: string): string => `logproc_build_info{version="0.1.0",geoip_version="5.0.202609260156"} 1\nweb_requests_total{site="ocean",route="${route}",status_class="2xx"} 3\nweb_requests_total{site="reef",route="/",status_class="2xx"} 4\n`;
    const folder = mkdtempSync(join(tmpdir(), 'tidewatch-no-lines-'));
    const check = (route: string) => checkLeaks({ lines: holdInFiles(folder), metrics: readMetrics(page(route)), fromMs: 0, toMs: 4e12, hits, seen: () => undefined });
    expect(await check('/coral/:id')).toMatchObject({ verdict: 'pass', facts: [expect.stringContaining('0 entries'), '7 values of labels on /metrics were looked at.'] });
    expect(await check('/of/192.0.2.1')).toMatchObject({ verdict: 'fail', faults: [expect.stringMatching(/^address in label route of \/metrics[.]/)] });
    rmSync(folder, { recursive: true });
  });
});

test('the oldest line of a file is found wherever it stands', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-files-'));
  const line = (time: string): string => `{"time":"${time}.000000001Z","stream":"app","site":"ocean","message":"tide"}\n`;
  writeFileSync(join(folder, 'app.ndjson'), line('2026-11-28T10:00:00') + line('2026-09-01T10:00:00') + line('2026-11-28T10:00:01'));
  expect(await holdInFiles(folder).olderThan(Date.UTC(2026, 9, 1))).toEqual([{ stream: 'app.ndjson', oldestMs: Date.UTC(2026, 8, 1, 10) }]);
  expect(await holdInFiles(folder).olderThan(Date.UTC(2026, 8, 1))).toEqual([]);
  rmSync(folder, { recursive: true });
});
