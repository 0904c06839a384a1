/** Two sites with days of seeded traffic whose truth is known, read by the real processor into a real Loki, and scraped by a real Prometheus from the first line on. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTraffic } from '../../log-processor/src/generate/traffic.ts';
import type { SiteTruth } from '../../log-processor/src/generate/truth.ts';
import { startLoki, type LokiServer } from '../../test/loki-server.ts';
import { startProcessor, type ProcessorProcess } from '../../test/processor-process.ts';
import { freePort, nodeExporterPath, startProgram, startPrometheus, until, type PrometheusServer } from './prometheus-server.ts';
import { startForwarder } from './forwarder.ts';
import { startStandIn } from './stand-in.ts';

export type SeededStack = {
  readonly loki: LokiServer;
  readonly prometheus: PrometheusServer;
  /** By site. */
  readonly truth: Readonly<Record<'ocean' | 'reef', SiteTruth>>;
  /** Days that are over, in the zone of each site. */
  readonly wholeDays: Readonly<Record<'ocean' | 'reef', readonly string[]>>;
  readonly startMs: number;
  readonly endMs: number;
  stop(): Promise<void>;
};

const hourMs = 3_600_000;
const sites = [
  { name: 'ocean', serverName: 'ocean.example', zone: 'Europe/Paris', visitsPerDay: 220 },
  { name: 'reef', serverName: 'reef.example', zone: 'UTC', visitsPerDay: 90 },
] as const;

/** Three days that ended three hours ago: every visit is over, also one that began last and lasted for almost two hours, and at least two days of each site are. */
export async function startSeededStack(lokiFlags: readonly string[] = []): Promise<SeededStack> {
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-dashboards-'));
  const endMs = Date.now() - 3 * hourMs;
  const startMs = endMs - 72 * hourMs;
  const log = join(folder, 'access.log');
  mkdirSync(join(folder, 'loki'));
  const stops: (() => Promise<unknown>)[] = [];
  const loki = await startLoki({ folder: join(folder, 'loki'), flags: [...lokiFlags] });
  stops.push(() => loki.stop());
  const processorOn = (path: string, name: string): ProcessorProcess =>
    startProcessor({
      folder: join(folder, name),
      settings: { output: 'loki', loki_url: loki.url, inputs: [{ name: 'main', path, start_at: 'beginning' }], sites: sites.map(({ name: site, serverName, zone }) => ({ name: site, server_names: [serverName], zone })) },
    });
  // Counters must be seen at 0, or their first value is no increase. A processor with nothing to read shows them, until the one with the traffic takes its place.
  writeFileSync(join(folder, 'empty.log'), '');
  const idle = processorOn(join(folder, 'empty.log'), 'idle');
  const scraped = await startForwarder(await idle.url());
  stops.push(() => scraped.stop());
  const standIn = await startStandIn();
  stops.push(() => standIn.stop());
  const nodePort = await freePort();
  if (nodeExporterPath === null) throw new Error('no node_exporter: npm run tools -- node-exporter');
  stops.push(startProgram(nodeExporterPath, [`--web.listen-address=127.0.0.1:${nodePort}`, '--collector.processes', '--collector.interrupts', '--collector.tcpstat'], folder, 'node-exporter'));
  const prometheus = await startPrometheus(join(folder, 'prometheus'), {
    processor: scraped.target, loki: new URL(loki.url).host, node: `127.0.0.1:${nodePort}`, 'stand-in': standIn.target,
  }); // prettier-ignore
  stops.push(() => prometheus.stop());
  await until(60_000, async () => (await prometheus.ask('count_over_time(web_visits_total{site="reef", agent_class="human"}[1m]) > 2')).length > 0, 'the first scrapes did not come');

  const traffic = createTraffic({ seed: 'dashboards', sites: sites.map((site) => ({ ...site, healthCheckMs: 300_000 })), startMs, endMs });
  writeFileSync(log, [...traffic.lines()].map(({ text }) => `${text}\n`).join(''));
  await idle.stop();
  const processor = processorOn(log, 'processor');
  stops.unshift(() => processor.stop());
  scraped.forwardTo(await processor.url());
  const all = traffic.truth();
  const truth = { ocean: all['ocean.example'] as SiteTruth, reef: all['reef.example'] as SiteTruth };
  await pushOtherStreams(loki.url, endMs);
  const lines = truth.ocean.lines + truth.reef.lines;
  await until(120_000, async () => ((await prometheus.ask('sum(logproc_lines_delivered_total)'))[0]?.value ?? 0) >= lines, 'not every line was delivered');
  await until(120_000, async () => ((await prometheus.ask('sum(logproc_visits_open)'))[0]?.value ?? 1) === 0, 'visits stayed open');
  await until(60_000, async () => ((await prometheus.ask('sum(logproc_outbox_bytes)'))[0]?.value ?? 1) === 0, 'the outbox did not empty');

  return {
    loki, prometheus, truth, startMs, endMs,
    wholeDays: { ocean: whole(truth.ocean), reef: whole(truth.reef) },
    stop: async () => {
      for (const stop of stops) await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  }; // prettier-ignore
}

/** All days but the last, which is not over, or has just begun. */
const whole = (truth: SiteTruth): readonly string[] => Object.keys(truth.visitorsByDay).sort().slice(0, -1);

/** Error and application lines as they are after the scrubber, which lines of access logs do not pass. */
async function pushOtherStreams(url: string, endMs: number): Promise<void> {
  const at = (seconds: number): string => `${endMs - seconds * 1000}000000`;
  const stream = (name: string, ...lines: readonly string[]) => ({ stream: { job: 'tidewatch', site: 'ocean', host: 'localhost', stream: name, service_name: name }, values: lines.map((line, index) => [at(60 - index), line]) });
  const streams = [
    stream('error', 'limiting requests, excess: 5.2 by zone "one", client: [client], server: ocean.example', 'open() "/srv/none" failed (2: No such file or directory)'),
    ...['ocean', 'reef'].map((site) => ({ stream: { job: 'tidewatch', site, stream: 'day', origin: 'seeded' }, values: energyReceipts(endMs) })),
    stream('app', '{"time":"2026-09-15T10:00:00.000Z","level":"error","logger":"ocean_body","message":"a request failed"}', '{"time":"2026-09-15T10:00:01.000Z","level":"info","logger":"ocean_body","message":"started"}'),
  ];
  const response = await fetch(`${url}/loki/api/v1/push`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ streams }) });
  if (response.status !== 204) throw new Error(`Loki answered ${response.status}: ${await response.text()}`);
}

/** Three days of a known footprint, as each site's receipts hold them (it is the machine's), and one without; before the days of the traffic. */
const energyDays = [{ day: '2026-10-30', operational: 7.5, embodied: 1 }, { day: '2026-10-31', operational: 12.5, embodied: 3 }, { day: '2026-11-01', operational: 20, embodied: 4 }] as const;
const energyReceipts = (endMs: number): readonly (readonly [string, string])[] =>
  [...energyDays.map(({ day, operational, embodied }) => ({ day, observed: { energy: { grams: { operational: { host: operational }, embodied: { host: embodied } } } } })), { day: '2026-11-02', observed: { energy: 'missing' } }].map((receipt, index) => [`${endMs - (120 - index) * hourMs}000000`, JSON.stringify(receipt)]);
