/** Runs `tidewatch run` as a process of its own on a configuration of its own, for tests that ask it, stop it and kill it. */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const checkout = resolve(import.meta.dirname, '..');

export type ProcessorOptions = {
  /** Gets the configuration file, `state/` and `keys/`; made when missing. */
  readonly folder: string;
  /** Settings beside those of the folder. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** A file whose modification time is the clock of the process: see event-clock.ts. */
  readonly eventClockFile?: string;
  /** Further variables, such as those of faketime. */
  readonly environment?: Readonly<Record<string, string>>;
};

export type Ended = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

export type ProcessorProcess = {
  /** The address of its pages, once they are open. @throws Error when it ends before */
  url(): Promise<string>;
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** Everything on its standard output and standard error so far. */
  said(): string;
  /** SIGTERM. */
  stop(): Promise<Ended>;
  /** SIGKILL. */
  kill(): Promise<Ended>;
};

/** Starts it; answers at once. It ends with this process at the latest. */
export function startProcessor({ folder, settings, eventClockFile, environment = {} }: ProcessorOptions): ProcessorProcess {
  mkdirSync(folder, { recursive: true });
  const config = join(folder, 'tidewatch.yaml');
  const own = { state_folder: join(folder, 'state'), key_folder: join(folder, 'keys'), listen_port: 0 };
  writeFileSync(config, JSON.stringify({ ...own, ...settings })); // JSON is YAML
  const clock = eventClockFile === undefined ? [] : ['--import', join(import.meta.dirname, 'event-clock.ts')];
  const program = join(checkout, 'log-processor', 'src', 'main.ts');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...clock, program, 'run', '--config', config], {
    // Only what it needs: TIDEWATCH_ variables of the caller are settings.
    env: { PATH: process.env['PATH'] ?? '', ...environment, ...(eventClockFile === undefined ? {} : { EVENT_CLOCK_FILE: eventClockFile }) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const pieces: Buffer[] = [];
  const up = Promise.withResolvers<string>();
  up.promise.catch(() => undefined); // a process that is killed early has no address, and nobody asks for it
  const listen = (piece: Buffer): void => {
    pieces.push(piece);
    const found = /"metrics":"(http:[^"]+)\/metrics"/.exec(said());
    if (found?.[1] !== undefined) up.resolve(found[1]);
  };
  const said = (): string => Buffer.concat(pieces).toString();
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  const killWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', killWithUs);
  const ended = new Promise<Ended>((done) => {
    child.once('close', (code, signal) => {
      process.off('exit', killWithUs);
      up.reject(new Error(`the processor ended (${code ?? signal ?? 'unknown'}) before it was up: ${said()}`));
      done({ code, signal });
    });
  });
  const end = (signal: NodeJS.Signals): Promise<Ended> => {
    child.kill(signal);
    return ended;
  };
  return { url: () => up.promise, pid: child.pid ?? 0, ended, said, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') };
}

/** Every sample of `/metrics` as it stands there, `name{labels}` to number. Asked without a kept connection: looks seconds apart would meet one that is just being closed. */
export async function readMetrics(url: string): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(`${url}/metrics`, { headers: { connection: 'close' }, signal: AbortSignal.timeout(10_000) });
  const text = await response.text();
  const samples = new Map<string, number>();
  for (const line of text.split('\n')) {
    const cut = line.lastIndexOf(' ');
    if (cut > 0 && !line.startsWith('#')) samples.set(line.slice(0, cut), Number(line.slice(cut + 1)));
  }
  return samples;
}

/** Sum over all series of a name. */
export function total(samples: ReadonlyMap<string, number>, name: string): number {
  let sum = 0;
  for (const [series, value] of samples) if (series === name || series.startsWith(`${name}{`)) sum += value;
  return sum;
}
