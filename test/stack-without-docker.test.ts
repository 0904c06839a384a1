/** `npm run stack`: the shipped configuration as plain processes, from a request through nginx to Loki and Prometheus. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addressOf, checkout, findPlace, placed, replacements } from '../tools/stack/place.ts';
import { runStack } from '../tools/stack/run.ts';
import type { RunningStack } from '../tools/stack/run.ts';
import { servers } from '../tools/stack/servers.ts';
import { until } from './docker/answers.ts';
import { countLoki, queryLoki } from './loki-contents.ts';

const folder = mkdtempSync(join(tmpdir(), 'tidewatch-stack-'));
const place = await findPlace(join(folder, 'stack'), true);
const missing = servers(place).filter((found) => 'missing' in found && found.name !== 'grafana');
const skip = missing.length > 0 && process.env['CI'] !== 'true';
if (skip) process.stderr.write(`SKIPPED: the stack without Docker (no ${missing.map(({ name }) => name).join(', ')} on this machine)\n`);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(['nginx/nginx.conf', 'nginx/site.conf', 'loki/loki.yaml', 'log-processor/tidewatch.yaml', 'otel-collector/config.yaml', 'prometheus/prometheus.yaml', 'promtail/promtail.yaml', 'alertmanager/alertmanager.yaml', 'energy-exporter/energy.yaml'])('of %s only addresses and paths are replaced', (file) => {
  const shipped = readFileSync(join(checkout, file), 'utf8');
  let back = placed(shipped, place);
  // What was put in, longest first, taken out again: nothing else may differ.
  for (const [from, to] of replacements(place).toSorted(([, a], [, b]) => b.length - a.length)) if (shipped.includes(from)) back = back.replaceAll(to, from);
  expect(back).toBe(shipped);
});

describe.skipIf(skip)('running', { timeout: 120_000 }, () => {
  let stack: RunningStack;
  const site = `http://${addressOf(place, 'nginx:8080')}`;
  const lokiUrl = `http://${addressOf(place, 'loki:3100')}`;
  const metric = async (query: string): Promise<number | null> => {
    const answer = await fetch(`http://${addressOf(place, 'prometheus:9090')}/api/v1/query?query=${encodeURIComponent(query)}`);
    const found = /"value":\[[^,]+,"([^"]+)"\]/.exec(await answer.text());
    return found === null ? null : Number(found[1]);
  };
  beforeAll(async () => {
    stack = await runStack(place, () => undefined, (server) => (server.name === 'nginx' ? { ...server, env: { ...server.env, ROTATE_SECONDS: '3' } } : server));
  }, 300_000);
  afterAll(() => stack.stop(), 60_000);

  test('everything that is here runs', () => {
    expect(stack.missing.filter((what) => !what.startsWith('grafana'))).toEqual([]); // npm run drill:grafana
    expect(readdirSync(join(place.folder, 'config', 'alertmanager', 'templates'))).toEqual(['tidewatch.tmpl']);
    for (const name of ['nginx', 'platform', 'processor', 'loki', 'promtail', 'prometheus', 'alertmanager', 'node-exporter', 'otel-collector', 'energy']) expect(stack.running).toContain(name);
  });

  test('nobody asks, and yet there is a line: the heartbeat that tells a quiet night from a broken pipeline', async () => {
    const range = { fromMs: Date.now() - 600_000, toMs: Date.now() + 600_000 };
    await until('the health check of the collector is in Loki', 75, async () => (await queryLoki(lokiUrl, '{stream="access"} |= `"kind":"health"`', range)).length > 0);
    expect(await queryLoki(lokiUrl, '{stream="access"} != `"kind":"health"`', range)).toEqual([]);
  });

  test('a request is a line without its address, and a number, within ten seconds; an error comes by the agent, scrubbed', async () => {
    const startMs = Date.now();
    expect((await fetch(`${site}/stories/salt`, { headers: { 'user-agent': 'stack-test' } })).status).toBe(200);
    const range = { fromMs: startMs - 60_000, toMs: Date.now() + 600_000 };
    await until('it is in Loki', 10, async () => (await queryLoki(lokiUrl, '{stream="access"} |= `/stories/salt`', range)).length === 1);
    await until('it is in Prometheus', 10, async () => ((await metric('sum(web_requests_total{site="ocean-body"})')) ?? 0) >= 1);
    expect((await fetch(`${site}/live`)).status).toBe(200);
    const loud = Array.from({ length: 130 }, () => fetch(`${site}/api/health`));
    expect((await Promise.all(loud)).some(({ status }) => status === 429)).toBe(true);
    await until('the limit that was hit is in Loki', 30, async () => (await queryLoki(lokiUrl, '{stream="error"} |= `limiting requests`', range)).length > 0);
    const all = await queryLoki(lokiUrl, '{job=~".+"}', range);
    expect(all.map(({ line }) => line).join('\n')).not.toMatch(/\b127\.0\.0\.1\b/);
    const errors = join(place.folder, 'logs', 'errors');
    expect(readdirSync(errors).map((name) => readFileSync(join(errors, name), 'utf8')).join('')).toMatch(/client: 127\.0\.0\.1/); // the search can find one
  });

  test('the live page and Grafana are closed or open as the settings say, and the platform is measured', async () => {
    expect((await fetch(`${site}/grafana/metrics`)).status).toBe(404);
    for (const query of ['http_server_request_duration_seconds_count{http_route="/stories/<slug>"}', 'nginx_connections_current', 'httpcheck_status', 'up{job="log-agent"} == 1']) await until(query, 75, async () => (await metric(query)) !== null);
    expect(await countLoki(lokiUrl, 'sum by (stream) (count_over_time({stream="access"}[1h]))', 'stream', Date.now() + 60_000)).toHaveProperty('access');
  });

  test('the log of an nginx that was there before is read beside the own one, and left as it is', async () => {
    expect((await fetch(`http://${addressOf(place, 'processor:9464')}/readyz`)).status).toBe(200); // although there was no such log until now
    const log = join(place.folder, 'logs', 'existing', 'access.json.log');
    const line = { msec: (Date.now() / 1000).toFixed(3), remote_addr: '192.0.2.77', http_x_forwarded_for: '', server_name: 'www.example', request_method: 'GET', request_uri: '/stories/pulse', status: '200', bytes_sent: '1200', request_time: '0.010', upstream_response_time: '0.008', http_referer: '', http_user_agent: 'Mozilla/5.0', http_sec_purpose: '', sent_http_content_type: 'text/html' };
    writeFileSync(log, `${JSON.stringify(line)}\n`);
    const range = { fromMs: Date.now() - 60_000, toMs: Date.now() + 600_000 };
    await until('it is in Loki', 30, async () => (await queryLoki(lokiUrl, '{stream="access",input="existing-nginx"}', range)).length === 1);
    expect(readFileSync(log, 'utf8')).toBe(`${JSON.stringify(line)}\n`);
  });

  test('errors that nginx wrote into several logs while the agent was away are in Loki, each once', async () => {
    const errors = join(place.folder, 'logs', 'errors');
    const range = { fromMs: Date.now() - 60_000, toMs: Date.now() + 600_000 };
    const held = (): string[] => readdirSync(errors).map((name) => readFileSync(join(errors, name), 'utf8').match(/POST \/away/g)?.join('') ?? '').filter((text) => text !== '');
    await stack.end('promtail');
    let sent = 0;
    await until('three logs have some', 30, async () => {
      expect((await fetch(`${site}/away`, { method: 'POST', body: 'x'.repeat(70_000) })).status).toBe(413);
      sent += 1;
      return held().length >= 3;
    });
    await stack.begin('promtail');
    await until('all are in Loki', 30, async () => (await queryLoki(lokiUrl, '{stream="error"} |= `POST /away`', range)).length >= sent);
    expect((await queryLoki(lokiUrl, '{stream="error"} |= `POST /away`', range)).length).toBe(sent);
    expect(held().join('').split('POST').length - 1).toBe(sent);
  });

  test('it ends in order, and leaves nobody behind', async () => {
    await stack.stop();
    for (const name of ['nginx:8080', 'loki:3100', 'processor:9464']) await expect(fetch(`http://${addressOf(place, name)}/`, { signal: AbortSignal.timeout(2000) })).rejects.toThrow();
    expect(readdirSync(join(place.folder, 'said')).length).toBeGreaterThan(8);
  });
});
