/**
 * What it costs to get lines into a real Loki: `node bench/delivery.ts [--lines 1000000] [--rounds 3] [--visits-per-day 100000]`.
 * `tidewatch run` beside Promtail, which ships the same lines as they are; each with a fresh Loki of the shipped configuration, in turn, medians.
 * CPU seconds of the sender from its start until Loki has everything, and of Loki from then on until it has also written its chunks.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { countLoki } from '../test/loki-contents.ts';
import { startLoki } from '../test/loki-server.ts';
import type { LokiServer } from '../test/loki-server.ts';
import { seededLog, shiftedLog, shopLog, shopLogExists, spanOf, zone } from './make-log.ts';
import { usageOf } from './measured-process.ts';
import type { Usage } from './measured-process.ts';
import { count, machine, median, megabytes, printTable, ratio } from './report.ts';

const checkout = join(import.meta.dirname, '..');
/** Prometheus asks every 15 s. Asked ten times a second, answering was 7% of all that the sender spent. */
const pollMs = 500;
const longestMs = 600_000;
const hourMs = 3_600_000;

type Sender = {
  /** Lines that Loki has confirmed. @throws Error with its last words when the program has ended */
  delivered(): Promise<number>;
  /** @throws the same */
  usage(): Usage;
  stop(): Promise<void>;
};
type Start = (loki: LokiServer, log: string, folder: string) => Promise<Sender>;
type Contender = { readonly name: string; readonly start: Start; /** Counts what has to be as many as the lines. */ readonly query: string };
type Delivered = { readonly senderCpu: number; readonly lokiCpu: number; readonly seconds: number; readonly peakBytes: number; readonly lokiPeakBytes: number };

const tool = (name: string): string | undefined =>
  [...(process.env['PATH'] ?? '').split(delimiter), join(checkout, '.tools', 'bin')].map((folder) => join(folder, name)).find((path) => existsSync(path));

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (address === null || typeof address === 'string' ? reject(new Error('no port')) : resolve(address.port)));
    });
  });
}

type Launch = { readonly program: string; readonly args: readonly string[]; readonly metricsUrl: string; /** Its counters of delivered lines. */ readonly counters: RegExp };

/** Starts a sender that counts at `/metrics` what Loki has confirmed. */
function launch({ program, args, metricsUrl, counters }: Launch): Sender {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], env: { PATH: process.env['PATH'] ?? '' } });
  let complaint = '';
  child.stderr.on('data', (piece: Buffer) => (complaint = (complaint + piece.toString()).slice(-1000)));
  const killWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', killWithUs);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  void ended.then(() => process.off('exit', killWithUs));
  const alive = (): void => {
    if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}: ${complaint}`);
  };
  return {
    usage: () => {
      alive();
      return need(usageOf(child.pid ?? 0));
    },
    delivered: async () => {
      alive();
      const text = await fetch(metricsUrl, { signal: AbortSignal.timeout(10_000) }).then((response) => response.text(), () => '');
      return [...text.matchAll(counters)].reduce((sum, [, value]) => sum + Number(value), 0);
    },
    stop: async () => {
      child.kill('SIGTERM');
      const killing = setTimeout(() => child.kill('SIGKILL'), 20_000);
      await ended;
      clearTimeout(killing);
    },
  };
}

const startTidewatch: Start = async (loki, log, folder) => {
  const port = await freePort();
  const config = join(folder, 'tidewatch.yaml');
  const settings = {
    state_folder: join(folder, 'state'), key_folder: join(folder, 'keys'), listen_port: port, output: 'loki', loki_url: loki.url,
    inputs: [{ name: 'bench', path: log, start_at: 'beginning' }],
    sites: [{ name: 'bench', zone }],
  }; // prettier-ignore
  writeFileSync(config, JSON.stringify(settings)); // JSON is YAML
  return launch({
    // Node itself, as bin/tidewatch.mjs starts it: the process whose CPU is counted is the processor.
    program: process.execPath,
    args: ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=16', '--heap-growing-percent=30', join(checkout, 'log-processor', 'src', 'main.ts'), 'run', '--config', config],
    metricsUrl: `http://127.0.0.1:${port}/metrics`,
    counters: /^logproc_lines_delivered_total\{[^}]*\} (\d+)$/gm,
  });
};

