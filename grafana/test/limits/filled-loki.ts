/** A real Loki with the shipped limits on questions, filled with a year of lines that the real processor made: its files are pushed, because `run` drops lines of last week for Loki. */
import { closeSync, createReadStream, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { startLoki, type LokiServer } from '../../../test/loki-server.ts';
import { readMetrics, startProcessor } from '../../../test/processor-process.ts';
import { asInLoki, type PushedLine } from './line-in-loki.ts';
import { site, yearOfLines } from './year-of-lines.ts';

export type FilledLoki = { readonly loki: LokiServer; readonly lines: number; readonly lastMs: number; stop(): Promise<void> };

/** Old lines are taken, kept and seen; nothing that concerns questions is changed. */
const takesHistory = ['-validation.reject-old-samples=false', '-compactor.retention-enabled=false', '-ingester.query-store-max-look-back-period=-1ns'];
const linesAtOnce = 5_000;
const pollMs = 500;

/** Takes some minutes. @throws Error when the processor drops a line, or Loki refuses one */
export async function fillLoki(say: (text: string) => void): Promise<FilledLoki> {
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-limits-'));
  const log = join(folder, 'access.log');
  const written = writeLog(log);
  say(`${written.lines.toLocaleString('en-US')} lines are written`);
  await makePublic(folder, log, written.lines);
  say('the processor is through');
  mkdirSync(join(folder, 'loki'));
  const loki = await startLoki({ folder: join(folder, 'loki'), flags: takesHistory });
  for (const stream of ['day', 'visit', 'access'] as const) say(`${(await pushFile(loki.url, join(folder, 'files', `${stream}.ndjson`), stream)).toLocaleString('en-US')} lines of ${stream} are in Loki`);
  await loki.flush();
  return {
    loki, ...written,
    stop: async () => {
      await loki.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  }; // prettier-ignore
}

function writeLog(path: string): { lines: number; lastMs: number } {
  const file = openSync(path, 'w');
  const known = { lines: 0, lastMs: 0 };
  for (const day of yearOfLines(Date.now())) {
    writeSync(file, day.map(({ text }) => `${text}\n`).join(''));
    known.lines += day.length;
    known.lastMs = day.at(-1)?.timeMs ?? known.lastMs;
  }
  closeSync(file);
  return known;
}

/** The anonymised lines, visits and receipts of the log, as files. */
async function makePublic(folder: string, log: string, lines: number): Promise<void> {
  const settings = { output: 'files', files_folder: join(folder, 'files'), inputs: [{ name: 'main', path: log, start_at: 'beginning' }], sites: [{ name: site.name, server_names: [site.serverName], zone: site.zone }] };
  const processor = startProcessor({ folder: join(folder, 'processor'), settings });
  const url = await processor.url();
  for (let isThrough = false; !isThrough; ) {
    await sleep(pollMs);
    const samples = [...(await readMetrics(url))];
    const sum = (name: string): number => samples.filter(([key]) => key.split('{')[0] === name).reduce((all, [, value]) => all + value, 0);
    if (sum('logproc_lines_dropped_total') > 0) throw new Error('the processor dropped lines');
    isThrough = sum('logproc_lines_delivered_total') >= lines && sum('logproc_visits_open') === 0;
  }
  await processor.stop();
  rmSync(log);
}

async function pushFile(url: string, path: string, stream: 'day' | 'visit' | 'access'): Promise<number> {
  let [waiting, pushed] = [[] as PushedLine[], 0];
  const labels = { job: 'tidewatch', site: site.name, host: 'localhost', stream, service_name: 'tidewatch', ...(stream === 'access' ? { input: 'main' } : {}) };
  const push = async (): Promise<void> => {
    const response = await fetch(`${url}/loki/api/v1/push`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ streams: [{ stream: labels, values: waiting }] }) });
    if (response.status !== 204) throw new Error(`Loki answered ${response.status}: ${await response.text()}`);
    pushed += waiting.length;
    waiting = [];
  };
  for await (const text of createInterface({ input: createReadStream(path) })) {
    waiting.push(asInLoki(text, stream));
    if (waiting.length === linesAtOnce) await push();
  }
  if (waiting.length > 0) await push();
  return pushed;
}
