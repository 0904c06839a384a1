import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BadUsage } from './bad-usage.ts';
import { detectFormat } from './detect-format.ts';
import { accessLine } from './generate/access-line.ts';

let home = '';
beforeEach(() => (home = mkdtempSync(join(tmpdir(), 'tidewatch-detect-'))));
afterEach(() => rmSync(home, { recursive: true }));

function file(content: string | Buffer): string {
  writeFileSync(join(home, 'access.log'), content);
  return join(home, 'access.log');
}

const common = '192.0.2.7 - - [27/Nov/2026:05:00:00 +0000] "GET /reef HTTP/1.1" 200 2';
const json = accessLine({
  timeMs: Date.UTC(2026, 10, 27), remoteAddress: '192.0.2.7', forwardedFor: '', serverName: 'ocean.example', method: 'GET', uri: '/reef', status: 200, bytes: 2, durationMs: 1, upstreamMs: -1,
  referrer: '', userAgent: 'Mozilla/5.0', purpose: '', contentType: 'text/html',
});

test.each([
  ['json', `${json}\n`],
  ['combined', `${common} "-" "curl/8"\n`],
  ['common', `${common}\n`],
  ['common', gzipSync(`${common}\n`)],
  ['combined', `half a line\n${common} "-" "curl/8"\n${common} "-" "curl/8"\n`],
])('finds %s', async (format, content) => {
  expect(await detectFormat(file(content))).toBe(format);
});

test('believes what it is told, and knows no format where there is no line', async () => {
  expect(await detectFormat(file('nothing we know\n'), 'combined')).toBe('combined');
  expect(await detectFormat(file(''))).toBeNull();
  expect(await detectFormat(file(gzipSync('')), 'combined')).toBeNull();
});

test.each([
  ['text of another kind', () => file('nothing we know\n'), 'no line is nginx JSON, combined or common'],
  ['a folder', () => home, 'is a folder; expected log files, such as'],
  ['nothing', () => join(home, 'missing.log'), 'there is no such file'],
  ['a device', () => '/dev/null', 'is no regular file'],
])('%s is refused in words', async (_, path, words) => {
  await expect(detectFormat(path())).rejects.toThrow(BadUsage);
  await expect(detectFormat(path())).rejects.toThrow(words);
});
