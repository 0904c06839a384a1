/** Starts a real Loki on loopback with the shipped configuration, for the tests that must not trust a model. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, openSync, closeSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const checkout = join(import.meta.dirname, '..');
const configuration = join(checkout, 'loki', 'loki.yaml');

/** The Loki found on PATH, else the one built by `npm run tools`; undefined when there is none. */
export const lokiPath: string | undefined = [...(process.env.PATH ?? '').split(delimiter), join(checkout, '.tools', 'bin')]
  .map((folder) => join(folder, 'loki'))
  .find((path) => existsSync(path));

/** For `describe.skipIf`: true only where Loki is missing and a skip is allowed. On CI a missing Loki fails instead. */
export const skipWithoutLoki = lokiPath === undefined && process.env.CI !== 'true';
if (skipWithoutLoki) process.stderr.write('SKIPPED: tests against a real Loki (no loki on PATH or in .tools/bin)\n');

export type LokiServer = {
  readonly url: string;
  pid(): number;
  /** SIGTERM, then SIGKILL after 30 s. */
  stop(): Promise<void>;
  /** SIGKILL at once. */
  kill(): Promise<void>;
  /** Starts again on the same folder and ports after `stop` or `kill`; answers when ready unless told not to wait. */
  restart(options?: { wait?: boolean }): Promise<void>;
  /** Writes everything in memory to chunks, as an hour of idleness would. */
  flush(): Promise<void>;
};

const freePort = async (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (address === null || typeof address === 'string' ? reject(new Error('no port')) : resolve(address.port)));
    });
  });

/** Flags win over the file. The last three only make the start quick: the shipped Loki takes about 17 s to be ready. */
const flagsFor = (folder: string, port: number, grpcPort: number): string[] => [
  `-config.file=${configuration}`,
  `-common.path-prefix=${folder}`,
  `-common.storage.filesystem.chunk-directory=${join(folder, 'chunks')}`,
  `-common.storage.filesystem.rules-directory=${join(folder, 'rules')}`,
  `-compactor.working-directory=${join(folder, 'compactor')}`,
  `-ruler.wal.dir=${join(folder, 'ruler-wal')}`,
  '-server.http-listen-address=127.0.0.1',
  '-server.grpc-listen-address=127.0.0.1',
  `-server.http-listen-port=${port}`,
  `-server.grpc-listen-port=${grpcPort}`,
  '-ingester.min-ready-duration=0s',
  '-frontend.scheduler-dns-lookup-period=100ms',
  '-querier.dns-lookup-period=100ms',
  '-log.level=error',
];

const ended = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise((resolve) => child.once('exit', resolve));
};

const waitUntilReady = async (url: string, child: ChildProcess, log: string): Promise<void> => {
  const deadline = Date.now() + 90_000;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`Loki ended with code ${child.exitCode} before it was ready; see ${log}`);
    const ready = await fetch(`${url}/ready`, { signal: AbortSignal.timeout(2000) }).then(
      async (response) => (await response.text(), response.status === 200),
      () => false,
    );
    if (ready) return;
    await sleep(100);
  }
  throw new Error(`Loki was not ready within 90 s; see ${log}`);
};

/**
 * Starts Loki in `folder` (made when missing; it writes nowhere else) and answers when it is ready.
 * @param options.flags further flags of Loki, which win over the shipped configuration
 * @throws Error when there is no Loki, or it ends or is not ready within 90 s
 */
export const startLoki = async (options: { folder: string; port?: number; flags?: string[] }): Promise<LokiServer> => {
  if (lokiPath === undefined) throw new Error('no loki on PATH or in .tools/bin: build the tools first');
  const program = lokiPath;
  mkdirSync(join(options.folder, 'rules'), { recursive: true });
  const port = options.port ?? (await freePort());
  const flags = [...flagsFor(options.folder, port, await freePort()), ...(options.flags ?? [])];
  const url = `http://127.0.0.1:${port}`;
  const log = join(options.folder, 'loki.log');
  const start = (): ChildProcess => {
    const output = openSync(log, 'a');
    const started = spawn(program, flags, { cwd: options.folder, stdio: ['ignore', output, output] });
    closeSync(output);
    return started;
  };
  let child = start();
  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    const ending = child;
    ending.kill(signal);
    const timer = setTimeout(() => ending.kill('SIGKILL'), 30_000);
    await ended(ending);
    clearTimeout(timer);
  };
  // A test that fails before it stops its Loki leaves none behind.
  process.once('exit', () => child.kill('SIGKILL'));
  const server: LokiServer = {
    url,
    pid: () => child.pid ?? 0,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    restart: async ({ wait = true } = {}) => {
      await ended(child);
      child = start();
      if (wait) await waitUntilReady(url, child, log);
    },
    flush: async () => {
      const response = await fetch(`${url}/flush`, { method: 'POST', signal: AbortSignal.timeout(30_000) });
      if (response.status !== 204) throw new Error(`Loki answered ${response.status} to a flush`);
    },
  };
  try {
    await waitUntilReady(url, child, log);
  } catch (error) {
    await server.kill();
    throw error;
  }
  return server;
};
