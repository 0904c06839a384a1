/** The rules of Loki on a real Loki: silent on healthy lines, and on bad ones each alert arrives through a real Alertmanager at a web hook, after its `for` and not before; what is recorded is seen in a real Prometheus. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { findServer } from '../../tools/find-server.ts';
import { skipWithoutLoki, startLoki, type LokiServer } from '../loki-server.ts';
import { alerts, allRules, blocksOf, namesIn, root, textOf } from './alert-files.ts';
import { badLines, healthyLines, leaks, visitorsUntil, type Pushed } from './lines.ts';
import { startProgram, startWebhook, until, type Program, type Webhook } from './real-servers.ts';
import { stackMetrics } from './stack-metrics.ts';
import { durationMs } from './week/apply-for.ts';

const skipped = (skipWithoutLoki || ['prometheus', 'alertmanager', 'node_exporter'].some((name) => findServer(name) === null)) && process.env['CI'] !== 'true';
const folder = mkdtempSync(join(tmpdir(), 'tidewatch-ruler-'));
const lokiAlerts = alerts.filter(({ language }) => language === 'loki').map(({ alert }) => alert);

let hook: Webhook;
let alertmanager: Program;
let prometheus: Program;
let node: Program;
let loki: LokiServer;

beforeAll(async () => {
  if (skipped) return;
  hook = await startWebhook();
  alertmanager = await startProgram('alertmanager', folder, (port) => ['--config.file', write('alertmanager.yaml', toWebhook(hook.url)), '--storage.path', join(folder, 'am'), '--cluster.listen-address=', `--web.listen-address=127.0.0.1:${port}`], '/-/ready');
  node = await startProgram('node_exporter', folder, (port) => [`--web.listen-address=127.0.0.1:${port}`], '/');
  prometheus = await startProgram('prometheus', folder, (port) => ['--config.file', write('prometheus.yaml', withShippedRules()), '--storage.tsdb.path', join(folder, 'tsdb'), '--web.enable-remote-write-receiver', `--web.listen-address=127.0.0.1:${port}`], '/-/ready');
  mkdirSync(join(folder, 'loki', 'rules', 'fake'), { recursive: true });
  for (const name of ['alerts.yaml', 'recording.yaml']) writeFileSync(join(folder, 'loki', 'rules', 'fake', name), quickened(textOf('loki/rules/fake', name)));
  const configuration = textOf('loki/loki.yaml').replace('http://prometheus:9090', prometheus.url);
  loki = await startLoki({
    folder: join(folder, 'loki'),
    flags: [`-config.file=${write('loki.yaml', configuration)}`, `-ruler.alertmanager-url=${alertmanager.url}`, `-ruler.rule-path=${join(folder, 'rules-temp')}`, '-ruler.poll-interval=1s'],
  });
}, 180_000);

afterAll(async () => {
  if (skipped) return;
  await Promise.all([loki.stop(), prometheus.stop(), alertmanager.stop(), node.stop()]);
  await hook.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

test.skipIf(skipped)('an empty Loki says that access lines are missing, and nothing else', async () => {
  await until(() => hook.firing().includes('AccessLinesMissing'), 'AccessLinesMissing at the web hook');
  expect(hook.everFired()).toEqual(['AccessLinesMissing']);
});

test.skipIf(skipped)('on healthy lines every rule is evaluated without a fault and no alert is there', async () => {
  hook.forget();
  await push(healthyLines(Date.now()));
  await evaluatedAfter(Date.now());
  await until(() => hook.resolved().includes('AccessLinesMissing'), 'the end of AccessLinesMissing');
  // Not even one that waits for its `for`.
  expect((await alertsOfLoki()).map(({ labels }) => `${labels['alertname']} of ${labels['site'] ?? labels['service_name']}`)).toEqual([]);
  expect(hook.everFired()).toEqual([]);
}, 120_000);

test.skipIf(skipped)('what Loki records is seen in Prometheus', async () => {
  const ask = async (query: string): Promise<unknown> => (await (await fetch(`${prometheus.url}/api/v1/query?query=${encodeURIComponent(query)}`)).json());
  await until(async () => JSON.stringify(await ask('site:log_visitors:count1d{site="ocean-body"} == 12')).includes('"12"'), 'twelve visitors in Prometheus');
  await until(async () => JSON.stringify(await ask('site:log_access_lines:rate10m{site="ocean-body"} > 0')).includes('ocean-body'), 'the rate of access lines in Prometheus');
}, 120_000);

test.skipIf(skipped)('every question of a runbook is answered by the real Prometheus or the real Loki', async () => {
  const asked = namesIn('docs/runbooks', '.md').flatMap((file) => (['promql', 'logql'] as const).flatMap((language) => blocksOf(textOf('docs/runbooks', file), language).map((query) => ({ file, language, query }))));
  expect(asked.length).toBeGreaterThan(100);
  for (const { file, language, query } of asked) {
    const parameters = new URLSearchParams({ query }).toString();
    // A pipeline of lines is asked over the last hour, as Explore does; everything else now.
    const url = language === 'promql' ? `${prometheus.url}/api/v1/query?` : query.startsWith('{') ? `${loki.url}/loki/api/v1/query_range?` : `${loki.url}/loki/api/v1/query?`;
    const response = await fetch(url + parameters);
    const answer = await response.text();
    expect(response.status, `${file}: ${query}: ${answer.slice(0, 300)}`).toBe(200);
  }
}, 120_000);

test.skipIf(skipped)('what is over before its `for` is waited for, and never told', async () => {
  hook.forget();
  const nowMs = Date.now();
  // DailyVisitorsHigh waits for 24 seconds here; this is over after 15.
  await push([visitorsUntil(nowMs, 15_000)]);
  const ofSite = async () => (await alertsOfLoki()).filter(({ labels }) => labels['site'] === 'soon-over');
  await until(async () => (await ofSite()).length > 0, 'DailyVisitorsHigh to be seen');
  expect((await ofSite()).map(({ state, labels }) => [state, labels['alertname']])).toEqual([['pending', 'DailyVisitorsHigh']]);
  await until(async () => (await ofSite()).length === 0, 'DailyVisitorsHigh to be over');
  expect(hook.everFired()).toEqual([]);
}, 120_000);

/** Beside every name: what must be told of which site or service. */
const told: readonly (readonly [alert: string, label: string, value: string])[] = [
  // Wherever an address stands, in whichever stream.
  ...leaks.map((_leak, index) => ['AddressInLogs', 'service_name', `leak-${index}`] as const),
  ...['error', 'stack'].map((stream) => ['AddressInLogs', 'stream', stream] as const),
  // Two after one, a beginning in the middle, two beginnings.
  ...['forked', 'restarted', 'began-twice'].map((site) => ['ReceiptChainBroken', 'site', site] as const),
  // Only robots came, and people who had been there before.
  ['DailyVisitorsLow', 'site', 'forgotten'],
  // 27 hours ago, and three days ago.
  ...['late', 'forgotten'].map((site) => ['ReceiptMissing', 'site', site] as const),
  ['SiteClientErrorStorm', 'site', 'storm'], ['SiteSlow', 'site', 'slow'], ['BruteForce', 'site', 'guessed'],
]; // prettier-ignore

