/** `tidewatch generate`: writes seeded traffic as nginx would, and beside it what a perfect counter finds in it. */
import { writeFileSync } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { GenerateWords } from './generate-options.ts';
import { playTraffic } from './generate/play-traffic.ts';
import { createRotatingWriter } from './generate/rotating-writer.ts';
import { createTraffic } from './generate/traffic.ts';
import type { Traffic } from './generate/traffic.ts';
import type { Clock } from './record.ts';
import { systemClock } from './system-clock.ts';

/** Ends with the traffic, at Ctrl-C, or when nobody reads standard output any more; the truth is of what was written. */
export async function generate(words: GenerateWords, tell: (text: string) => void): Promise<void> {
  const { seed, sites, fromMs, toMs, path, truth } = words;
  const traffic = createTraffic({ seed, sites, startMs: fromMs, endMs: toMs });
  const ending = new AbortController();
  const end = (): void => ending.abort();
  process.on('SIGINT', end).on('SIGTERM', end);
  const writer = path === '-' ? toStandardOutput(end) : toFile(words);
  try {
    const lines = await playTraffic({ traffic: limited(traffic, words.lines), writer, clock: clockOf(words), signal: ending.signal });
    if (truth !== null) writeFileSync(truth, `${JSON.stringify({ seed, from: iso(fromMs), lines, sites: traffic.truth() }, null, 2)}\n`);
    tell(`${lines.toLocaleString('en-US')} lines${path === '-' ? '' : ` to ${path}`}${truth === null ? '' : `, what is true of them to ${truth}`}`);
  } finally {
    process.off('SIGINT', end).off('SIGTERM', end);
    await writer.close();
  }
}

const iso = (timeMs: number): string => new Date(timeMs).toISOString();

type Writer = { write(lines: string): void | Promise<void>; close(): void | Promise<void> };

function toFile({ path, rotateBytes, keep }: GenerateWords): Writer {
  return createRotatingWriter({ path, maxBytes: rotateBytes, maxFiles: keep, midLine: true });
}

/** Waits for a slow reader; one that goes away (`| head`) ends the traffic. */
function toStandardOutput(end: () => void): Writer {
  const { stdout } = process;
  const gone = finished(stdout, { readable: false }).catch(end);
  return {
    write: (lines) => (stdout.write(lines) ? undefined : Promise.race([new Promise<void>((resolve) => stdout.once('drain', resolve)), gone])),
    close: () => undefined,
  };
}

function limited(traffic: Traffic, most: number): Pick<Traffic, 'lines'> {
  return {
    *lines() {
      let left = most;
      for (const line of traffic.lines()) {
        yield line;
        left -= 1;
        if (left <= 0) return;
      }
    },
  };
}

/** History as fast as it goes, history at a multiple of real time, or history and then live. */
function clockOf({ speed, fromMs, toMs }: GenerateWords): Clock {
  if (toMs === Infinity && speed === Infinity) return systemClock;
  if (speed === Infinity) return { nowMs: () => Infinity, sleep: (milliseconds, signal) => systemClock.sleep(milliseconds, signal) };
  const startMs = systemClock.nowMs();
  return {
    nowMs: () => fromMs + (systemClock.nowMs() - startMs) * speed,
    sleep: (milliseconds, signal) => systemClock.sleep(milliseconds / speed, signal),
  };
}
