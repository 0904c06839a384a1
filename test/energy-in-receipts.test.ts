/** The day's energy in its receipt: a real Prometheus that holds a made day, the real processor, and every way in which nobody answers. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort, prometheusPath, startProgram, until } from '../grafana/test/prometheus-server.ts';
import { accessLine } from '../log-processor/src/generate/access-line.ts';
import { energyQuestion } from '../log-processor/src/day-energy/question.ts';
import { findServer } from '../tools/find-server.ts';
import { isObject } from './loki-contents.ts';
import { startProcessor } from './processor-process.ts';

const promtool = findServer('promtool');
const skipped = (prometheusPath === null || promtool === null) && process.env['CI'] !== 'true';
const dayMs = 86_400_000;
/** In UTC, three days ago: over for long, and its receipt is the first. */
const startMs = Math.floor(Date.now() / dayMs) * dayMs - 3 * dayMs;
const theDay = new Date(startMs).toISOString().slice(0, 10);

/**
 * One sample a minute, stamped at its end. Known are all minutes but the last 40; the grid is known for the first 1200. By hand, over 1400 minutes:
 * nginx 10 W, platform 20 W, unattributed 30 W: 840,000 + 1,680,000 + 2,520,000 = 5,040,000 J.
 * Grams at PUE 1.25 and 40 g/kWh over 1200 minutes: 10 W x 72,000 s / 3.6e6 x 1.25 x 40 = 10 g, 20 g and 30 g. Embodied 36 g/h x 1400/60 h = 840 g, half of it nginx'.
 * The minutes before the day and after it have other values, and another host has a thousand watts: none of them may be seen.
 */
function openMetrics(): string {
  const lines: string[] = [];
  const series = (name: string, labels: string, valueAt: (minute: number) => number | null): void => {
    lines.push(`# TYPE ${name} gauge`);
    for (let minute = -2; minute <= 1443; minute += 1) {
      const value = minute >= 1 && minute <= 1440 ? valueAt(minute) : 1_000_000;
      if (value !== null) lines.push(`${name}{${labels}} ${value} ${startMs / 1000 + minute * 60}`);
    }
  };
  const known = (value: number) => (minute: number): number | null => (minute <= 1400 ? value : null);
  const priced = (value: number) => (minute: number): number | null => (minute <= 1200 ? value : null);
  const host = 'instance="made"';
  for (const [service, watts] of [['nginx', 10], ['platform', 20], ['unattributed', 30]] as const) {
    series('service:energy_joules:sum1m', `${host},service="${service}"`, known(watts * 60));
    series('service:carbon_grams:rate1m', `${host},service="${service}",component="operational"`, priced((watts / 3.6e6) * 1.25 * 40));
    if (service !== 'platform') series('service:carbon_grams:rate1m', `${host},service="${service}",component="embodied"`, known(18 / 3600));
  }
  series('service:energy_joules:sum1m', 'instance="elsewhere",service="nginx"', known(60_000));
  series('host:power_watts:selected', `${host},source="rapl",reading="package+dram",scope="it"`, (minute) => (minute <= 1000 ? 60 : null));
  series('host:power_watts:selected', `${host},source="estimated",reading="estimate",scope="it"`, (minute) => (minute > 1000 && minute <= 1400 ? 60 : null));
  series('service:active_share:ratio_rate1m', `${host},service="nginx",shared_by="cgroup"`, known(0.5));
  series('host:carbon_intensity:selected', `${host},zone="FR",source="electricitymaps-2025",method="lifecycle-consumption"`, priced(40));
  series('host:pue_ratio:applied', `${host},source="configured"`, known(1.25));
  // One TYPE line and one run of samples for each name, as OpenMetrics wants it.
  const byName = new Map<string, string[]>();
  for (const line of lines) if (!line.startsWith('#')) byName.set(line.slice(0, line.indexOf('{')), [...(byName.get(line.slice(0, line.indexOf('{'))) ?? []), line]);
  return `${[...byName].map(([name, samples]) => `# TYPE ${name} gauge\n${samples.join('\n')}`).join('\n')}\n# EOF\n`;
}

const expected = {
  host: 'made',
  joules: { host: 5_040_000, services: { nginx: 840_000, platform: 1_680_000, unattributed: 2_520_000 } },
  grams: { operational: { host: 60, services: { nginx: 10, platform: 20, unattributed: 30 } }, embodied: { host: 840, services: { nginx: 420, unattributed: 420 } } },
  sources: {
    power: [{ source: 'estimated', reading: 'estimate', minutes: 400 }, { source: 'rapl', reading: 'package+dram', minutes: 1000 }],
    sharing: [{ by: 'cgroup', minutes: 1400 }],
    intensity: [{ method: 'lifecycle-consumption', source: 'electricitymaps-2025', zone: 'FR', minutes: 1200, grams_per_kwh: 40 }],
    pue: [{ source: 'configured', minutes: 1400, ratio: 1.25 }],
  },
  coverage: { energy: 0.9722, carbon: 0.8333 },
}; // prettier-ignore