test.skipIf(skipped)('on bad lines each alert of Loki arrives at the web hook, with its labels and words', async () => {
  hook.forget();
  await push(badLines(Date.now()));
  const expected = lokiAlerts.filter((name) => name !== 'AccessLinesMissing').sort();
  const isTold = ([name, label, value]: readonly [string, string, string]): boolean => hook.messages().some(({ labels }) => labels['alertname'] === name && labels[label] === value);
  const untold = (): readonly string[] => [...expected.filter((name) => !hook.everFired().includes(name)), ...told.filter((one) => !isTold(one)).map((one) => one.join(' '))];
  await until(() => untold().length === 0, () => `at the web hook: ${untold().join('; ')}`);
  expect(hook.everFired()).toEqual(expected);
  for (const { labels, annotations } of hook.messages()) {
    const rule = alerts.find(({ alert }) => alert === labels['alertname']);
    expect(labels['severity']).toBe(rule?.labels['severity']);
    expect(annotations['runbook_url']).toBe(rule?.annotations['runbook_url']);
    expect(annotations['description']).not.toMatch(/<no value>|[{][{]/);
    expect(JSON.stringify({ labels, annotations })).not.toMatch(/203[.]0[.]113|2001:db8/);
  }
}, 240_000);

test.skipIf(skipped)('each of them was told after its `for`, and not before', async () => {
  const active = await alertsOfLoki();
  const waited = active.flatMap(({ labels, activeAt }) => {
    const message = hook.messages().find(({ status, labels: of }) => status === 'firing' && sameLabels(of, labels));
    return message === undefined ? [] : [{ name: labels['alertname'] ?? '', waitedMs: Date.parse(message.startsAt) - Date.parse(activeAt) }];
  });
  expect([...new Set(waited.map(({ name }) => name))].sort()).toEqual(lokiAlerts.filter((name) => name !== 'AccessLinesMissing').sort());
  for (const { name, waitedMs } of waited) {
    const wanted = durationMs(alerts.find(({ alert }) => alert === name)?.for ?? '0s') / quickness;
    expect(waitedMs, name).toBeGreaterThanOrEqual(wanted);
    // At the first evaluation that completes it; the machine may be busy.
    expect(waitedMs, name).toBeLessThan(wanted + 15_000);
  }
});

test.skipIf(skipped)('the metrics of the stack that alerts ask for are shown by the real programs', async () => {
  for (const [program, url] of [['prometheus', prometheus.url], ['alertmanager', alertmanager.url], ['loki', loki.url], ['node_exporter', node.url]] as const) {
    const missing = async (): Promise<readonly string[]> => {
      const page = await (await fetch(`${url}/metrics`)).text();
      const shown = new Set([...page.matchAll(/^([a-zA-Z_:][\w:]*)/gm)].map(([, name]) => name));
      return stackMetrics[program].filter((name) => !shown.has(name));
    };
    await until(async () => (await missing()).length === 0, `all metrics of ${program} that alerts ask for`);
  }
});

/** All shipped rules, and an Alertmanager that is not there: its own alerts must not reach the web hook of this test. */
function withShippedRules(): string {
  return stringify({ rule_files: [join(root, 'prometheus', 'rules', '*.yaml')], alerting: { alertmanagers: [{ static_configs: [{ targets: ['127.0.0.1:9'] }] }] } });
}

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** The same rules in a quicker time: 5 minutes of `for` are 2 seconds, an hour is 24. Windows are as shipped. */
const quickness = 150;
function quickened(text: string): string {
  return text.replace(/^( *for: )(.*)$/gm, (_line, before: string, held: string) => `${before}${durationMs(held) / quickness}ms`).replace(/interval: \dm/g, 'interval: 1s');
}

const alertsSchema = z.object({ data: z.object({ alerts: z.array(z.object({ state: z.string(), activeAt: z.string(), labels: z.record(z.string(), z.string()) })) }) });

/** What the ruler has in hand: what fires, and what waits. */
async function alertsOfLoki(): Promise<z.infer<typeof alertsSchema>['data']['alerts']> {
  return alertsSchema.parse(await (await fetch(`${loki.url}/prometheus/api/v1/alerts`)).json()).data.alerts;
}

function sameLabels(one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean {
  return Object.keys({ ...one, ...other }).every((name) => one[name] === other[name]);
}

/** The shipped routes and inhibitions; every receiver is one web hook, and nobody waits for a group. */
function toWebhook(url: string): string {
  const shipped: unknown = parse(textOf('alertmanager/alertmanager.yaml').replace(/group_wait: \w+/g, 'group_wait: 0s').replace(/group_interval: \w+/g, 'group_interval: 1s'));
  if (typeof shipped !== 'object' || shipped === null || !('receivers' in shipped) || !Array.isArray(shipped.receivers)) throw new Error('alertmanager.yaml has no receivers');
  const receivers = shipped.receivers.map((receiver: unknown) => ({ name: receiver !== null && typeof receiver === 'object' ? (Reflect.get(receiver, 'name') as unknown) : '', webhook_configs: [{ url, send_resolved: true }] }));
  // Inhibitions have a test of their own; here every alert must be seen.
  return stringify({ ...shipped, receivers, inhibit_rules: [], templates: [] });
}

async function push(streams: readonly Pushed[]): Promise<void> {
  for (const { labels, lines } of streams) {
    const values = lines.map(({ ms, text }, index) => [`${BigInt(Math.floor(ms)) * 1_000_000n + BigInt(index % 1_000_000)}`, text]);
    const body = JSON.stringify({ streams: [{ stream: labels, values }] });
    // Again where a busy machine kept Loki waiting: the same lines at the same times are the same lines.
    let answer = '';
    const isTaken = async (): Promise<boolean> => {
      const response = await fetch(`${loki.url}/loki/api/v1/push`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
      answer = `${response.status} ${await response.text()}`;
      expect(answer).toMatch(/^(?:204|5)/);
      return response.status === 204;
    };
    await until(isTaken, () => `Loki to take the lines: ${answer}`);
  }
}

/** Every rule was evaluated after this moment, and well. */
async function evaluatedAfter(ms: number): Promise<void> {
  const rules = allRules.filter(({ language }) => language === 'loki').length;
  await until(async () => {
    const answer: unknown = await (await fetch(`${loki.url}/prometheus/api/v1/rules`)).json();
    const text = JSON.stringify(answer);
    const times = [...text.matchAll(/"lastEvaluation":"([^"]+)"/g)].map(([, time]) => Date.parse(time ?? ''));
    const healthy = [...text.matchAll(/"health":"ok"/g)].length;
    return healthy === rules && times.every((time) => time > ms + 2000);
  }, 'a fresh and healthy evaluation of every rule');
}
