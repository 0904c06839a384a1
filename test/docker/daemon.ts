/** Starts a Docker daemon of our own for the tests: its own socket and folders, its own mount space; it ends with the test. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findServer } from '../../tools/find-server.ts';
import { outcomeOf } from './outcome.ts';

export type Daemon = {
  /** For DOCKER_HOST. */
  readonly host: string;
  stop(): Promise<void>;
};

/** Why no daemon can run here, as half a sentence; null where one can. */
export function whyNoDaemon(): string | null {
  if (process.platform !== 'linux') return 'Docker is started on Linux only';
  if (process.getuid?.() !== 0) return 'a Docker daemon needs root';
  for (const [program, from] of [['dockerd', 'docker.io'], ['iptables', 'iptables'], ['docker-compose', 'tools/compose'], ['busybox', 'busybox-static']] as const) {
    if (findServer(program) === null) return `${program} is not on this machine (${from})`;
  }
  return null;
}

/** Starts it in `folder` (made when missing) and answers when it does. @throws Error with the end of its log when it does not within two minutes */
export async function startDaemon(folder: string, settings: Readonly<Record<string, unknown>> = {}): Promise<Daemon> {
  mkdirSync(folder, { recursive: true });
  const host = `unix://${join(folder, 'docker.sock')}`;
  const log = join(folder, 'dockerd.log');
  // Its own file, so that settings of a daemon of this machine do not count.
  writeFileSync(join(folder, 'daemon.json'), JSON.stringify(settings));
  const flags = ['--config-file', join(folder, 'daemon.json'), '--host', host, '--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec'), '--pidfile', join(folder, 'dockerd.pid'), '--bridge', 'none', '--log-level', 'warn'];
  const output = openSync(log, 'a');
  // A root that is shared is what systemd gives, and what mounting `/` read-only with `rslave` needs: here in a mount space of its own.
  const child = spawn('unshare', ['--mount', '--propagation', 'shared', findServer('dockerd') ?? 'dockerd', ...flags], { stdio: ['ignore', output, output] });
  closeSync(output);
  const killWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', killWithUs);
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  try {
    await untilItAnswers(host, child, log);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  return {
    host,
    stop: async () => {
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 60_000);
      await ended;
      clearTimeout(late);
      process.off('exit', killWithUs);
    },
  };
}

async function untilItAnswers(host: string, child: ChildProcess, log: string): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (child.exitCode !== null) throw new Error(`dockerd ended with code ${child.exitCode}: ${endOf(log)}`);
    if (existsSync(host.slice('unix://'.length)) && (await outcomeOf(dockerPath(), ['-H', host, 'version'])).code === 0) return;
    await sleep(200);
  }
  throw new Error(`dockerd did not answer within two minutes: ${endOf(log)}`);
}

/** Debian's own client: one that is older on PATH may speak another version. */
export function dockerPath(): string {
  return existsSync('/usr/bin/docker') ? '/usr/bin/docker' : 'docker';
}

function endOf(log: string): string {
  return readFileSync(log, 'utf8').trimEnd().split('\n').slice(-5).join('\n');
}
