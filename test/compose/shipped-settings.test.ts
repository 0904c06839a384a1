/** Settings that every checker of the servers takes either way, and that access, reach and retention hang on: turned round once each, this fails. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { at } from './compose-file.ts';

const checkout = resolve(import.meta.dirname, '..', '..');
const read = (file: string): string => readFileSync(join(checkout, file), 'utf8');
const yaml = (file: string): unknown => parse(read(file));

/** `section.key` of an ini file to its text. A key that stands twice is a mistake: the later one would win unseen. */
function ini(file: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let section = '';
  for (const line of read(file).split('\n').map((text) => text.trim()).filter((text) => text !== '' && !text.startsWith('#') && !text.startsWith(';'))) {
    const [, name] = /^\[(.+)\]$/.exec(line) ?? [];
    section = name ?? section;
    const [, key = '', value = ''] = /^(\w+) *= *(.*)$/.exec(line) ?? [];
    if (name === undefined && found.has(`${section}/${key}`)) throw new Error(`${section}/${key} stands twice in ${file}`);
    if (name === undefined) found.set(`${section}/${key}`, value);
  }
  return found;
}

test.each([
  ['auth.anonymous/enabled', 'false'],
  ['users/allow_sign_up', 'false'],
  ['users/allow_org_create', 'false'],
  ['users/auto_assign_org_role', 'Viewer'],
  ['users/viewers_can_edit', 'false'],
  ['public_dashboards/enabled', 'false'],
  ['snapshots/enabled', 'false'],
  ['snapshots/external_enabled', 'false'],
  ['security/cookie_samesite', 'strict'],
  ['security/content_security_policy', 'true'],
  ['security/allow_embedding', 'false'],
  ['security/disable_gravatar', 'true'],
  ['analytics/reporting_enabled', 'false'],
  ['analytics/check_for_updates', 'false'],
  ['analytics/check_for_plugin_updates', 'false'],
  ['news/news_feed_enabled', 'false'],
  ['plugins/plugin_admin_enabled', 'false'],
  ['plugins/preinstall_disabled', 'true'],
])('Grafana: %s = %s', (key, value) => {
  expect(ini('grafana/grafana.ini').get(key)).toBe(value);
});

test('Grafana: no secret stands in its file', () => {
  expect([...ini('grafana/grafana.ini').keys()].filter((key) => /pass|secret|token/i.test(key))).toEqual([]);
});

test('Loki calls nobody, deletes by retention only and on no request, and keeps lines and receipts as long as the guides say', () => {
  const loki = yaml('loki/loki.yaml');
  expect([at(loki, 'analytics', 'reporting_enabled'), at(loki, 'limits_config', 'deletion_mode'), at(loki, 'compactor', 'retention_enabled')]).toEqual([false, 'disabled', true]);
  const guide = read('docs/installation.md').split('\n').find((line) => line.startsWith('| `loki-data`')) ?? '';
  const [, days = '0', years = '0'] = /(\d+) days; (\d+) years/.exec(guide) ?? [];
  expect(at(loki, 'limits_config', 'retention_period')).toBe(`${Number(days) * 24}h`);
  expect(at(loki, 'limits_config', 'retention_stream')).toEqual([{ selector: '{stream="day"}', priority: 1, period: `${Number(years) * 365 * 24}h` }]);
});

test('Prometheus forgets by time and by size, as the guides say', () => {
  const guide = read('docs/installation.md').split('\n').find((line) => line.startsWith('| `prometheus-data`')) ?? '';
  const [, days = '0', gigabytes = '0'] = /(\d+) days or (\d+) GB/.exec(guide) ?? [];
  expect(at(yaml('prometheus/prometheus.yaml'), 'storage', 'tsdb', 'retention')).toEqual({ time: `${days}d`, size: `${gigabytes}GB` });
});

test('the collector has a limit of memory before everything else, and a health check', () => {
  const collector = yaml('otel-collector/config.yaml');
  expect(at(collector, 'service', 'extensions')).toEqual(['health_check']);
  expect(at(collector, 'service', 'pipelines')).toEqual({ metrics: { receivers: ['otlp', 'nginx', 'httpcheck'], processors: ['memory_limiter', 'batch'], exporters: ['prometheus'] } });
});

test('what agents ship goes to the processor, and nothing goes to Loki past it', () => {
  expect(at(yaml('promtail/promtail.yaml'), 'clients')).toMatchObject([{ url: 'http://processor:9464/loki/api/v1/push' }]);
  const urls = read('alloy/config.alloy').match(/https?:\/\/[^"\s]+push/g);
  expect(urls).toEqual(['http://processor:9464/loki/api/v1/push']);
});
