/** `npm start`: shows the whole road without Loki or Docker, on seeded traffic or on somebody's own log files. */
import { join, resolve } from 'node:path';
import { balance } from './balance.ts';
import { BadUsage } from './bad-usage.ts';
import type { Command } from './command-line.ts';
import { parseConfig } from './config.ts';
import type { Config } from './config-schema.ts';
import { detectFormat } from './detect-format.ts';
import { playTraffic } from './generate/play-traffic.ts';
import { createRotatingWriter } from './generate/rotating-writer.ts';
import { createTraffic } from './generate/traffic.ts';
import { openHouse } from './house.ts';
import type { House } from './house.ts';
import { createLogger } from './logger.ts';
import { incomplete, incompleteExitCode } from './losses.ts';
import { progressLine, progressOf, summary } from './progress.ts';
import { serveHouse } from './serve-house.ts';
import { findCopies } from './read/same-log.ts';
import { openStartFolder } from './start-folder.ts';
import { systemClock } from './system-clock.ts';

type StartCommand = Extract<Command, { name: 'start' }>;
type Say = (text: string) => void;

const folder = resolve('.tidewatch');
const progressMs = 3000;
const dayMs = 86_400_000;
/** Small, so that a rotation is soon seen. */
const liveFileBytes = 65_536;

/** Ends at Ctrl-C, or when the files are read. @throws BadUsage, StateRefused, ServerRefused */
export function start(command: StartCommand, say: Say): Promise<void> {
  return command.files.length === 0 ? startDemo(command, say) : startFiles(command, say);
}

/** Yesterday and today of a made-up site as history, then live. */
async function startDemo({ listenPort, log: asLog }: StartCommand, say: Say): Promise<void> {
  const home = join(folder, 'demo');
  const log = join(home, 'access.json.log');
  const site = { serverName: 'ocean-body.example', zone: 'Europe/Paris', visitsPerDay: 6000 };
  const config = startConfig(home, listenPort ?? 9464, [{ name: 'demo', path: log, start_at: 'beginning' }], [{ name: 'ocean-body', server_names: [site.serverName], zone: site.zone }]);
  const release = await openStartFolder({ home, host: config.listen_address, port: config.listen_port });
  const ending = new AbortController();
  let writer = createRotatingWriter({ path: log, maxBytes: Infinity, maxFiles: 9 });
  const traffic = createTraffic({ seed: 'tidewatch', sites: [site], startMs: Date.now() - 1.5 * dayMs, endMs: Infinity });
  say(`writing a day and a half of seeded nginx traffic as history to ${log}`);
  const { promise: live, resolve: isLive } = Promise.withResolvers<number>();
  // A followed file that is read to its end stands at the clock: history has to be there before the reading starts.
  const playing = playTraffic({
    traffic,
    writer: { write: (lines) => writer.write(lines) },
    clock: systemClock,
    signal: ending.signal,
    onLive: (lines) => {
      writer.close();
      writer = createRotatingWriter({ path: log, maxBytes: liveFileBytes, maxFiles: 9 });
      isLive(lines);
    },
  });
  say(`${(await live).toLocaleString('en-US')} lines of history; from here on it is live
anonymised lines, visits and receipts go to ${config.files_folder}/{access,visit,day}.ndjson
every country is "unknown" here: the made-up visitors have documentation addresses, which are in no country`);
  await serve({ config, inputs: 'followed', say, asLog }, async (house, tell) => {
    const telling = setInterval(tell, progressMs);
    await house.ended;
    clearInterval(telling);
    ending.abort();
    await playing;
    writer.close();
  });
  release();
}

/** Reads finished files as one history and says what was in them. */
async function startFiles({ files, format, listenPort, log: asLog }: StartCommand, say: Say): Promise<void> {
  const home = join(folder, 'files');
  const inputs = await openFiles(files.map((file) => resolve(file)), format, home);
  const config = startConfig(home, listenPort ?? 0, inputs, []);
  const release = await openStartFolder({ home, host: config.listen_address, port: config.listen_port });
  say(`reading ${files.length} file(s) as ${[...new Set(inputs.map((input) => input.format))].join(', ')}\nanonymised lines, visits and receipts go to ${config.files_folder}/{access,visit,day}.ndjson`);
  await serve({ config, inputs: 'finished', say, asLog }, async (house, tell) => {
    const telling = setInterval(tell, progressMs);
    await house.ended;
    clearInterval(telling);
    say(summary(house));
    const { tallies } = house.rooms;
    if (tallies.total('logproc_lines_read_total') > 0 && tallies.total('logproc_lines_delivered_total') === 0) {
      say('no line could be read: is it another format (see --format)?');
      process.exitCode = 2;
    }
  });
  release();
}

type FileInput = { readonly name: string; readonly path: string; readonly format: string; readonly start_at: 'beginning' };

/** Finds out how every file is written. @throws BadUsage for what cannot be read, would be emptied, or would be counted twice */
async function openFiles(paths: readonly string[], format: string | null, home: string): Promise<FileInput[]> {
  const inputs: FileInput[] = [];
  let empty = 0;
  for (const [index, path] of paths.entries()) {
    if (path.startsWith(`${home}/`)) throw new BadUsage(`${path}: lies in the folder that a start empties; move it elsewhere first`);
    const found = await detectFormat(path, format);
    if (found === null) empty += 1;
    inputs.push({ name: `file-${index + 1}`, path, format: found ?? 'json', start_at: 'beginning' });
  }
  if (empty === paths.length) throw new BadUsage(`${paths.join(', ')}: ${paths.length === 1 ? 'is empty' : 'are empty'}; expected at least one line`);
  const copies = await findCopies([...new Set(paths)]);
  if (copies !== null) throw new BadUsage(`${copies[0]} and ${copies[1]}: one is a copy of the other, so every line would count twice; expected one of them`);
  return inputs;
}

type Serving = House & { readonly ended: Promise<void> };

type Show = { readonly config: Config; readonly inputs: 'followed' | 'finished'; readonly say: Say; readonly asLog: boolean };

async function serve({ config, inputs, say, asLog }: Show, beside: (house: Serving, tell: () => void) => Promise<void>): Promise<void> {
  const logger = createLogger(asLog ? { level: 'info' } : { level: 'warn', destination: process.stderr });
  const house = await openHouse({ config, logger, inputs });
  const opened = (url: string): void => {
    if (inputs === 'followed') say(`live page ${url}/   metrics ${url}/metrics   stop with Ctrl-C`);
  };
  const ended = serveHouse({ house, logger, host: config.listen_address, port: config.listen_port, opened });
  const tell = (): void => {
    if (asLog) logger.info('progress', progressOf(house));
    else say(progressLine(progressOf(house)));
  };
  const besideEnded = beside({ ...house, ended: ended.catch(() => undefined) }, tell);
  await ended;
  await besideEnded;
  const { text, balanced } = balance(house.rooms.tallies);
  say(`\n${text}`);
  const lost = house.losses.text((input) => config.inputs.find(({ name }) => name === input)?.path ?? input);
  if (lost !== null) {
    say(`${incomplete}: ${lost}`);
    process.exitCode = incompleteExitCode;
  }
  if (!balanced) process.exitCode = 1;
}

/** The embedded default: files instead of Loki, everything below one folder that git ignores. */
function startConfig(home: string, listenPort: number, inputs: readonly object[], sites: readonly object[]): Config {
  const settings = { state_folder: join(home, 'state'), key_folder: join(home, 'keys'), files_folder: join(home, 'lines'), listen_port: listenPort, inputs, sites };
  return parseConfig(JSON.stringify(settings), 'npm start');
}
