/**
 * How fast the whole road is, beside programs that do less: `node bench/whole-road.ts [--lines 1000000] [--rounds 5] [--from seeded|shop] [--visits]`.
 * Several `--lines`, with commas between, show whether time and memory per line stay; the other programs read the shortest log only.
 * `--visits` adds a run with 100,000 visits open at once. Every run is a process of its own, the programs take turns, and medians are shown.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { parseArgs } from 'node:util';
import { isObject } from '../test/loki-contents.ts';
import { seededLog, shopLog, shopLogExists } from './make-log.ts';
import { measure } from './measured-process.ts';
import type { PlainRun } from './plain-worker.ts';
import { count, machine, median, megabytes, printTable, ratio } from './report.ts';
import type { RoadRun } from './road-worker.ts';

type Run = PlainRun & Partial<RoadRun>;
type Program = { readonly name: string; readonly run: (log: string) => Promise<Run> };

const goaccess = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'goaccess')).find((path) => existsSync(path));
const goaccessFormat =
  '{"msec":"%x.%^","remote_addr":"%h","server_name":"%v","request_method":"%m","request_uri":"%U","status":"%s","bytes_sent":"%b","request_time":"%T","http_referer":"%R","http_user_agent":"%u"}';

/** As `log-processor/bin/tidewatch.mjs` starts Node. */
const nodeFlags = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=16', '--heap-growing-percent=30'];

async function inFolder<T>(deed: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(process.env['BENCH_FOLDER'] ?? tmpdir(), 'tidewatch-bench-'));
  try {
    return await deed(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Everything a worker prints is a number. */
function readRun(stdout: string): Run {
  const value: unknown = JSON.parse(stdout);
  if (!isObject(value)) throw new Error('a worker prints one object');
  const { lines = NaN, wallSeconds = NaN, cpuSeconds = NaN, peakBytes = NaN, ...more } = Object.fromEntries(Object.entries(value).map(([name, number]) => [name, Number(number)]));
  return { lines, wallSeconds, cpuSeconds, peakBytes, ...more };
}

async function node(worker: string, args: readonly string[]): Promise<Run> {
  return readRun((await measure(process.execPath, [...nodeFlags, join(import.meta.dirname, worker), ...args])).stdout);
}

const road = (sink: 'memory' | 'files'): Program => ({
  name: `Tidewatch, to ${sink}`,
  run: (log) => inFolder((folder) => node('road-worker.ts', [log, sink, folder])),
});

const plain = (what: 'read' | 'json', name: string): Program => ({ name, run: (log) => node('plain-worker.ts', [log, what]) });

/** Its report says how many lines it understood; without that it would win by refusing them. */
const goaccessProgram = (program: string): Program => ({
  name: 'GoAccess',
  run: (log) =>
    inFolder(async (folder) => {
      const report = join(folder, 'report.json');
      const format = ['--no-global-config', '--datetime-format=%s', '--tz=UTC', `--log-format=${goaccessFormat}`];
      const { wallSeconds, cpuSeconds, peakBytes } = await measure(program, [log, ...format, '--no-progress', '-o', report]);
      const text = readFileSync(report, 'utf8');
      const of = (name: string): number => Number(new RegExp(`"${name}": (\\d+)`).exec(text)?.[1]);
      const [total, valid] = [of('total_requests'), of('valid_requests')];
      if (!(valid > total * 0.95)) throw new Error(`GoAccess understood ${valid} of ${total} lines`);
      return { lines: total, wallSeconds, cpuSeconds, peakBytes };
    }),
});

const sinks = [road('memory'), road('files')];
const programs = [
  ...sinks,
  ...(goaccess === undefined ? [] : [goaccessProgram(goaccess)]),
  plain('json', 'JSON.parse and stringify'),
  plain('read', 'read, find newlines'),
];

const speed = ({ lines, wallSeconds }: Run): number => lines / wallSeconds;
const cpuPerMillion = ({ lines, cpuSeconds }: Run): number => (cpuSeconds / lines) * 1e6;
const middle = (runs: readonly Run[], figure: (run: Run) => number): number => median(runs.map(figure));

/** Runs every program once a round, in turn, so that a slow moment of the machine hits all of them. */
async function takeTurns(taking: readonly Program[], lines: number, rounds: number): Promise<Map<string, Run[]>> {
  const log = logOf(lines);
  await plain('read', '').run(log); // into the page cache
  const runs = new Map<string, Run[]>(taking.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, run } of taking) {
      const result = await run(log);
      if (result.lines !== lines) throw new Error(`${name} read ${result.lines} lines of ${lines}`);
      runs.get(name)?.push(result);
      process.stderr.write(`  ${round + 1}/${rounds} ${name}: ${count(speed(result))} lines/s\n`);
    }
  }
  return runs;
}

