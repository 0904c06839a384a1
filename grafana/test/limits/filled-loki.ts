/** A real Loki with the shipped limits on questions, filled with a year of lines by the real processor, whose clock runs along with the lines. */
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startLoki, type LokiServer } from '../../../test/loki-server.ts';
import { readMetrics, startProcessor } from '../../../test/processor-process.ts';
import { site, yearOfLines } from './year-of-lines.ts';

export type FilledLoki = { readonly loki: LokiServer; readonly lines: number; readonly lastMs: number; stop(): Promise<void> };

/** Old lines are taken, kept and seen; nothing that concerns questions is changed. */
const takesHistory = ['-validation.reject-old-samples=false', '-compactor.retention-enabled=false', '-ingester.query-store-max-look-back-period=-1ns'];
/** Less than the age at which the processor drops a line. */
const daysAtOnce = 6;
const pollMs = 250;

/** Takes some minutes. @throws Error when the processor ends, or drops a line */
export async function fillLoki(say: (text: string) => void): Promise<FilledLoki> {
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-limits-'));
  const [log, clock] = [join(folder, 'access.log'), join(folder, 'clock')];
  for (const file of [log, clock]) writeFileSync(file, '');
  mkdirSync(join(folder, 'loki'));
  const loki = await startLoki({ folder: join(folder, 'loki'), flags: takesHistory });
  const settings = { output: 'loki', loki_url: loki.url, inputs: [{ name: 'main', path: log, start_at: 'beginning' }], sites: [{ name: site.name, server_names: [site.serverName], zone: site.zone }] };
  const days = [...yearOfLines(Date.now())];
  const setClock = (timeMs: number): void => utimesSync(clock, timeMs / 1000, timeMs / 1000);
  setClock(days[0]?.[0]?.timeMs ?? 0);
  const processor = startProcessor({ folder: join(folder, 'processor'), settings, eventClockFile: clock });
  const url = await processor.url();
  let [lines, lastMs] = [0, 0];
  for (let first = 0; first < days.length; first += daysAtOnce) {
    const some = days.slice(first, first + daysAtOnce).flat();
    appendFileSync(log, some.map(({ text }) => `${text}\n`).join(''));
    lines += some.length;
    lastMs = some.at(-1)?.timeMs ?? lastMs;
    setClock(lastMs);
    await delivered(url, lines);
    if (first % 60 === 0) say(`${first + daysAtOnce} of ${days.length} days, ${lines.toLocaleString('en-US')} lines`);
  }
  // An hour later every visit is over, and the last day has its receipt.
  setClock(lastMs + 3_600_000);
  await waitFor(async () => sum(await readMetrics(url), 'logproc_visits_open') === 0);
  await delivered(url, lines);
  await processor.stop();
  await loki.flush();
  return {
    loki, lines, lastMs,
    stop: async () => {
      await loki.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  }; // prettier-ignore
}

const sum = (samples: ReadonlyMap<string, number>, name: string): number => [...samples].filter(([key]) => key.startsWith(name)).reduce((all, [, value]) => all + value, 0);

const delivered = (url: string, lines: number): Promise<void> =>
  waitFor(async () => {
    const samples = await readMetrics(url);
    if (sum(samples, 'logproc_lines_dropped_total') > 0) throw new Error(`the processor dropped lines: ${[...samples].filter(([key, value]) => key.startsWith('logproc_lines_dropped') && value > 0).join(' ')}`);
    return sum(samples, 'logproc_lines_delivered_total') >= lines && sum(samples, 'logproc_outbox_bytes') === 0;
  });

async function waitFor(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(pollMs);
}
