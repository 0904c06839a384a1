/** `tidewatch report` as a person runs it: files, pipes, packed pipes, forms, mistakes, and nothing left behind. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { firefox, jsonLine } from './road-run.ts';

const folder = mkdtempSync(join(tmpdir(), 'tidewatch-report-'));
afterAll(() => rmSync(folder, { recursive: true }));

const startMs = Date.UTC(2026, 10, 2, 9);
const json = Array.from({ length: 40 }, (_, index) => `${jsonLine(startMs + index * 1000, { remote_addr: `192.0.2.${(index % 8) + 1}`, ...(index < 8 ? { request_uri: '/lessons' } : { request_uri: '/static/a.css', sent_http_content_type: 'text/css' }) })}\n`).join('');
const combined = Array.from({ length: 12 }, (_, index) => `198.51.100.${index + 1} - - [02/Nov/2026:09:00:${String(index).padStart(2, '0')} +0100] "GET / HTTP/1.1" 200 512 "-" "${firefox}"\n`).join('');
const common = combined.replace(/ "-" "[^"]*"\n/g, '\n');
const paths = { json: join(folder, 'access.json.log'), combined: join(folder, 'access.log'), common: join(folder, 'old.log') };
writeFileSync(paths.json, json);
writeFileSync(paths.combined, combined);
writeFileSync(paths.common, common);

type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string };

function tidewatch(words: readonly string[], input: string | Buffer = ''): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [join(import.meta.dirname, '../bin/tidewatch.mjs'), ...words], { cwd: folder }, (error, stdout, stderr) => resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }));
    child.stdin?.end(input);
  });
}

function objectOf(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text);
  return { ...Object(value) } as Record<string, unknown>;
}

test('a file, a pipe and a packed pipe are one report, and it has the keys of the documentation', async () => {
  const [file, piped, packed] = [await tidewatch(['report', paths.json, '--json']), await tidewatch(['report', '-', '--json'], json), await tidewatch(['report', '-', '--json'], gzipSync(json))];
  const report = objectOf(file.stdout);
  expect(file.code).toBe(0);
  expect(report).toMatchObject({ lines: { read: 40, parsed: 40, rejected: 0 }, requests: 40, visitors: 8, visits: 8, page_views: 8, bytes: 40 * 1234 - 8 * 34 }); // a path is `other` until five clients asked for it, and its bytes keep two digits
  const without = (text: string): object => ({ ...objectOf(text), files: null });
  expect(without(piped.stdout)).toEqual({ ...report, files: null });
  expect(without(packed.stdout)).toEqual({ ...report, files: null });
  expect(readdirSync(folder).toSorted()).toEqual(['access.json.log', 'access.log', 'old.log']);
});

test('formats are guessed and said, and several are one history', async () => {
  const { stdout, stderr, code } = await tidewatch(['report', paths.json, paths.combined, paths.common, '--json', '--compare']);
  expect(code).toBe(0);
  for (const said of [`${paths.json} as json`, `${paths.combined} as combined`, `${paths.common} as common`, 'guessed']) expect(stderr).toContain(said);
  const report = objectOf(stdout);
  expect(report).toMatchObject({ lines: { read: 64, parsed: 64 }, compare: { tidewatch: { requests: 64 }, matomo: { requests: 64, visits: 32 }, goaccess: { visitors: 32, visits: null } } });
  const keys = (name: string): string[] => Object.keys(objectOf(JSON.stringify(Reflect.get(Object(report['compare']), name)))).toSorted();
  expect([keys('matomo'), keys('goaccess')]).toEqual([keys('tidewatch'), keys('tidewatch')]);
});

test('the terminal reads well and the page is one file', async () => {
  const page = join(folder, 'report.html');
  const { stdout, code } = await tidewatch(['report', paths.json, '--html', page]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Tidewatch report: .*access\.json\.log\n {2}2026-11-02 \(days of UTC\), read as json\n {2}40 lines read, 40 understood\n/);
  expect(stdout).toMatch(/visitors \(days\) +8 +0 +0\n {2}visits +8 +0 +0\n {2}page views +8/);
  const text = readFileSync(page, 'utf8');
  rmSync(page);
  expect(text).not.toMatch(/(?:src|href)="(?!data:)|url\(|@import|<script/);
});

test.each([
  [['report'], /needs the log files to read/],
  [['report', 'access.log', '--month', '2026-13'], /expected a month such as 2026-11/],
  [['report', 'access.log', 'access.log'], /given twice/],
  [['report', 'nowhere.log'], /nowhere\.log: there is no such file/],
  [['report', 'access.log', '--format', 'iis'], /expected json, combined, common/],
  [['report', 'access.log', '--zone', 'Mars'], /IANA/],
  [['report', 'access.log', '--rows', '0'], /expected a whole number from 1/],
  [['report', 'access.log', '--json', '--html', '-'], /both want standard output/],
  [['report', 'access.log', '--port', '1'], /report: Unknown option '--port'/],
])('%j ends with 2 and says why', async (words, why) => {
  const { code, stderr } = await tidewatch(words);
  expect([code, stderr]).toEqual([2, expect.stringMatching(why)]);
});

test('a damaged archive is reported as incomplete, with exit code 3', async () => {
  const torn = gzipSync(json).subarray(0, -60);
  writeFileSync(join(folder, 'torn.gz'), torn);
  const { code, stdout } = await tidewatch(['report', 'torn.gz', '--format', 'json']);
  expect([code, stdout]).toEqual([3, expect.stringContaining('INCOMPLETE')]);
});
