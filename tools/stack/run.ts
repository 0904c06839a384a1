/** Starts the servers one after the other, waits until each is ready, and ends all of them together. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Place } from './place.ts';
import { servers } from './servers.ts';
import type { Server } from './found.ts';

export type RunningStack = {
  readonly place: Place;
  /** Names of what runs. */
  readonly running: readonly string[];
  /** What cannot run here, and why. */
  readonly missing: readonly string[];
  /** Resolves with the name of a server that ended by itself. */
  readonly broken: Promise<string>;
  /** SIGTERM to all, last started first; SIGKILL after 20 s. */
  stop(): Promise<void>;
  /** The same for one of them; the others go on. */
  end(name: string): Promise<void>;
  /** Starts it again as it was, and waits until it is ready. */
  begin(name: string): Promise<void>;
};

const readyMs = 120_000;
const killMs = 20_000;

type Process = { readonly server: Server; readonly child: ChildProcess; readonly ended: Promise<void>; isMeant: boolean };

/**
 * @param adapt changes how a server is started, or what stands in its placed configuration, before it is; each is asked once
 * @throws Error naming the server, and its log, that ended or was not ready within two minutes; what was started before is ended then
 */
export async function runStack(place: Place, say: (line: string) => void, adapt = (server: Server): Server => server): Promise<RunningStack> {
  const processes = new Map<string, Process>();
  const missing: string[] = [];
  const broken = Promise.withResolvers<string>();
  const start = async (server: Server): Promise<void> => {
    const log = join(place.folder, 'said', `${server.name}.log`);
    const child = begin(server, log);
    const ended = new Promise<void>((done) => child.once('close', () => done()));
    const one: Process = { server, child, ended, isMeant: false };
    processes.set(server.name, one);
    void ended.then(() => (one.isMeant ? undefined : broken.resolve(server.name)));
    try {
      say(`${server.name} is ready after ${(await untilReady(server, child)).toFixed(1)} s`);
    } catch (error) {
      throw new Error(`${server.name} ${error instanceof Error ? error.message : ''}: ${endOf(log)}\nsee ${log}`, { cause: error });
    }
  };
  const stop = (): Promise<void> => endAll([...processes.values()].toReversed());
  // However this process ends, it leaves nobody behind.
  process.once('exit', () => processes.forEach(({ child }) => killGroup(child)));
  for (const found of servers(place)) {
    if ('missing' in found) missing.push(`${found.name}: ${found.missing}`);
    else await start(adapt(found)).catch(async (error: unknown) => (await stop(), Promise.reject(error instanceof Error ? error : new Error(String(error)))));
  }
  const named = (name: string): Process => processes.get(name) ?? neverStarted(name);
  return { place, running: [...processes.keys()], missing, broken: broken.promise, stop, end: (name) => endAll([named(name)]), begin: (name) => start(named(name).server) };
}

function neverStarted(name: string): never {
  throw new Error(`${name} was never started here`);
}

async function endAll(those: readonly Process[]): Promise<void> {
  for (const one of those) {
    one.isMeant = true;
    one.child.kill('SIGTERM');
  }
  const late = setTimeout(() => those.forEach(({ child }) => killGroup(child)), killMs);
  await Promise.all(those.map(({ ended }) => ended));
  clearTimeout(late);
}

const endOf = (log: string): string => readFileSync(log, 'utf8').trimEnd().split('\n').slice(-3).join('\n');

/** nginx is started by a shell: both have to go. */
function killGroup({ pid, exitCode }: ChildProcess): void {
  if (pid === undefined || exitCode !== null) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended by itself a moment ago: that is what was wanted.
  }
}

function begin({ program, args, env, cwd }: Server, log: string): ChildProcess {
  mkdirSync(join(log, '..'), { recursive: true });
  const output = openSync(log, 'a');
  // A group of its own: Ctrl-C reaches us alone, and we end them in order.
  const child = spawn(program, args, { cwd: cwd ?? join(log, '..'), env: { PATH: process.env['PATH'] ?? '', ...env }, stdio: ['ignore', output, output], detached: true });
  closeSync(output);
  child.once('error', () => undefined); // told by `close`
  return child;
}

async function untilReady({ readyUrl }: Server, child: ChildProcess): Promise<number> {
  const startMs = performance.now();
  while (performance.now() - startMs < readyMs) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`ended with ${child.exitCode ?? child.signalCode}`);
    // An answer that breaks off on its way is no more ready than none.
    const ready = await fetch(readyUrl, { signal: AbortSignal.timeout(2000) }).then(async (answer) => (await answer.arrayBuffer(), answer.ok)).catch(() => false);
    if (ready) return (performance.now() - startMs) / 1000;
    await sleep(100);
  }
  throw new Error('was not ready within two minutes');
}
