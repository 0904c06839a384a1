/** Writes generated traffic into a rotating log as fast as a test likes, and lets an event clock follow it: see event-clock.ts. */
import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom } from '../log-processor/src/generate/random.ts';
import { createRotatingWriter } from '../log-processor/src/generate/rotating-writer.ts';
import { createTraffic } from '../log-processor/src/generate/traffic.ts';
import type { Traffic, TrafficSite } from '../log-processor/src/generate/traffic.ts';

export type EventLogOptions = {
  readonly folder: string;
  readonly seed: string;
  readonly sites: readonly TrafficSite[];
  readonly startMs: number;
  /** No line after the first one from here on. */
  readonly endMs: number;
  readonly maxFileBytes: number;
};

export type EventLog = {
  readonly path: string;
  readonly clockFile: string;
  readonly lines: number;
  /** Lines among them that nobody can read. */
  readonly tornLines: number;
  readonly rotations: number;
  /** True when there is nothing more to write. */
  readonly done: boolean;
  /** Writes every line up to a moment, and then moves the clock there: no line is ever behind the clock. */
  advance(toMs: number): void;
  truth: Traffic['truth'];
  close(): void;
};

/** Share of lines that are torn, as a full disk leaves them. */
const tornShare = 0.002;

export function createEventLog({ folder, seed, sites, startMs, endMs, maxFileBytes }: EventLogOptions): EventLog {
  const path = join(folder, 'access.json.log');
  const clockFile = join(folder, 'clock');
  const random = createRandom(`${seed}/log`);
  const traffic = createTraffic({ seed, sites, startMs, endMs: Infinity });
  const source = traffic.lines();
  const writer = createRotatingWriter({ path, maxBytes: maxFileBytes, maxFiles: 10_000 });
  let [lines, tornLines, done, renamed] = [0, 0, false, false];
  let next = source.next();

  const write = (text: string): void => {
    const { rotations } = writer;
    writer.write(text);
    renamed = writer.rotations !== rotations;
  };
  const setClock = (timeMs: number): void => utimesSync(clockFile, timeMs / 1000, timeMs / 1000);
  writeFileSync(clockFile, '');
  setClock(startMs);

  return {
    path,
    clockFile,
    get lines() { return lines; },
    get tornLines() { return tornLines; },
    get rotations() { return writer.rotations; },
    get done() { return done; },
    advance(toMs) {
      let batch = '';
      while (!done && next.done !== true && next.value.timeMs <= toMs) {
        batch += `${next.value.text}\n`;
        lines += 1;
        if (random.chance(tornShare)) {
          batch += '{"msec":"17\n';
          lines += 1;
          tornLines += 1;
        }
        // The truth counts what was asked for, so nothing is asked for that will not be written.
        if (next.value.timeMs >= endMs) done = true;
        else next = source.next();
      }
      // nginx never opens the new file in the middle of a line.
      const cut = renamed || batch === '' ? 0 : random.integer(0, batch.length);
      if (cut > 0) write(batch.slice(0, cut));
      if (cut < batch.length) write(batch.slice(cut));
      setClock(toMs);
    },
    truth: () => traffic.truth(),
    close: () => writer.close(),
  }; // prettier-ignore
}
