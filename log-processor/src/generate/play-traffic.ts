/** Plays generated traffic into a log file: what is past as fast as it goes, what is still to come at the pace of the clock. */
import type { Clock } from '../record.ts';
import type { RotatingWriter } from './rotating-writer.ts';
import type { Traffic } from './traffic.ts';

export type PlayOptions = {
  readonly traffic: Pick<Traffic, 'lines'>;
  /** May answer with a promise where the reader is slow. */
  readonly writer: { write(lines: string): ReturnType<RotatingWriter['write']> | Promise<void> };
  readonly clock: Clock;
  /** Ends the playing after the line it is at. */
  readonly signal?: AbortSignal;
  /** Told once, when the past is written. */
  readonly onLive?: (lines: number) => void;
};

/** One write of at most this many characters. */
const batchLength = 65_536;

/** Ends with the traffic or with the signal; the count of lines written. */
export async function playTraffic({ traffic, writer, clock, signal, onLive }: PlayOptions): Promise<number> {
  let [batch, lines, isLive] = ['', 0, false];
  const flush = async (): Promise<void> => {
    const lines = batch;
    batch = '';
    if (lines !== '') await writer.write(lines);
  };
  for (const line of traffic.lines()) {
    if (line.timeMs > clock.nowMs()) {
      await flush();
      if (!isLive) onLive?.(lines);
      isLive = true;
      if (!(await waitUntil(line.timeMs, clock, signal))) return lines;
    }
    batch += `${line.text}\n`;
    lines += 1;
    if (batch.length >= batchLength) {
      await flush();
      // A day of history must not keep the reader of the same process waiting.
      await clock.sleep(0, signal).catch(rethrowUnless(signal));
    }
    if (signal?.aborted === true) break;
  }
  await flush();
  return lines;
}

/** False when the signal came first. */
async function waitUntil(timeMs: number, clock: Clock, signal: AbortSignal | undefined): Promise<boolean> {
  while (signal?.aborted !== true) {
    const leftMs = timeMs - clock.nowMs();
    if (leftMs <= 0) return true;
    await clock.sleep(Math.min(leftMs, 60_000), signal).catch(rethrowUnless(signal));
  }
  return false;
}

/** A sleep that the signal ended is no error here. */
function rethrowUnless(signal: AbortSignal | undefined): (error: unknown) => void {
  return (error) => {
    if (signal?.aborted !== true) throw error;
  };
}
