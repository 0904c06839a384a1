/** A real Loki with the shipped limits on questions, filled with a year of lines by the real processor. */
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startLoki, type LokiServer } from '../../../test/loki-server.ts';
import { readMetrics, startProcessor } from '../../../test/processor-process.ts';
import { site, yearOfLines } from './year-of-lines.ts';

export type FilledLoki = { readonly loki: LokiServer; readonly lines: number; readonly firstMs: number; readonly lastMs: number; stop(): Promise<void> };

/** Old lines are taken, kept and seen; nothing that concerns questions is changed. */
const takesHistory = ['-validation.reject-old-samples=false', '-compactor.retention-enabled=false', '-ingester.query-store-max-look-back-period=-1ns'];
const pollMs = 2_000;

/** Takes some minutes. @throws Error when the processor ends, or drops a line */
export async function fillLoki(say: (text: string) => void): Promise<FilledLoki> {
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-limits-'));
  const log = join(folder, 'access.log');
  const written = writeLog(log);
  say(`${written.lines.toLocaleString('en-US')} lines of ${Math.round((written.lastMs - written.firstMs) / 86_400_000)} days are written`);
  mkdirSync(join(folder, 'loki'));
  const loki = await startLoki({ folder: join(folder, 'loki'), flags: takesHistory });
  const processor = startProcessor({
    folder: join(folder, 'processor'),
    settings: { output: 'loki', loki_url: loki.url, inputs: [{ name: 'main', path: log, start_at: 'beginning' }], sites: [{ name: site.name, server_names: [site.serverName], zone: site.zone }] },
  });
  const url = await processor.url();
  const sum = (samples: ReadonlyMap<string, number>, name: string): number => [...samples].filter(([key]) => key.startsWith(name)).reduce((all, [, value]) => all + value, 0);
  for (let told = 0, delivered = 0; delivered < written.lines; await sleep(pollMs)) {
    const samples = await readMetrics(url);
    if (sum(samples, 'logproc_lines_dropped_total') > 0) throw new Error(`the processor dropped lines: ${[...samples].filter(([key, value]) => key.startsWith('logproc_lines_dropped') && value > 0).join(' ')}`);
    delivered = sum(samples, 'logproc_lines_delivered_total');
    if (delivered - told > 100_000) say(`${(told = delivered).toLocaleString('en-US')} delivered`);
  }
  while (sum(await readMetrics(url), 'logproc_outbox_bytes') > 0) await sleep(pollMs);
  await processor.stop();
  await loki.flush();
  return {
    loki, ...written,
    stop: async () => {
      await loki.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  }; // prettier-ignore
}

function writeLog(path: string): { lines: number; firstMs: number; lastMs: number } {
  const file = openSync(path, 'w');
  const known = { lines: 0, firstMs: Infinity, lastMs: 0 };
  for (const day of yearOfLines(Date.now())) {
    writeSync(file, day.map(({ text }) => `${text}\n`).join(''));
    known.lines += day.length;
    known.firstMs = Math.min(known.firstMs, day[0]?.timeMs ?? Infinity);
    known.lastMs = Math.max(known.lastMs, day.at(-1)?.timeMs ?? 0);
  }
  closeSync(file);
  return known;
}
