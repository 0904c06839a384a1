/**
 * What a report of an old log costs beside GoAccess's of the same file, and how large both pages are: `node bench/old-log.ts [--lines 500000] [--rounds 3]`.
 * Seeded traffic, and a real shop's where it is at hand, each in our own JSON format and in the combined one; every run is a process of its own, and both take turns.
 */
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { parseArgs } from 'node:util';
import { isObject } from '../test/loki-contents.ts';
import { seededLog, shopLog, shopLogExists } from './make-log.ts';
import { measure } from './measured-process.ts';
import type { Measured } from './measured-process.ts';
import { count, machine, median, megabytes, printTable, ratio } from './report.ts';

const { values } = parseArgs({ options: { lines: { type: 'string', default: '500000' }, rounds: { type: 'string', default: '3' } } });
const [lines, rounds] = [Number(values.lines), Number(values.rounds)];
const goaccess = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'goaccess')).find((path) => existsSync(path));
if (goaccess === undefined) throw new Error('goaccess is not on the PATH; expected the Debian package goaccess');

const folder = mkdtempSync(join(process.env['BENCH_FOLDER'] ?? tmpdir(), 'tidewatch-bench-'));
const launcher = join(import.meta.dirname, '..', 'log-processor', 'src', 'main.ts');
/** As `log-processor/bin/tidewatch.mjs` starts Node. */
const nodeFlags = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=16', '--heap-growing-percent=30'];
const jsonFormat = '{"msec":"%x.%^","remote_addr":"%h","server_name":"%v","request_method":"%m","request_uri":"%U","status":"%s","bytes_sent":"%b","request_time":"%T","http_referer":"%R","http_user_agent":"%u"}';
const goaccessFormats = { json: ['--datetime-format=%s', '--tz=UTC', `--log-format=${jsonFormat}`], combined: ['--log-format=COMBINED'] };

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const field = (line: Readonly<Record<string, unknown>>, name: string): string => (typeof line[name] === 'string' ? line[name] : '');
/** As nginx escapes outside JSON. */
const escaped = (text: string): string => text.replace(/["\\]/g, (sign) => `\\x${sign.charCodeAt(0).toString(16).toUpperCase()}`) || '-';

function combinedLine(json: string): string {
  const line: unknown = JSON.parse(json);
  if (!isObject(line)) throw new Error('a line of the log is one object');
  const [date = '', time = ''] = new Date(Number(field(line, 'msec')) * 1000).toISOString().split('T');
  const written = `${date.slice(8)}/${months[Number(date.slice(5, 7)) - 1] ?? ''}/${date.slice(0, 4)}:${time.slice(0, 8)} +0000`;
  return `${field(line, 'remote_addr')} - - [${written}] "${field(line, 'request_method')} ${escaped(field(line, 'request_uri'))} HTTP/1.1" ${field(line, 'status')} ${field(line, 'bytes_sent')} "${escaped(field(line, 'http_referer'))}" "${escaped(field(line, 'http_user_agent'))}"\n`;
}

/** The same requests, in the format of old logs. */
function combinedOf(json: string, name: string): string {
  const path = join(folder, `${name}.log`);
  const file = openSync(path, 'w', 0o600);
  let batch = '';
  for (const line of readFileSync(json, 'latin1').split('\n')) {
    if (line !== '') batch += combinedLine(line);
    if (batch.length >= 1_048_576) batch = (writeSync(file, batch, null, 'latin1'), '');
  }
  writeSync(file, batch, null, 'latin1');
  closeSync(file);
  return path;
}

type Run = Measured & { readonly pageBytes: number };
async function run(program: string, args: readonly string[], page: string): Promise<Run> {
  const measured = await measure(program, args);
  return { ...measured, pageBytes: statSync(page).size };
}
const middle = (runs: readonly Run[], figure: (run: Run) => number): number => median(runs.map(figure));

async function compare(name: string, path: string, format: 'json' | 'combined'): Promise<string[][]> {
  const [ours, theirs]: [Run[], Run[]] = [[], []];
  const [ourPage, theirPage] = [join(folder, 'ours.html'), join(folder, 'theirs.html')];
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await run(process.execPath, [...nodeFlags, launcher, 'report', path, '--html', ourPage], ourPage));
    theirs.push(await run(goaccess ?? '', [path, '--no-global-config', ...goaccessFormats[format], '--no-progress', '-o', theirPage], theirPage));
    process.stderr.write(`  ${round + 1}/${rounds} ${name}\n`);
  }
  const row = (program: string, runs: readonly Run[]): string[] => [
    `${name}, ${program}`,
    count(lines / middle(runs, ({ wallSeconds }) => wallSeconds)),
    ratio(middle(theirs, ({ wallSeconds }) => wallSeconds) / middle(runs, ({ wallSeconds }) => wallSeconds)),
    ratio(middle(theirs, ({ cpuSeconds }) => cpuSeconds) / middle(runs, ({ cpuSeconds }) => cpuSeconds)),
    megabytes(middle(runs, ({ peakBytes }) => peakBytes)),
    count(middle(runs, ({ pageBytes }) => pageBytes) / 1000),
  ];
  return [row('Tidewatch', ours), row('GoAccess', theirs)];
}

const logs = [{ name: 'seeded', path: seededLog({ lines }) }, ...(shopLogExists ? [{ name: 'shop', path: shopLog({ lines }) }] : [])];
const rows: string[][] = [];
try {
  console.log(`${count(lines)} lines, ${rounds} rounds; ${machine()}`);
  for (const { name, path } of logs) {
    rows.push(...(await compare(`${name}, JSON`, path, 'json')));
    rows.push(...(await compare(`${name}, combined`, combinedOf(path, name), 'combined')));
  }
  printTable(['log', 'lines/s', 'x GoAccess', 'by CPU', 'peak MB', 'page kB'], rows);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
