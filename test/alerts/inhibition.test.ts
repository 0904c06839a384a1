/** What is held back, by what a real Alertmanager does: each source mutes its targets, nothing is muted without it, and audience waits while the pipeline catches up. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { findServer } from '../../tools/find-server.ts';
import { alerts, textOf } from './alert-files.ts';
import { matches } from './matcher.ts';
import { startAlertmanager, type Labels, type RealAlertmanager } from './real-alertmanager.ts';
import { startProgram, startWebhook, until, type Program, type Webhook } from './real-servers.ts';

const skipped = ['alertmanager', 'prometheus'].some((name) => findServer(name) === null) && process.env['CI'] !== 'true';
const folder = mkdtempSync(join(tmpdir(), 'tidewatch-inhibition-'));
const fileSchema = z.looseObject({
  inhibit_rules: z.array(z.strictObject({ source_matchers: z.array(z.string()), target_matchers: z.array(z.string()), equal: z.array(z.string()).default([]) })),
  receivers: z.array(z.object({ name: z.string() })),
});
const shipped = fileSchema.parse(parse(textOf('alertmanager/alertmanager.yaml').replace(/group_wait: \w+/g, 'group_wait: 0s').replace(/group_interval: \w+/g, 'group_interval: 1s')));

let hook: Webhook;
let alertmanager: RealAlertmanager;

beforeAll(async () => {
  if (skipped) return;
  hook = await startWebhook();
  alertmanager = await startAlertmanager(folder, 'inhibition', toWebhook());
});

/** What a test leaves behind would hold back the alerts of the next. */
beforeEach(async () => {
  if (skipped) return;
  await alertmanager.end((await alertmanager.states()).map(({ labels }) => labels));
  await until(async () => (await alertmanager.states()).length === 0, 'all alerts to be over');
});

