/** The unchanged compose.yaml on a daemon of the test: its images as stand-ins, its two Dockerfiles really built, its ports free ones of this machine. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { findServer } from '../../tools/find-server.ts';
import { until } from './answers.ts';
import { dockerPath, startDaemon } from './daemon.ts';
import type { Daemon } from './daemon.ts';
import { mustRun, outcomeOf } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import { buildStandIn } from './stand-ins.ts';

export const checkout = resolve(import.meta.dirname, '..', '..');

export type ComposeStack = {
  readonly httpPort: number;
  readonly daemon: Daemon;
  /** Runs docker-compose on the stack, without judging. */
  compose(...args: string[]): Promise<Outcome>;
  /** The same; @throws Error when it fails. */
  mustCompose(...args: string[]): Promise<string>;
  docker(...args: string[]): Promise<string>;
  /** Standard output of a program in the container of a service. @throws Error when it fails */
  inside(service: string, ...command: string[]): Promise<string>;
  /** A JSON answer, asked for by wget in a container. */
  ask(service: string, url: string): Promise<unknown>;
  /** Seconds until everything that has a health check is healthy. */
  up(...args: string[]): Promise<number>;
  /** Runs one of the scripts of setup/ with this stack's compose and docker. */
  script(name: string, ...args: string[]): Promise<Outcome>;
  /** Types a command of a guide: `docker compose` is this stack's, and nobody sits at a terminal. */
  typed(command: string): Promise<Outcome>;
  /** Lays these files over compose.yaml from now on, and these settings over the others. */
  change(overlays: readonly string[], settings?: Readonly<Record<string, string>>): void;
  /** A folder of this stack, removed with it. */
  readonly folder: string;
  /** Removes everything: containers, volumes, daemon, folders. */
  remove(): Promise<void>;
};

/** A daemon, and every image that `services` need (all default services when none is named). Nothing is started yet. */
export async function prepareStack(settings: Readonly<Record<string, string>> = {}, services: readonly string[] = []): Promise<ComposeStack> {
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-docker-'));
  const daemon = await startDaemon(join(folder, 'daemon'));
  const [httpPort, httpsPort, grafanaPort] = [await freePort(), await freePort(), await freePort()];
  const third = 20 + Math.floor(Math.random() * 200);
  const env = {
    HTTP_BIND: '127.0.0.1',
    HTTP_PORT: String(httpPort),
    HTTPS_PORT: String(httpsPort),
    GRAFANA_PORT: String(grafanaPort),
    OBSERVE_SUBNET: `10.213.${third}.0/24`,
    OBSERVE_GATEWAY: `10.213.${third}.1`,
    ...settings,
  };
  const envFile = join(folder, 'settings.env');
  writeFileSync(envFile, Object.entries(env).map(([name, value]) => `${name}=${value}\n`).join(''));
  const client = { cwd: checkout, env: { DOCKER_HOST: daemon.host, DOCKER_BUILDKIT: '0', DOCKER_CONFIG: join(folder, 'client') } };
  mkdirSync(client.env.DOCKER_CONFIG);
  const plain = ['--env-file', envFile, '-f', join(checkout, 'compose.yaml')];
  let words: readonly string[] = plain;
  const program = findServer('docker-compose') ?? 'docker-compose';
  const compose = (...args: string[]): Promise<Outcome> => outcomeOf(program, [...words, ...args], client);
  const mustCompose = (...args: string[]): Promise<string> => mustRun(program, [...words, ...args], client);
  const docker = (...args: string[]): Promise<string> => mustRun(dockerPath(), args, client);
  const change = (overlays: readonly string[], more: Readonly<Record<string, string>> = {}): void => {
    words = [...plain, ...overlays.flatMap((file) => ['-f', file])];
    writeFileSync(envFile, Object.entries({ ...env, ...more }).map(([name, value]) => `${name}=${value}\n`).join(''));
  };
  const script = (name: string, ...args: string[]): Promise<Outcome> => outcomeOf('/bin/sh', [join(checkout, 'setup', name), ...args], { cwd: checkout, env: { ...client.env, COMPOSE: [program, ...words].join(' '), DOCKER: dockerPath() } });
  const asTyped = 'docker() { if [ "$1" = compose ]; then shift; if [ "$1" = exec ]; then shift; set -- exec -T "$@"; fi; $COMPOSE "$@"; else $DOCKER "$@"; fi; }';
  const typed = (command: string): Promise<Outcome> => outcomeOf('/bin/sh', ['-c', `${asTyped}\n${command}`], { cwd: checkout, env: { ...client.env, COMPOSE: [program, ...words].join(' '), DOCKER: dockerPath() } });
  const inside = (service: string, ...command: string[]): Promise<string> => mustCompose('exec', '-T', service, ...command);
  const remove = async (): Promise<void> => {
    await compose('down', '--volumes', '--timeout', '5');
    await daemon.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await buildImages((await mustCompose('config', '--images', ...services)).split('\n').filter(Boolean), docker, join(folder, 'roots'), daemon.host);
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    httpPort,
    daemon,
    compose,
    mustCompose,
    docker,
    inside,
    script,
    typed,
    change,
    folder,
    ask: async (service, url) => {
      const answer: unknown = JSON.parse(await inside(service, 'wget', '-q', '-O', '-', url));
      return answer;
    },
    up: async (...args) => {
      const startMs = performance.now();
      // Not `--wait`: it ends with an error at the first container without a health check, which the collector's image cannot have.
      await mustCompose('up', '--detach', '--no-build', '--pull', 'never', ...args);
      await until('every service is healthy', 240, async () => !/\((?:health: starting|unhealthy)\)|Restarting|Created/.test(await docker('ps', '--all', '--format', '{{.Status}}')));
      return (performance.now() - startMs) / 1000;
    },
    remove,
  };
}

async function buildImages(wanted: readonly string[], docker: ComposeStack['docker'], scratch: string, host: string): Promise<void> {
  const bases = [await baseOf(join(checkout, 'Dockerfile')), await baseOf(join(checkout, 'platform', 'Dockerfile'))];
  const client = [dockerPath(), '-H', host];
  for (const image of new Set([...wanted.filter((name) => !name.startsWith('tidewatch/')), ...bases])) await buildStandIn(client, image, scratch);
  rmSync(scratch, { recursive: true, force: true });
  // The builder reaches the registries as this machine does.
  const tidewatch = wanted.find((name) => name.startsWith('tidewatch/tidewatch:'));
  const platform = wanted.find((name) => name.startsWith('tidewatch/ocean-body:'));
  if (tidewatch === undefined || platform === undefined) throw new Error('compose.yaml no longer names the two images of our own');
  await docker('build', '--quiet', '--network', 'host', '--tag', tidewatch, '.');
  await docker('build', '--quiet', '--network', 'host', '--tag', platform, 'platform');
}

/** The default of the first ARG of a Dockerfile: the pinned base image. */
async function baseOf(dockerfile: string): Promise<string> {
  const text = await mustRun('cat', [dockerfile]);
  const base = /^ARG \w+_IMAGE=(\S+)$/m.exec(text)?.[1];
  if (base === undefined) throw new Error(`${dockerfile} does not begin with a pinned base image`);
  return base;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === 'string') throw new Error('the system gave no port');
  return address.port;
}
