/** The whole road of energy on real servers: made machine, exporter, collector, Prometheus and node_exporter, with Kepler's recorded scrapes replayed. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { createServer as createListener } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { energyMetrics } from '../energy-exporter/src/metric-table.ts';
import { findServer } from '../tools/find-server.ts';
import { startMachine } from './energy-machine.ts';

const root = join(import.meta.dirname, '..');
const programs = Object.fromEntries(['otelcol', 'prometheus', 'node_exporter'].map((name) => [name, findServer(name)]));
const skipped = Object.values(programs).some((path) => path === null) && process.env['CI'] !== 'true';

describe.skipIf(skipped)('energy on real servers', () => {
  const children: ChildProcess[] = [];
  const servers: Server[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-energy-'));
  let machine: ReturnType<typeof startMachine>;
  let collector = '';
  let prometheus = '';

  beforeAll(async () => {
    machine = startMachine();
    const [otlp, grpc, health, shown, internal, web, node] = await Promise.all(Array.from({ length: 7 }, freePort));
    collector = `http://127.0.0.1:${shown}`;
    prometheus = `http://127.0.0.1:${web}`;
    const at = (port: number | undefined): string => `127.0.0.1:${port}`;
    const nobody = 'http://127.0.0.1:9/';
    start('otelcol', ['--config', join(root, 'otel-collector/config.yaml')], { COLLECTOR_OTLP_HTTP_ENDPOINT: at(otlp), COLLECTOR_OTLP_GRPC_ENDPOINT: at(grpc), COLLECTOR_HEALTH_ENDPOINT: at(health), COLLECTOR_PROMETHEUS_ENDPOINT: at(shown), COLLECTOR_INTERNAL_HOST: '127.0.0.1', COLLECTOR_INTERNAL_PORT: String(internal), NGINX_STATUS_URL: nobody, CHECK_PAGE_URL: nobody, CHECK_HEALTH_URL: nobody });
    start('node_exporter', ['--web.listen-address', at(node)], {});
    const meters = await Promise.all([150, 100].map((watts) => serve(() => JSON.stringify({ apower: watts }))));
    writeFileSync(join(folder, 'tidewatch.yaml'), stringify(exporterConfig(machine.root, `http://${at(otlp)}`, meters.map((port) => `http://${at(port)}`))));
    children.push(spawn(process.execPath, [join(root, 'energy-exporter/src/main.ts'), 'energy', '--config', join(folder, 'tidewatch.yaml')], { stdio: 'ignore' }));
    const [kepler, processor] = await Promise.all([serve(keplerScrape), serve(webMetrics)]);
    writePrometheusConfig({ 'otel-collector': at(shown), 'node-exporter': at(node), kepler: at(kepler), 'tidewatch-processor': at(processor) });
    start('prometheus', ['--config.file', join(folder, 'prometheus.yaml'), '--storage.tsdb.path', join(folder, 'tsdb'), '--web.listen-address', at(web)], {});
  }, 120_000);

  afterAll(async () => {
    await Promise.all(children.map(end));
    for (const server of servers) server.close();
    machine.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('the collector spells every name as our table does', async () => {
    await until(async () => namesIn(await (await fetch(`${collector}/metrics`)).text()).has('hw_power_watts'));
    const names = namesIn(await (await fetch(`${collector}/metrics`)).text());
    expect(Object.keys(energyMetrics).filter((name) => !names.has(name))).toEqual([]);
  }, 90_000);

  test('every recording rule returns a value', async () => {
    const recorded = recordedNames();
    let missing: readonly string[] = recorded;
    await until(async () => {
      missing = (await Promise.all(missing.map(async (name) => ((await query(name)).length === 0 ? [name] : [])))).flat();
      return missing.length === 0;
    }, () => `without a value: ${missing.join(', ')}`);
  }, 200_000);

  test('Kepler shares the active energy: the platform has 20 of 49, and the sum with the rest is the machine', async () => {
    // A window that holds the step back of the recorded counters has another share; three of four windows do not.
    await until(async () => Math.abs((await value('service:active_share:ratio_rate1m{service="platform",shared_by="kepler"}')) - 20 / 49) < 0.005);
    await until(async () => (await value('max(abs(sum by (instance) (service:power_watts:avg1m) - on (instance) sum by (instance) (host:power_watts:selected)))')) < 1e-6);
    await until(async () => (await value('count(host:power_watts:selected)')) === 1);
    expect(await query('count(host:power_watts:selected) > 1')).toEqual([]);
    // A made counter and its reader are two clocks of one busy machine: once the window is full, the watts are right within a fifth.
    await until(async () => Math.abs((await value('host:power_watts:selected{reading="package-dram"}')) / 24.5 - 1) < 0.2);
  }, 230_000);

  test('a loaded machine moves the estimate up, and node_exporter is there beside it', async () => {
    const idle = await value('hw_power_watts{source="estimated"}');
    machine.setLoad(0.9);
    await until(async () => (await value('hw_power_watts{source="estimated"}')) > idle * 2);
    await until(async () => (await value('host:cpu_busy:ratio_rate1m')) > 0.6);
    expect((await query('node_cpu_seconds_total')).length).toBeGreaterThan(0);
  }, 120_000);

  test('an exporter that ends leaves no minute of zero watts', async () => {
    const exporter = children[2];
    if (exporter === undefined) throw new Error('no exporter');
    await until(async () => (await query('host:power_watts:selected')).length === 1);
    await end(exporter);
    await until(async () => (await query('host:power_watts:selected')).length === 0);
    // Its last minute is only partly known and shows less; a zero would be a lie.
    expect(await value('min_over_time(host:power_watts:selected[2m])')).toBeGreaterThan(0.1);
  }, 120_000);

  function start(name: string, args: readonly string[], env: Readonly<Record<string, string>>): void {
    children.push(spawn(programs[name] ?? name, args, { stdio: 'ignore', env: { ...process.env, ...env } }));
  }

  async function serve(text: () => string): Promise<number> {
    const server = createServer((_request, response) => response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(text()));
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }

  /** The shipped configuration and rules, at addresses of this test and with minutes, days and weeks of some seconds. */
  function writePrometheusConfig(targets: Readonly<Record<string, string>>): void {
    const shipped: unknown = parse(readFileSync(join(root, 'prometheus/prometheus.yaml'), 'utf8'));
    const jobs = listAt(shipped, 'scrape_configs').flatMap((job) => {
      const target = targets[String(at(job, 'job_name'))];
      const kept = Object.fromEntries(Object.entries(job ?? {}).filter(([key]) => !/_sd_configs$|^static_configs$/.test(key)));
      return target === undefined ? [] : [{ ...kept, static_configs: [{ targets: [target] }] }];
    });
    writeFileSync(join(folder, 'prometheus.yaml'), stringify({ global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '2s' }, rule_files: ['rules/*.yaml'], scrape_configs: jobs }));
    mkdirSync(join(folder, 'rules'));
    for (const name of ruleFiles()) {
      const text = readFileSync(join(root, 'prometheus/rules', name), 'utf8');
      writeFileSync(join(folder, 'rules', name), text.replace(/interval: (?:1m|5m|1h)/g, 'interval: 2s').replaceAll('[1m]', '[15s]').replaceAll('[80s]', '[20s]').replace(/\[(?:1h|1d|7d|28d)\]/g, '[40s]'));
    }
  }

  async function query(expr: string): Promise<readonly unknown[]> {
    const answer: unknown = await (await fetch(`${prometheus}/api/v1/query?${new URLSearchParams({ query: expr }).toString()}`)).json();
    return listAt(at(answer, 'data'), 'result');
  }

  /** The first sample's value; NaN where there is none. */
  async function value(expr: string): Promise<number> {
    const pair = at((await query(expr))[0], 'value');
    return Array.isArray(pair) ? Number(pair[1]) : NaN;
  }
});