const startPromtail: Start = async (loki, log, folder) => {
  const port = await freePort();
  const config = join(folder, 'promtail.yaml');
  const settings = {
    server: { http_listen_address: '127.0.0.1', http_listen_port: port, grpc_listen_address: '127.0.0.1', grpc_listen_port: 0, log_level: 'error' },
    positions: { filename: join(folder, 'positions.yaml') },
    clients: [{ url: `${loki.url}/loki/api/v1/push` }],
    scrape_configs: [{ job_name: 'bench', static_configs: [{ targets: ['localhost'], labels: { job: 'bench', __path__: log } }] }],
  };
  writeFileSync(config, JSON.stringify(settings));
  return launch({
    program: tool('promtail') ?? '',
    args: [`-config.file=${config}`],
    metricsUrl: `http://127.0.0.1:${port}/metrics`,
    counters: /^promtail_sent_entries_total\{[^}]*\} ([\d.e+]+)$/gm,
  });
};

const contenders: readonly Contender[] = [
  { name: 'Tidewatch', start: startTidewatch, query: '{job="tidewatch", stream="access"}' },
  { name: 'Promtail', start: startPromtail, query: '{job="bench"}' },
];

const need = (usage: Usage | null): Usage => {
  if (usage === null) throw new Error('a measured process is gone');
  return usage;
};

/** Loki writes its chunks in the background: it is done when it has used next to nothing for a second. */
async function settled(pid: number): Promise<Usage> {
  let before = need(usageOf(pid));
  for (let round = 0; round < 60; round += 1) {
    await sleep(1000);
    const now = need(usageOf(pid));
    if (now.cpuSeconds - before.cpuSeconds < 0.06) return now;
    before = now;
  }
  return before;
}

