/** A real clock jumps: an NTP step, a resumed machine, a wrong battery. The processor under faketime shows what of it depends on the clock (reliability.md R51). */
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessLine } from '../log-processor/src/generate/access-line.ts';
import { findServer } from '../tools/find-server.ts';
import { readMetrics, startProcessor, total } from './processor-process.ts';
import type { ProcessorProcess } from './processor-process.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Noon of a day, so that no real midnight comes between. */
const noonMs = Date.UTC(2026, 4, 6, 12);
const day = (offset: number): string => new Date(noonMs + offset * dayMs).toISOString().slice(0, 10);
/** The library that `faketime` preloads. */
const hasFaketime = findServer('faketime') !== null;
const library = hasFaketime ? (/LD_PRELOAD=(\S+)/.exec(spawnSync('faketime', ['-f', '+0', 'env'], { encoding: 'utf8' }).stdout)?.[1] ?? '') : '';

let folder = '';
let processor: ProcessorProcess;
const at = (name: string): string => join(folder, name);

/** Real time when the false clock stood at noon. */
const beganMs = Date.now();
const falseNowMs = (jumpMs: number): number => noonMs + (Date.now() - beganMs) + jumpMs;

/** Sets the clock of the processor: noon, and how far it jumped from there. */
function setClock(jumpMs: number): void {
  const seconds = Math.round((noonMs - beganMs + jumpMs) / 1000);
  writeFileSync(at('clock'), `${seconds < 0 ? '' : '+'}${seconds}s\n`);
}

function write(timeMs: number, address: string, count = 1): void {
  const line = accessLine({
    timeMs, remoteAddress: address, forwardedFor: '', serverName: 'ocean.example', method: 'GET', uri: '/reef', status: 200, bytes: 500, durationMs: 3, upstreamMs: 2,
    referrer: '', userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', purpose: '', contentType: 'text/html',
  });
  appendFileSync(at('access.log'), `${line}\n`.repeat(count));
}

async function until(what: string, isSo: () => Promise<boolean> | boolean): Promise<void> {
  for (let look = 0; look < 600; look += 1) {
    if (await isSo()) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`not within a minute: ${what}; it said ${processor.said()}`);
}

const sum = async (name: string): Promise<number> => total(await readMetrics(await processor.url()), name);
const delivered = (lines: number): Promise<void> => until(`${lines} lines are delivered`, async () => (await sum('logproc_lines_delivered_total')) === lines);
const keyDays = (): string[] => readdirSync(at('keys')).flatMap((name) => /\d{4}-\d\d-\d\d/.exec(name)?.[0] ?? []).sort();
const outputOf = (kind: string): string[] => (existsSync(at(`lines/${kind}.ndjson`)) ? readFileSync(at(`lines/${kind}.ndjson`), 'utf8').trim().split('\n') : []);
/** The visitor of every access line in the order of the log; undefined where there is none. */
const visitors = (): (string | undefined)[] => outputOf('access').map((line) => /"visitor":"([0-9a-f]+)"/.exec(line)?.[1]);

function start(): void {
  processor = startProcessor({
    folder,
    settings: { output: 'files', files_folder: at('lines'), commit_interval_milliseconds: 100, inputs: [{ name: 'main', path: at('access.log'), start_at: 'beginning' }], sites: [{ name: 'ocean', server_names: ['ocean.example'] }] },
    environment: { LD_PRELOAD: library, FAKETIME_TIMESTAMP_FILE: at('clock'), FAKETIME_NO_CACHE: '1', DONT_FAKE_MONOTONIC: '1', NO_FAKE_STAT: '1' },
  });
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidewatch-clock-'));
  writeFileSync(at('access.log'), '');
});
afterAll(async () => {
  if (hasFaketime) await processor.kill();
  rmSync(folder, { recursive: true, force: true });
});

test.skipIf(!hasFaketime && process.env['CI'] !== 'true')('the clock goes back an hour, forward a day, and back again (needs faketime)', { timeout: 300_000 }, async () => {
  setClock(0);
  start();
  await processor.url();
  write(falseNowMs(0) - 1000, '192.0.2.1');
  await delivered(1);
  expect(keyDays()).toEqual([day(0)]);

  // Back an hour: what has to be done soon is done soon. When it is right again, a line belongs to the visit that is open.
  setClock(-hourMs);
  write(falseNowMs(-hourMs), '192.0.2.2');
  await delivered(2);
  setClock(0);
  write(falseNowMs(0), '192.0.2.1');
  await delivered(3);
  expect([await sum('logproc_visits_opened_total'), await sum('logproc_keys_destroyed_total'), keyDays()]).toEqual([await sum('logproc_visits_open'), 0, [day(0)]]);

  // Forward a day: a quiet log stands at the clock, so the day is over; its visits close, its receipt is written, its key dies.
  setClock(dayMs);
  await until('the receipt of the day is written and its key gone', () => outputOf('day').length === 1 && keyDays().length === 0);
  write(falseNowMs(dayMs), '192.0.2.3');
  await delivered(4);
  expect(keyDays()).toEqual([day(1)]);

  // Back again: the dead key stays dead, the living one lives, and the line is delivered without a visitor.
  setClock(0);
  write(falseNowMs(0), '192.0.2.4', 2);
  await delivered(6);
  expect(keyDays()).toEqual([day(1)]);
  expect(visitors().map((visitor) => visitor !== undefined)).toEqual([true, true, true, true, false, false]);
  expect(await sum('logproc_keyless_lines_total')).toBe(2);

  // A restart under the wrong clock changes none of this.
  expect((await processor.stop()).code).toBe(0);
  start();
  write(falseNowMs(0), '192.0.2.5');
  await delivered(7);
  expect(keyDays()).toEqual([day(1)]);
  setClock(dayMs);
  write(falseNowMs(dayMs), '192.0.2.3');
  await delivered(8);
  expect([visitors()[7], visitors().slice(4, 7)]).toEqual([visitors()[3], [undefined, undefined, undefined]]);
  expect([await sum('logproc_lines_read_total'), await sum('logproc_lines_dropped_total'), outputOf('day').length]).toEqual([8, 0, 1]);
  expect((await processor.stop()).code).toBe(0);
});