const startedMs = performance.now();
const scrapes = readdirSync(join(root, 'test/kepler')).filter((name) => name.endsWith('.prom')).sort().map((name) => readFileSync(join(root, 'test/kepler', name), 'utf8')); // prettier-ignore

/** Twelve scrapes five seconds apart, round and round: the step back is a counter that was started anew. */
function keplerScrape(): string {
  return scrapes[Math.floor((performance.now() - startedMs) / 5000) % scrapes.length] ?? '';
}

/** What the processor shows of a busy site. */
function webMetrics(): string {
  const seconds = (performance.now() - startedMs) / 1000;
  const of = (name: string, labels: string, perSecond: number): string => `# TYPE ${name} counter\n${name}{site="ocean"${labels}} ${Math.round(seconds * perSecond)}\n`;
  return of('web_visits_total', ',agent_class="human"', 50) + of('web_request_duration_seconds_sum', ',route="/"', 30) + of('web_response_bytes_total', ',agent_class="browser",kind="page"', 9000) + of('web_transfer_co2e_grams_total', ',agent_class="human",segment="network",model="swd-4"', 20);
}

/** The usual sensors and the two meters of a building with a PUE of 1.5. */
function exporterConfig(machineRoot: string, collectorUrl: string, [facility, it]: readonly string[]) {
  const meter = { kind: 'shelly', zone: 'datacenter' };
  return {
    host: 'ocean-1',
    energy: {
      otlp_url: collectorUrl, interval_seconds: 1, sysfs_folder: `${machineRoot}/sys`, proc_folder: `${machineRoot}/proc`, cgroup_folder: `${machineRoot}/cgroup`,
      sensors: [{ name: 'rapl', kind: 'rapl' }, { name: 'hwmon', kind: 'hwmon', required: false }, { name: 'estimate', kind: 'estimate' }, { ...meter, name: 'facility', scope: 'facility', url: facility }, { ...meter, name: 'it', scope: 'it', url: it }],
      pue: { ratio: 1.3, datacenter: 'paris', period: '2025', reference: 'test' },
      embodied: { kilograms: 1313, lifetime_years: 4, reference: 'Boavizta' },
      prices: [{ site: 'ocean', euros_per_kwh: 0.2, reference: 'test' }],
      supplier: { grams_per_kwh: 10, reference: 'contract-1' },
      hosting: { provider: 'host', reference: 'test', renewable: 'partly' },
    },
  }; // prettier-ignore
}