describe.skipIf(skipped)('energy in receipts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-receipts-'));
  const ends: (() => Promise<void> | void)[] = [];
  let prometheus = '';

  beforeAll(async () => {
    const home = join(folder, 'prometheus');
    mkdirSync(home);
    writeFileSync(join(home, 'made.txt'), openMetrics());
    await promisify(execFile)(promtool ?? '', ['tsdb', 'create-blocks-from', 'openmetrics', join(home, 'made.txt'), join(home, 'data')]);
    writeFileSync(join(home, 'prometheus.yaml'), '{}');
    const port = await freePort();
    ends.push(startProgram(prometheusPath ?? '', ['--config.file=prometheus.yaml', '--storage.tsdb.path=data', `--web.listen-address=127.0.0.1:${port}`], home, 'prometheus'));
    prometheus = `http://127.0.0.1:${port}`;
    await until(60_000, async () => (await fetch(`${prometheus}/-/ready`)).ok, 'Prometheus was not ready');
  }, 120_000);
  afterAll(async () => {
    for (const end of ends) await end();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A Prometheus of sorts. */
  const fault = async (answer: RequestListener): Promise<string> => {
    const server: Server = createServer(answer);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ends.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };

  /** The receipt of the day, written by a processor that meets the whole log at its start: the days close as soon as it reads. */
  const receiptWith = async (name: string, settings: Record<string, unknown>): Promise<{ observed: unknown; lines: unknown }> => {
    const home = join(folder, name);
    mkdirSync(home);
    const log = join(home, 'access.json.log');
    writeFileSync(log, [startMs + 12 * 3_600_000, Date.now() - 60_000].map((timeMs) => `${accessLine({ timeMs, remoteAddress: '192.0.2.7', forwardedFor: '', serverName: 'ocean.example', method: 'GET', uri: '/', status: 200, bytes: 1000, durationMs: 20, upstreamMs: -1, referrer: '', userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', purpose: '', contentType: 'text/html' })}\n`).join('')); // prettier-ignore
    const processor = startProcessor({ folder: home, settings: { host: 'made', files_folder: join(home, 'lines'), inputs: [{ name: 'nginx', path: log, start_at: 'beginning' }], sites: [{ name: 'ocean', server_names: ['ocean.example'] }], ...settings } }); // prettier-ignore
    const days = join(home, 'lines', 'day.ndjson');
    await until(60_000, () => Promise.resolve(existsSync(days) && readFileSync(days, 'utf8').includes(`"day":"${theDay}"`)), `there was no receipt: ${processor.said()}`);
    await processor.stop();
    const receipts = readFileSync(days, 'utf8').trim().split('\n').map((line): unknown => JSON.parse(line)).filter(isObject); // prettier-ignore
    expect(receipts).toHaveLength(3);
    return { observed: receipts[0]?.['observed'], lines: receipts[0]?.['lines'] };
  };

  test('every name that Prometheus is asked for is one that a shipped rule records', () => {
    const rules = ['recording-energy.yaml', 'recording-energy-totals.yaml'].map((file) => readFileSync(join(import.meta.dirname, '..', 'prometheus', 'rules', file), 'utf8')).join('\n');
    const asked = [...energyQuestion('made', 86_400).matchAll(/\b\w+:\w+:\w+\b/g)].map(([name]) => name);
    expect(new Set(asked).size).toBe(6);
    expect(asked.filter((name) => !rules.includes(`record: ${name}\n`))).toEqual([]);
  });

  test('joules, grams, sources and coverage of the day are what Prometheus holds of it: computed by hand', async () => {
    const receipt = await receiptWith('answered', { prometheus_url: prometheus });
    expect(receipt.lines).toEqual({ committed: 1, dropped: {} });
    expect(receipt.observed).toEqual({ key_created: expect.any(String) as string, key_destroyed: expect.any(String) as string, energy: expected });
  }, 90_000);

  test('the receipt is written, and says why energy is missing, whatever Prometheus does', async () => {
    const cases: readonly (readonly [name: string, settings: Record<string, unknown>, reason: string | RegExp])[] = [
      ['none', {}, 'no prometheus_url is configured'],
      ['another host', { prometheus_url: prometheus, host: 'nobody' }, 'Prometheus holds no power of the host nobody on this day'],
      ['away', { prometheus_url: 'http://127.0.0.1:1' }, 'Prometheus gave no answer (ECONNREFUSED)'],
      ['broken', { prometheus_url: await fault((_, response) => response.writeHead(503).end('secret words')) }, 'Prometheus answered with status 503'],
      ['nonsense', { prometheus_url: await fault((_, response) => response.end('<html>secret words')) }, 'Prometheus answered with something that is no answer to a query'],
      ['torn', { prometheus_url: await fault((_, response) => response.write('{"status"', () => response.destroy())) }, /^Prometheus gave no answer/],
      ['silent', { prometheus_url: await fault(() => undefined) }, 'Prometheus gave no answer within 5000 ms'],
    ];
    const found = await Promise.all(cases.map(async ([name, settings]) => [name, (await receiptWith(name, settings)).observed] as const));
    const expectedObserved = cases.map(([name, , reason]) => [name, { key_created: expect.any(String) as string, key_destroyed: expect.any(String) as string, energy: 'missing', energy_missing: typeof reason === 'string' ? reason : expect.stringMatching(reason) as string }]); // prettier-ignore
    expect(found).toEqual(expectedObserved);
  }, 120_000);
});
