/**
 * One run of the whole road in a process of its own, measured from the inside: the real house on one file, from its first read to its last commit.
 * `memory` keeps everything but the sink: lines are encoded and compressed as for Loki, and the finished bodies are counted and dropped.
 * `files` writes the NDJSON files of the embedded default. State, keys and commits are on the disk in both.
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { balance } from '../log-processor/src/balance.ts';
import { openBenchHouse, runToEnd, takeBodies } from './bench-house.ts';

/** What a run prints as one line of JSON. */
export type RoadRun = {
  readonly lines: number;
  readonly outputBytes: number;
  /** Of the run alone: modules are loaded and the state is open before it begins. */
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  /** Resident memory before the first line, at its largest, and when most visits were open. */
  readonly idleBytes: number;
  readonly peakBytes: number;
  readonly mostOpen: number;
  readonly bytesAtMostOpen: number;
};

const sampleMs = 100;

const fileBytes = (folder: string): number => readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);

async function run(log: string, sink: string, home: string): Promise<RoadRun> {
  const house = await openBenchHouse({ log, home, output: sink === 'memory' ? 'loki' : 'files' });
  let bodyBytes = 0;
  if (sink === 'memory') takeBodies(house, ({ payload }) => (bodyBytes += payload.length));
  const { tallies } = house.rooms;
  const idleBytes = process.memoryUsage.rss();
  let [mostOpen, bytesAtMostOpen] = [0, 0];
  const sampling = setInterval(() => {
    const visits = tallies.total('logproc_visits_open');
    if (visits <= mostOpen) return;
    mostOpen = visits;
    bytesAtMostOpen = process.memoryUsage.rss();
  }, sampleMs);
  const [startMs, startCpu] = [performance.now(), process.cpuUsage()];
  await runToEnd(house);
  const wallSeconds = (performance.now() - startMs) / 1000;
  const { user, system } = process.cpuUsage(startCpu);
  clearInterval(sampling);
  const { text, balanced } = balance(tallies);
  const [lines, lost] = [tallies.total('logproc_lines_read_total'), tallies.total('logproc_lines_dropped_total')];
  if (!balanced || lost > lines / 1000) throw new Error(`a run that loses lines is not worth measuring:\n${text}`);
  const outputBytes = sink === 'memory' ? bodyBytes : fileBytes(join(home, 'lines'));
  await house.close();
  return { lines, outputBytes, wallSeconds, cpuSeconds: (user + system) / 1e6, idleBytes, peakBytes: process.resourceUsage().maxRSS * 1024, mostOpen, bytesAtMostOpen };
}

if (import.meta.main) {
  const [log = '', sink = '', home = ''] = process.argv.slice(2);
  process.stdout.write(`${JSON.stringify(await run(log, sink, home))}\n`);
}