const ruleFiles = (): readonly string[] => readdirSync(join(root, 'prometheus/rules')).filter((name) => /^recording-energy.*[.]yaml$/.test(name));

function recordedNames(): readonly string[] {
  const files: unknown[] = ruleFiles().map((name): unknown => parse(readFileSync(join(root, 'prometheus/rules', name), 'utf8')));
  return files.flatMap((file) => listAt(file, 'groups')).flatMap((group) => listAt(group, 'rules')).map((rule) => String(at(rule, 'record'))); // prettier-ignore
}

function namesIn(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(/^([a-z_]+)[{ ]/gm)].map(([, name]) => name ?? ''));
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const listener = createListener().listen(0, '127.0.0.1', () => {
      const { port } = listener.address() as AddressInfo;
      listener.close(() => resolve(port));
    });
  });
}

/** Waits for a condition; servers that are not up yet count as no. */
async function until(condition: () => Promise<boolean>, what: () => string = () => 'the condition'): Promise<void> {
  const limitMs = performance.now() + 110_000;
  while (performance.now() < limitMs) {
    if (await condition().catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error(`waited 110 s in vain: ${what()}`);
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), 15_000).unref();
  });
}

function listAt(value: unknown, key: string): readonly unknown[] {
  const found = at(value, key);
  return Array.isArray(found) ? found : [];
}

function at(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
