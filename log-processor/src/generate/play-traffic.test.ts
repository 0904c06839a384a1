/** The past at once, the future in its time, and a stop that loses nothing it has counted. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Clock } from '../record.ts';
import { playTraffic } from './play-traffic.ts';
import { createRotatingWriter } from './rotating-writer.ts';
import { createTraffic, type Traffic } from './traffic.ts';

const startMs = Date.UTC(2026, 5, 2);
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidewatch-play-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function day(): Traffic {
  return createTraffic({ seed: 'play', sites: [{ serverName: 'a.example', zone: 'UTC', visitsPerDay: 100 }], startMs, endMs: startMs + 86_400_000 });
}

/** A clock that only sleeping moves; it remembers what was written when it slept. */
function clockAt(timeMs: number, onSleep: (nowMs: number) => void = () => undefined): Clock {
  let nowMs = timeMs;
  return {
    nowMs: () => nowMs,
    sleep: (milliseconds) => {
      onSleep(nowMs);
      nowMs += milliseconds;
      return Promise.resolve();
    },
  };
}

function written(): string {
  const files = readdirSync(folder).sort((a, b) => Number(b.split('.')[3] ?? 0) - Number(a.split('.')[3] ?? 0));
  return files.map((name) => readFileSync(join(folder, name), 'utf8')).join('');
}

test('what is played is exactly the traffic, over several files', async () => {
  const writer = createRotatingWriter({ path: join(folder, 'access.json.log'), maxBytes: 200_000, maxFiles: 100 });
  const lines = await playTraffic({ traffic: day(), writer, clock: clockAt(startMs + 7 * 86_400_000) });
  writer.close();
  expect(writer.rotations).toBeGreaterThan(3);
  expect(written()).toBe([...day().lines()].map(({ text }) => `${text}\n`).join(''));
  expect(lines).toBe(written().split('\n').length - 1);
});

test('no line is written before its time, and the past is written before the first wait', async () => {
  const noon = startMs + 43_200_000;
  const path = join(folder, 'access.json.log');
  const writer = createRotatingWriter({ path, maxBytes: Infinity, maxFiles: 1 });
  let [early, live] = [0, -1];
  const clock = clockAt(noon, (nowMs) => {
    if (readFileSync(path, 'utf8').split('\n').some((line) => Number(/"msec":"([\d.]+)"/.exec(line)?.[1] ?? 0) * 1000 > nowMs)) early += 1;
  });
  await playTraffic({ traffic: createTraffic({ seed: 'play', sites: [{ serverName: 'a.example', zone: 'UTC', visitsPerDay: 20 }], startMs: noon - 3_600_000, endMs: noon + 600_000 }), writer, clock, onLive: (lines) => (live = lines) });
  writer.close();
  expect(early).toBe(0);
  expect(live).toBeGreaterThan(0);
});

test('the signal ends it, and every counted line is in the file', async () => {
  const stop = new AbortController();
  const writer = createRotatingWriter({ path: join(folder, 'access.json.log'), maxBytes: Infinity, maxFiles: 1 });
  const clock = clockAt(startMs + 3_600_000, (nowMs) => {
    if (nowMs > startMs + 7_200_000) stop.abort();
  });
  const lines = await playTraffic({ traffic: day(), writer, clock, signal: stop.signal });
  writer.close();
  expect(written().split('\n').length - 1).toBe(lines);
  expect(lines).toBeGreaterThan(0);
});
