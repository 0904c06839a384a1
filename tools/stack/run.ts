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
};

const readyMs = 120_000;
const killMs = 20_000;

/** @throws Error naming the server, and its log, that ended or was not ready within two minutes; what was started before is ended then */
export async function runStack(place: Place, say: (line: string) => void): Promise<RunningStack> {
  const started: { readonly name: string; readonly child: ChildProcess; readonly ended: Promise<void> }[] = [];
  const missing: string[] = [];
  const broken = Promise.withResolvers<string>();
  let stopping = false;
  const stop = async (): Promise<void> => {
    stopping = true;
    for (const { child } of started.toReversed()) child.kill('SIGTERM');
    const late = setTimeout(() => started.forEach(({ child }) => killGroup(child)), killMs);
    await Promise.all(started.map(({ ended }) => ended));
    clearTimeout(late);
  };
  // However this process ends, it leaves nobody behind.
  process.once('exit', () => started.forEach(({ child }) => killGroup(child)));
  for (const found of servers(place)) {
    if ('missing' in found) {
      missing.push(`${found.name}: ${found.missing}`);
      continue;
    }
    const log = join(place.folder, 'said', `${found.name}.log`);
    const child = begin(found, log);
    const ended = new Promise<void>((done) => child.once('close', () => done()));
    started.push({ name: found.name, child, ended });
    void ended.then(() => (stopping ? undefined : broken.resolve(found.name)));
    try {
      say(`${found.name} is ready after ${(await untilReady(found, child)).toFixed(1)} s`);
    } catch (error) {
      await stop();
      throw new Error(`${found.name} ${error instanceof Error ? error.message : ''}: ${endOf(log)}\nsee ${log}`, { cause: error });
    }
  }
  return { place, running: started.map(({ name }) => name), missing, broken: broken.promise, stop };
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
    const ready = await fetch(readyUrl, { signal: AbortSignal.timeout(2000) }).then(async (answer) => (await answer.arrayBuffer(), answer.ok), () => false);
    if (ready) return (performance.now() - startMs) / 1000;
    await sleep(100);
  }
  throw new Error('was not ready within two minutes');
}
