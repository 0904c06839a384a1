/** The shipped Alertmanager configuration is accepted by the real program, sends each alert to whom it concerns, and its messages say all that they must. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { findServer } from '../../tools/find-server.ts';
import { alerts, root, textOf } from './alert-files.ts';
import { matches } from './matcher.ts';

const amtool = findServer('amtool');
const skipped = amtool === null && process.env['CI'] !== 'true';
const configurations = ['alertmanager/alertmanager.yaml', 'alertmanager/with-receivers.yaml'] as const;
const inhibitions = z.object({ inhibit_rules: z.array(z.object({ source_matchers: z.array(z.string()), target_matchers: z.array(z.string()) })) });
const run = (...args: readonly string[]): { readonly status: number | null; readonly text: string } => {
  const { status, stdout, stderr, error } = spawnSync(amtool ?? '', args, { encoding: 'utf8', cwd: root });
  expect(error).toBeUndefined();
  return { status, text: stdout + stderr };
};

test.skipIf(skipped).each(configurations)('%s is accepted, its templates too', (file) => {
  const { status, text } = run('check-config', file);
  expect(status, text).toBe(0);
  expect(text).toMatch(/1 templates/);
});

test('both configurations route, inhibit and name receivers alike', () => {
  const [plain, full] = configurations.map((file): unknown => parse(textOf(file)));
  for (const part of ['route', 'inhibit_rules', 'templates']) expect(partOf(plain, part)).toEqual(partOf(full, part));
  expect(namesOf(partOf(plain, 'receivers'))).toEqual(namesOf(partOf(full, 'receivers')));
});

test('no secret stands in a configuration: passwords and addresses that are secrets come from files', () => {
  for (const file of configurations) {
    const text = textOf(file);
    expect(text).not.toMatch(/^\s*-?\s*(?:url|api_url|webhook_url|smtp_auth_password|password|auth_password):/m);
    expect(text).not.toMatch(/hooks[.]slack|https?:[/][/]/);
  }
  const full = textOf(configurations[1]);
  for (const kind of ['webhook_configs', 'slack_configs', 'msteamsv2_configs', 'email_configs']) expect(full).toContain(kind);
});

/** Where an alert with these labels goes. */
const routed = (labels: Readonly<Record<string, string>>): string => {
  const { status, text } = run('config', 'routes', 'test', '--config.file', configurations[0], ...Object.entries(labels).map(([name, value]) => `${name}=${value}`));
  expect(status, text).toBe(0);
  return text.trim();
};

test.skipIf(skipped).each([
  [{ alertname: 'DeadMansSwitch', severity: 'info', family: 'stack' }, 'dead-mans-switch'],
  [{ alertname: 'ProcessorDown', severity: 'critical', family: 'pipeline' }, 'page'],
  [{ alertname: 'HostCpuBusy', severity: 'warning', family: 'machine' }, 'tell'],
  // Of your own, without a severity: better told than lost.
  [{ alertname: 'OfYourOwn', family: 'machine' }, 'tell'],
  [{ alertname: 'PipelineCatchingUp', severity: 'info', family: 'pipeline' }, 'shown-only'],
  [{ alertname: 'AddressInLogs', severity: 'critical', family: 'privacy' }, 'privacy,page'],
  [{ alertname: 'KeyNotDestroyed', severity: 'warning', family: 'privacy' }, 'privacy,tell'],
  [{ alertname: 'BounceJump', severity: 'info', family: 'audience' }, 'audience'],
  [{ alertname: 'CarbonPerHourOverBudget', severity: 'warning', family: 'carbon' }, 'carbon'],
  // Even if somebody made it critical.
  [{ alertname: 'CarbonPerHourOverBudget', severity: 'critical', family: 'carbon' }, 'carbon'],
])('%j is told to %s', (labels, receivers) => {
  expect(routed(labels)).toBe(receivers);
});