function showPrograms(runs: ReadonlyMap<string, readonly Run[]>): void {
  const reference = middle(runs.get('GoAccess') ?? [], speed);
  const referenceCpu = middle(runs.get('GoAccess') ?? [], cpuPerMillion);
  const floor = middle(runs.get('read, find newlines') ?? [], speed);
  printTable(
    ['program', 'lines/s', 'slowest', 'fastest', 'x GoAccess', 'of the read floor', 'CPU s per million', 'x GoAccess by CPU', 'peak MB', 'MB before'],
    [...runs].map(([name, all]) => {
      const speeds = all.map(speed);
      const before = all[0]?.idleBytes;
      const last = [megabytes(middle(all, (run) => run.peakBytes)), before === undefined ? '' : megabytes(before)];
      const lines = middle(all, speed);
      const cpu = middle(all, cpuPerMillion);
      return [name, count(lines), count(Math.min(...speeds)), count(Math.max(...speeds)), ratio(lines / reference), (lines / floor).toFixed(3), ratio(cpu), ratio(referenceCpu / cpu), ...last];
    }),
  );
}

type Sized = { readonly lines: number; readonly name: string; readonly runs: readonly Run[] };

/** CPU and wall time per line, as ratios to the shortest log. */
function showSizes(sizes: readonly Sized[]): void {
  printTable(
    ['program', 'lines', 'lines/s', 'CPU s per million', 'x the shortest', 'peak MB', 'output B a line', 'most visits open'],
    sizes.map(({ name, lines, runs }) => {
      const shortest = sizes.find((size) => size.name === name)?.runs ?? runs;
      const cpu = middle(runs, cpuPerMillion);
      const bytes = middle(runs, (run) => (run.outputBytes ?? NaN) / run.lines);
      return [name, count(lines), count(middle(runs, speed)), ratio(cpu), ratio(cpu / middle(shortest, cpuPerMillion)), megabytes(middle(runs, (run) => run.peakBytes)), bytes.toFixed(0), count(middle(runs, (run) => run.mostOpen ?? NaN))];
    }),
  );
}

/** Traffic dense enough that 100,000 visits are open within the half hour that a visit may pause. */
async function showOpenVisits(): Promise<void> {
  const log = seededLog({ lines: 1_600_000, visitsPerDay: 3_000_000, startHour: 12 });
  const rows: string[][] = [];
  for (const { name, run } of sinks) {
    const { mostOpen = NaN, bytesAtMostOpen = NaN, idleBytes = NaN, peakBytes, ...rest } = await run(log);
    rows.push([name, count(rest.lines), count(mostOpen), megabytes(idleBytes), megabytes(bytesAtMostOpen), megabytes(peakBytes), ((bytesAtMostOpen - idleBytes) / mostOpen).toFixed(0)]);
  }
  printTable(['program', 'lines', 'most visits open', 'MB before', 'MB then', 'peak MB', 'B per open visit'], rows);
}

const { values } = parseArgs({
  options: {
    lines: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '5' },
    from: { type: 'string', default: 'seeded' },
    visits: { type: 'boolean', default: false },
  },
});
if (values.from === 'shop' && !shopLogExists) throw new Error('the real log is not beside this checkout; see CONTRIBUTING.md');
if (goaccess === undefined) process.stderr.write('GoAccess is not on PATH: its column stays empty (Debian: apt-get install goaccess)\n');
const [shortest = NaN, ...longer] = values.lines.split(',').map(Number).sort((left, right) => left - right);
const rounds = Number(values.rounds);
const logOf = (lines: number): string => (values.from === 'shop' ? shopLog({ lines }) : seededLog({ lines }));

console.log(`${machine()}\n${count(shortest)} lines, ${values.from}; medians of ${rounds} rounds, programs in turn`);
const runs = await takeTurns(programs, shortest, rounds);
showPrograms(runs);
if (longer.length > 0) {
  const sizes: Sized[] = sinks.map(({ name }) => ({ name, lines: shortest, runs: runs.get(name) ?? [] }));
  for (const lines of longer) {
    const longerRuns = await takeTurns(sinks, lines, 1);
    sizes.push(...sinks.map(({ name }) => ({ name, lines, runs: longerRuns.get(name) ?? [] })));
  }
  showSizes(sizes);
}
if (values.visits) await showOpenVisits();
console.log(`\nat the end: ${machine()}`);