afterAll(async () => {
  if (skipped) return;
  await alertmanager.stop();
  await hook.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Every receiver is the web hook; only the named rules, where some are named. */
function toWebhook(inhibitRules: unknown = shipped.inhibit_rules): string {
  const receivers = shipped.receivers.map(({ name }) => ({ name, webhook_configs: [{ url: hook.url }] }));
  return stringify({ ...shipped, inhibit_rules: inhibitRules, receivers, templates: [] });
}

/** Labels that the rules give on one machine, on which everything has the same site, job, instance and mount point unless a matcher says otherwise. */
const common = { site: 'one', job: 'loki', instance: 'one', mountpoint: '/' };
const all: readonly Labels[] = alerts.map(({ alert, labels }) => ({ ...common, alertname: alert, ...labels }));

test.skipIf(skipped).each(shipped.inhibit_rules.map((rule) => [rule.source_matchers.join(), rule.target_matchers.join(), rule] as const))('%s holds back %s', async (_source, _target, rule) => {
  const sources = all.filter((labels) => rule.source_matchers.every((matcher) => matches(matcher, labels)));
  const targets = all.filter((labels) => rule.target_matchers.every((matcher) => matches(matcher, labels)) && !sources.some(({ alertname }) => alertname === labels['alertname']));
  expect(sources.length).toBeGreaterThan(0);
  expect(targets.length).toBeGreaterThan(0);
  // This rule alone: Alertmanager names one reason only, and some targets are sources of another rule.
  await alertmanager.reload(toWebhook([rule]));
  const apart = targets.map((target) => ({ ...target, ...Object.fromEntries(rule.equal.map((name) => [name, 'another'])) })).filter(() => rule.equal.length > 0);
  const muted = async (): Promise<number> => {
    const known = new Map((await alertmanager.states()).map(({ labels, status }) => [keyOf(labels), status.inhibitedBy.length > 0]));
    return targets.filter((target) => known.get(keyOf(target)) === true).length;
  };
  for (const source of sources) {
    await alertmanager.fire([...targets, ...apart].map((labels) => ({ labels })));
    expect(await muted()).toBe(0);
    await alertmanager.fire([{ labels: source }]);
    await until(async () => (await muted()) === targets.length, `all ${targets.length} to be held back by ${source['alertname'] ?? ''}`);
    for (const other of apart) expect(await mutedOf(other)).toEqual([]);
    await alertmanager.end([source, ...targets, ...apart]);
    await until(async () => (await alertmanager.states()).length === 0, 'all alerts to be over');
  }
}, 240_000);

const keyOf = (labels: Labels): string => JSON.stringify(Object.entries(labels).sort());

async function mutedOf(labels: Labels): Promise<readonly string[]> {
  const state = (await alertmanager.states()).find((one) => keyOf(one.labels) === keyOf(labels));
  if (state === undefined) throw new Error(`Alertmanager does not know ${keyOf(labels)}`);
  return state.status.inhibitedBy;
}

test.skipIf(skipped)('a dead machine never silences the heartbeat', async () => {
  await alertmanager.reload(toWebhook());
  const [dead, heartbeat] = ['HostDown', 'DeadMansSwitch'].map((name) => all.find(({ alertname }) => alertname === name) ?? {});
  await alertmanager.fire([{ labels: dead ?? {} }, { labels: heartbeat ?? {} }]);
  expect(await mutedOf(heartbeat ?? {})).toEqual([]);
  // Long enough for what the same machine has besides.
  const other = all.find(({ alertname }) => alertname === 'ProcessorDown') ?? {};
  await alertmanager.fire([{ labels: other }]);
  await until(async () => (await mutedOf(other)).length === 1, 'another alert of the machine to be held back');
  expect(await mutedOf(heartbeat ?? {})).toEqual([]);
  await alertmanager.end([dead ?? {}, heartbeat ?? {}, other]);
  await until(async () => (await alertmanager.states()).length === 0, 'all alerts to be over');
});

test.skipIf(skipped)('while logproc_catching_up is 1, an alert about the audience reaches Alertmanager and nobody else; before, it reaches everybody', async () => {
  const page = { catchingUp: 0, crowded: ['before'] };
  const processor = createServer((_request, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    const visitors = page.crowded.map((site) => `site:log_visitors:count1d{site="${site}"} 60000\nthreshold_value{name="daily_visitors_maximum",site="${site}"} 50000\n`);
    response.end(`logproc_catching_up ${page.catchingUp}\n${visitors.join('')}`);
  });
  await new Promise<void>((resolve) => processor.listen(0, '127.0.0.1', resolve));
  let prometheus: Program | null = null;
  try {
    prometheus = await startPrometheus(processor.address());
    hook.forget();
    const arrived = (name: string, site?: string): boolean => hook.messages().some(({ status, labels }) => status === 'firing' && labels['alertname'] === name && (site === undefined || labels['site'] === site));
    await until(() => arrived('DailyVisitorsOutOfRange', 'before'), 'the alert before the pipeline lags');
    page.catchingUp = 1;
    await until(() => arrived('PipelineCatchingUp'), 'PipelineCatchingUp');
    page.crowded.push('meanwhile');
    const state = async () => (await alertmanager.states()).find(({ labels }) => labels['alertname'] === 'DailyVisitorsOutOfRange' && labels['site'] === 'meanwhile')?.status.state;
    await until(async () => (await state()) === 'suppressed', 'the alert to be held back');
    // What comes after it arrives, and it does not.
    await alertmanager.fire([{ labels: { alertname: 'HostCpuBusy', severity: 'warning', family: 'machine' } }]);
    await until(() => arrived('HostCpuBusy'), 'an alert that is not held back');
    expect(arrived('DailyVisitorsOutOfRange', 'meanwhile')).toBe(false);
  } finally {
    await prometheus?.stop();
    await new Promise((resolve) => (processor.closeAllConnections(), processor.close(resolve)));
  }
}, 180_000);

/** With the shipped rules of audience and pipeline, without their `for`, and the page of a processor to scrape. */
async function startPrometheus(address: unknown): Promise<Program> {
  const { port } = z.object({ port: z.number() }).parse(address);
  const quick = (name: string): string => {
    const path = join(folder, name);
    writeFileSync(path, textOf('prometheus/rules', name).replace(/^ *for: .*\n/gm, '').replace(/interval: \dm/g, 'interval: 1s'));
    return path;
  };
  const configuration = stringify({
    global: { scrape_interval: '1s', scrape_timeout: '1s' },
    rule_files: ['alerts-audience.yaml', 'alerts-pipeline.yaml', 'recording-thresholds.yaml'].map(quick),
    alerting: { alertmanagers: [{ static_configs: [{ targets: [alertmanager.url.replace('http://', '')] }] }] },
    scrape_configs: [{ job_name: 'tidewatch-processor', honor_labels: true, static_configs: [{ targets: [`127.0.0.1:${port}`] }] }],
  });
  const file = join(folder, 'prometheus.yaml');
  writeFileSync(file, configuration);
  return startProgram('prometheus', folder, (own) => ['--config.file', file, '--storage.tsdb.path', join(folder, 'tsdb'), `--web.listen-address=127.0.0.1:${own}`], '/-/ready');
}
