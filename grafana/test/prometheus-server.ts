/** Starts a real Prometheus on loopback for tests that must not trust a model of it. */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { builtServersFolder, findServer } from '../../tools/find-server.ts';
import { list, object, text, type Json } from './questions.ts';

/** The built one first: Debian's, which comes with promtool, is years older. */
export const prometheusPath = existsSync(join(builtServersFolder, 'prometheus')) ? join(builtServersFolder, 'prometheus') : findServer('prometheus');
export const nodeExporterPath = findServer('node_exporter');

/** For `describe.skipIf`; on CI a missing server fails instead. */
export const skipWithoutServers = (prometheusPath === null || nodeExporterPath === null) && process.env['CI'] !== 'true';

export const freePort = async (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (address === null || typeof address === 'string' ? reject(new Error('no port')) : resolve(address.port)));
    });
  });

export type Sample = { readonly labels: Readonly<Record<string, string>>; readonly value: number };
export type PrometheusServer = {
  readonly url: string;
  /** Instant answer; `atSeconds` is the moment of evaluation. @throws Error with Prometheus' own words when it refuses */
  ask(expr: string, atSeconds?: number): Promise<readonly Sample[]>;
  /** How many series a range question gives, at a step of its own. */
  askRange(expr: string, from: number, to: number, step: number): Promise<readonly Json[]>;
  stop(): Promise<void>;
};

/** A program of its own, ended with this process at the latest. */
export function startProgram(path: string, args: readonly string[], folder: string, name: string): () => Promise<void> {
  const output = openSync(join(folder, `${name}.log`), 'a');
  const child = spawn(path, args, { cwd: folder, stdio: ['ignore', output, output] });
  closeSync(output);
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return async () => {
    child.kill('SIGTERM');
    const timer = setTimeout(kill, 20_000);
    await ended;
    clearTimeout(timer);
    process.off('exit', kill);
  };
}

/** Scrapes `targets` (job to `host:port`) every second. @throws Error when it is not ready within 60 s */
export async function startPrometheus(folder: string, targets: Readonly<Record<string, string>>): Promise<PrometheusServer> {
  if (prometheusPath === null) throw new Error('no prometheus on PATH or in .tools/bin: npm run tools -- prometheus');
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const jobs = Object.entries({ ...targets, prometheus: `127.0.0.1:${port}` }).map(([job, target]) => ({ job_name: job, static_configs: [{ targets: [target] }] }));
  writeFileSync(join(folder, 'prometheus.yaml'), JSON.stringify({ global: { scrape_interval: '1s', scrape_timeout: '1s' }, scrape_configs: jobs }));
  const stop = startProgram(prometheusPath, ['--config.file=prometheus.yaml', '--storage.tsdb.path=data', `--web.listen-address=127.0.0.1:${port}`, '--log.level=warn'], folder, 'prometheus');
  const url = `http://127.0.0.1:${port}`;
  await until(60_000, async () => (await fetch(`${url}/-/ready`, { signal: AbortSignal.timeout(2000) })).ok, 'Prometheus was not ready');
  const get = async (path: string, values: Readonly<Record<string, string>>): Promise<readonly unknown[]> => {
    const response = await fetch(`${url}/api/v1/${path}`, { method: 'POST', body: new URLSearchParams(values), signal: AbortSignal.timeout(60_000) });
    const answer = object(await response.json());
    if (answer['status'] !== 'success') throw new Error(text(answer['error']));
    const { resultType, result } = object(answer['data']);
    return resultType === 'scalar' ? [{ metric: {}, value: result }] : list(result);
  };
  return {
    url,
    ask: async (expr, atSeconds) =>
      (await get('query', { query: expr, ...(atSeconds === undefined ? {} : { time: String(atSeconds) }) })).map((one) => ({ labels: object(object(one)['metric']) as Readonly<Record<string, string>>, value: Number(list(object(one)['value'])[1]) })),
    askRange: async (expr, from, to, step) => (await get('query_range', { query: expr, start: String(from), end: String(to), step: String(step) })).map(object),
    stop,
  };
}

/** Waits for a condition; an error of `check` is a no. @throws Error `what` after `milliseconds` */
export async function until(milliseconds: number, check: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + milliseconds;
  while (Date.now() < deadline) {
    if (await check().catch(() => false)) return;
    await sleep(100);
  }
  throw new Error(`${what} within ${milliseconds / 1000} s`);
}