async function deliver(contender: Contender, log: string, lines: number): Promise<Delivered> {
  const folder = mkdtempSync(join(process.env['BENCH_FOLDER'] ?? tmpdir(), 'tidewatch-delivery-'));
  const loki = await startLoki({ folder: join(folder, 'loki') });
  mkdirSync(join(folder, 'sender'));
  let sender: Sender | null = null;
  try {
    const lokiBefore = await settled(loki.pid());
    const startMs = performance.now();
    sender = await contender.start(loki, log, join(folder, 'sender'));
    while ((await sender.delivered()) < lines) {
      if (performance.now() - startMs > longestMs) throw new Error(`${contender.name} had not delivered everything after ${longestMs / 1000} s`);
      await sleep(pollMs);
    }
    const seconds = (performance.now() - startMs) / 1000;
    const used = sender.usage();
    await sender.stop();
    await loki.flush();
    const lokiAfter = await settled(loki.pid());
    await allThere(contender, loki.url, log, lines);
    return { senderCpu: used.cpuSeconds, lokiCpu: lokiAfter.cpuSeconds - lokiBefore.cpuSeconds, seconds, peakBytes: used.peakBytes, lokiPeakBytes: lokiAfter.peakBytes };
  } finally {
    await sender?.stop();
    await loki.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A metric query counts every copy that is stored. */
async function allThere({ name, query }: Contender, url: string, log: string, lines: number): Promise<void> {
  const nowMs = Date.now() + 60_000;
  const hours = Math.ceil((nowMs - spanOf(log).firstMs) / hourMs) + 1;
  const counts = await countLoki(url, `sum by (job) (count_over_time(${query}[${hours}h]))`, 'job', nowMs);
  const found = Object.values(counts).reduce((sum, value) => sum + value, 0);
  if (found !== lines) throw new Error(`${name}: Loki has ${found} lines of ${lines}`);
}

/** What a sender uses before its first line, on a log that has none yet. */
async function startUp(contender: Contender): Promise<number> {
  const folder = mkdtempSync(join(process.env['BENCH_FOLDER'] ?? tmpdir(), 'tidewatch-delivery-'));
  const loki = await startLoki({ folder: join(folder, 'loki') });
  const log = join(folder, 'empty.log');
  writeFileSync(log, '');
  try {
    const sender = await contender.start(loki, log, folder);
    await sleep(startUpMs);
    const { cpuSeconds } = sender.usage();
    await sender.stop();
    return cpuSeconds;
  } finally {
    await loki.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

const perMillion = (seconds: number, lines: number): number => (seconds / lines) * 1e6;

type Row = { readonly name: string; readonly runs: readonly Delivered[]; readonly startUpCpu: number };

function show(rows: readonly Row[], lines: number): void {
  const of = ({ runs }: Row, figure: (run: Delivered) => number): number => median(runs.map(figure));
  const senderCpu = (row: Row): number => perMillion(of(row, (run) => run.senderCpu), lines);
  const steadyCpu = (row: Row): number => perMillion(of(row, (run) => run.senderCpu) - row.startUpCpu, lines);
  const lokiCpu = (row: Row): number => perMillion(of(row, (run) => run.lokiCpu), lines);
  printTable(
    ['sender', 'sender CPU s per million', 'least', 'most', 'without its start-up', 'Loki CPU s per million', 'least', 'most', 'lines/s', 'sender peak MB', 'Loki peak MB'],
    rows.map((row) => {
      const range = (figure: (run: Delivered) => number): string[] => [Math.min(...row.runs.map(figure)), Math.max(...row.runs.map(figure))].map((seconds) => ratio(perMillion(seconds, lines)));
      const memory = [of(row, (run) => run.peakBytes), of(row, (run) => run.lokiPeakBytes)].map(megabytes);
      return [row.name, ratio(senderCpu(row)), ...range((run) => run.senderCpu), ratio(steadyCpu(row)), ratio(lokiCpu(row)), ...range((run) => run.lokiCpu), count(lines / of(row, (run) => run.seconds)), ...memory];
    }),
  );
  const [ours, theirs] = rows;
  if (ours === undefined || theirs === undefined) return;
  console.log(`\n${ours.name} / ${theirs.name}: sender CPU ${ratio(senderCpu(ours) / senderCpu(theirs))} (goal: at most 0.6), without start-up ${ratio(steadyCpu(ours) / steadyCpu(theirs))}, Loki CPU ${ratio(lokiCpu(ours) / lokiCpu(theirs))} (goal: at most 1)`);
}

const startUpMs = 4000;
const { values } = parseArgs({ options: { lines: { type: 'string', default: '1000000' }, rounds: { type: 'string', default: '3' }, 'visits-per-day': { type: 'string', default: '100000' }, from: { type: 'string', default: 'seeded' } } });
for (const name of ['loki', 'promtail']) if (tool(name) === undefined) throw new Error(`no ${name} on PATH or in .tools/bin: run \`npm run tools\` first`);
if (values.from === 'shop' && !shopLogExists) throw new Error('the real log is not beside this checkout; see CONTRIBUTING.md');
const [lines, rounds] = [Number(values.lines), Number(values.rounds)];
console.log(`${machine()}\n${count(lines)} lines, ${values.from}, the newest of now; medians of ${rounds} rounds, senders in turn, a fresh Loki for each`);
const made = mkdtempSync(join(process.env['BENCH_FOLDER'] ?? tmpdir(), 'tidewatch-delivery-'));
try {
  const log = join(made, 'access.json.log');
  // Dense traffic is what a live log is; the usual log is half a day that is caught up with.
  shiftedLog(values.from === 'shop' ? shopLog({ lines }) : seededLog({ lines, visitsPerDay: Number(values['visits-per-day']) }), log, Date.now() - 60_000);
  const rows: (Row & { readonly runs: Delivered[] })[] = [];
  for (const contender of contenders) rows.push({ name: contender.name, runs: [], startUpCpu: await startUp(contender) });
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, contender] of contenders.entries()) {
      const run = await deliver(contender, log, lines);
      rows[index]?.runs.push(run);
      process.stderr.write(`  ${round + 1}/${rounds} ${contender.name}: sender ${ratio(run.senderCpu)} CPU s, Loki ${ratio(run.lokiCpu)} CPU s, ${run.seconds.toFixed(1)} s\n`);
    }
  }
  show(rows, lines);
} finally {
  rmSync(made, { recursive: true, force: true });
}
console.log(`at the end: ${machine()}`);