test('every alert that an inhibition names exists, and the dead-man switch is never inhibited', () => {
  const names = alerts.map(({ alert }) => alert);
  const rules: unknown = partOf(parse(textOf(configurations[0])), 'inhibit_rules');
  const named = [...JSON.stringify(rules).matchAll(/\b[A-Z][a-z]+(?:[A-Z][a-z]+)+\b/g)].map(([name]) => name);
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((name) => !names.includes(name))).toEqual([]);
});

test('what is critical is silenced by what is critical only', () => {
  const { inhibit_rules: rules } = inhibitions.parse(parse(textOf(configurations[0])));
  const of = (matchers: readonly string[]) => alerts.filter(({ alert, labels }) => matchers.every((matcher) => matches(matcher, { job: 'loki', ...labels, alertname: alert })));
  const weaker = rules.flatMap(({ source_matchers: sources, target_matchers: targets }) => {
    const silenced = of(targets).filter(({ labels }) => labels['severity'] === 'critical').map(({ alert }) => alert);
    return of(sources).filter(({ labels }) => labels['severity'] !== 'critical').flatMap(({ alert }) => silenced.map((target) => `${alert} silences ${target}`));
  });
  expect(weaker).toEqual([]);
});

const data = (status: string) => ({
  status, receiver: 'page', externalURL: 'http://localhost:9093', groupLabels: { alertname: 'SiteSlow' },
  commonLabels: { alertname: 'SiteSlow', severity: 'warning', site: 'ocean-body' }, commonAnnotations: { summary: 'Pages of ocean-body take 3s' },
  alerts: [{
    status, labels: { alertname: 'SiteSlow', severity: 'warning', site: 'ocean-body' }, startsAt: '2026-11-28T03:00:00Z', endsAt: '2026-11-28T03:20:00Z', generatorURL: '', fingerprint: 'a',
    annotations: { summary: 'Pages of ocean-body take 3s', description: 'Five of a hundred took longer.', dashboard: '/grafana/d/tidewatch-platform', runbook_url: '/grafana/public/runbooks/SiteSlow.md' },
  }],
}); // prettier-ignore

test.skipIf(skipped).each(['tidewatch.text', 'tidewatch.html', 'tidewatch.markdown'])('%s says what, since when, how bad, which dashboard, which runbook', (template) => {
  for (const [status, since] of [['firing', 'since 2026-11-28 03:00 UTC'], ['resolved', 'over since 2026-11-28 03:20 UTC']] as const) {
    const said = rendered(template, status);
    for (const part of ['Pages of ocean-body take 3s', 'Five of a hundred took longer.', 'warning', since, 'http://localhost:3000/grafana/d/tidewatch-platform?var-site=ocean-body', 'http://localhost:3000/grafana/public/runbooks/SiteSlow.md']) {
      expect(said).toContain(part);
    }
  }
});

test.skipIf(skipped)('the title says the severity and what happens, or that it is over', () => {
  expect(rendered('tidewatch.title', 'firing')).toBe('Warning: Pages of ocean-body take 3s');
  expect(rendered('tidewatch.title', 'resolved')).toBe('Over: Pages of ocean-body take 3s');
});

function rendered(template: string, status: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-template-'));
  const dataFile = join(folder, 'data.json');
  writeFileSync(dataFile, JSON.stringify(data(status)));
  const given = spawnSync(
    amtool ?? '',
    ['template', 'render', '--template.glob', 'alertmanager/templates/*.tmpl', '--template.text', `{{ template "${template}" . }}`, '--template.data', dataFile, '--template.type', template.endsWith('html') ? 'html' : 'text'],
    { encoding: 'utf8', cwd: root },
  );
  rmSync(folder, { recursive: true });
  expect(given.status, given.stderr).toBe(0);
  return given.stdout.trim();
}

function partOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

function namesOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.map((entry) => partOf(entry, 'name')) : [];
}
