/** Raw logs end with the commit that no longer needs them: seen on a whole processor, with its files and its clock. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startProcessor } from '../../test/processor-process.ts';
import type { ProcessorProcess } from '../../test/processor-process.ts';
import { accessLine } from './generate/access-line.ts';

let folder = '';
let processor: ProcessorProcess | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidewatch-raw-'));
  mkdirSync(join(folder, 'logs'));
});
afterEach(async () => {
  await processor?.kill();
  rmSync(folder, { recursive: true, force: true });
});

const log = (): string => join(folder, 'logs', 'access.log');
const at = (time: string): number => Date.parse(`2026-11-${time}Z`);

function touch(path: string, ms: number): void {
  writeFileSync(path, '', { flag: 'a' });
  utimesSync(path, ms / 1000, ms / 1000);
}
const lineOf = (ms: number): string =>
  accessLine({ timeMs: ms, remoteAddress: '192.0.2.7', forwardedFor: '', serverName: 'first', method: 'GET', uri: '/', status: 200, bytes: 100, durationMs: 5, upstreamMs: 5, referrer: '', userAgent: 'Mozilla/5.0', purpose: '', contentType: 'text/html' });
/** A request, and then the clock stands at it. */
function request(ms: number): void {
  writeFileSync(log(), `${lineOf(ms)}\n`, { flag: 'a' });
  touch(log(), ms);
  touch(join(folder, 'clock'), ms);
}
function rotate(name: string): void {
  renameSync(log(), `${log()}-${name}`);
  writeFileSync(log(), '');
}
function start(settings: Readonly<Record<string, unknown>> = {}): void {
  processor = startProcessor({
    folder,
    eventClockFile: join(folder, 'clock'),
    settings: { output: 'files', files_folder: join(folder, 'lines'), commit_interval_milliseconds: 20, inputs: [{ name: 'nginx', path: log(), start_at: 'beginning', delete_rotated: true }], sites: [{ name: 'first' }], ...settings },
  });
}
const left = (): string[] => readdirSync(join(folder, 'logs')).sort();
const delivered = (): number => readdirSync(join(folder, 'lines'), { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('access')).reduce((sum, name) => sum + readFileSync(join(folder, 'lines', name), 'utf8').split('\n').length - 1, 0);

/** @param goOnAtMs from when on a request comes every two minutes while it is waited: raw logs are looked at once a minute, after a commit */
async function until(what: string, holds: () => boolean, goOnAtMs?: number): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    if (holds()) return;
    if (goOnAtMs !== undefined && tries % 5 === 4) request(goOnAtMs + tries * 24_000);
    await sleep(100);
  }
  throw new Error(`${what} not within 30 s: ${left().join()}; ${processor?.said().slice(-1500) ?? ''}`);
}

test('a rotated file goes when the receipt of its day is written, and not before; the next days go the same way', async () => {
  touch(join(folder, 'clock'), at('20T09:00:00'));
  touch(log(), at('20T09:00:00'));
  start();
  await processor?.url();
  request(at('20T10:00:00'));
  await until('the first line is delivered', () => delivered() === 1);
  rotate('20261120-110000');
  request(at('20T23:50:00'));
  await until('the second line is delivered', () => delivered() === 2);
  rotate('20261121-000000');
  request(at('21T00:10:00')); // the 20th may still get a visit until half past
  await until('the third line is delivered', () => delivered() === 3);
  expect(left()).toEqual(['access.log', 'access.log-20261120-110000', 'access.log-20261121-000000']);
  request(at('21T00:40:00'));
  await until('the 20th is gone', () => left().length === 1, at('21T00:45:00'));
  await until('that is said', () => processor?.said().includes('raw logs deleted') === true);
  expect((await processor?.stop())?.code).toBe(0);
});

test('without `delete_rotated` every file stays, and with it one that was there before stays until its first line is too old', async () => {
  writeFileSync(`${log()}-20261101-000000`, `${lineOf(at('19T22:00:00'))}\n`);
  touch(`${log()}-20261101-000000`, at('20T00:00:00'));
  touch(log(), at('20T09:00:00'));
  touch(join(folder, 'clock'), at('20T09:00:00'));
  start({ raw_log_hours: 30 });
  await processor?.url();
  request(at('20T10:00:00'));
  await until('the first line is delivered', () => delivered() === 1);
  rotate('20261120-110000');
  request(at('21T01:00:00'));
  await until('our own is gone', () => !left().includes('access.log-20261120-110000'), at('21T01:10:00'));
  expect(left()).toEqual(['access.log', 'access.log-20261101-000000']);
  request(at('21T04:01:00')); // two hours before that is so of its last
  await until('the old one is gone', () => left().length === 1, at('21T04:02:00'));
  await processor?.stop();
  start({ raw_log_hours: 30, inputs: [{ name: 'nginx', path: log(), start_at: 'beginning' }] });
  await processor?.url();
  rotate('20261121-080000');
  request(at('23T09:00:00'));
  const lines = delivered();
  request(at('24T09:00:00'));
  await until('the last line is delivered', () => delivered() > lines);
  expect(left()).toContain('access.log-20261121-080000');
});
