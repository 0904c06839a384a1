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

test('nginx gives a slow or greedy client no more than the guide says, in nginx.conf and nowhere else', () => {
  const conf = read('nginx/nginx.conf').replaceAll(/#.*/g, '');
  const limits = { client_header_timeout: '10s', client_body_timeout: '10s', send_timeout: '15s', reset_timedout_connection: 'on', large_client_header_buffers: '4 8k', client_max_body_size: '64k', server_tokens: 'off' };
  for (const [name, value] of Object.entries(limits)) {
    expect([name, [...conf.matchAll(new RegExp(`^  ${name} +([^;]+);`, 'gm'))].map(([, text]) => text)]).toEqual([name, [value]]);
    // A form of Grafana may be larger.
    if (name !== 'client_max_body_size') for (const file of ['nginx/site.conf', 'nginx/start.sh', 'nginx/security-headers.conf', 'nginx/conf.d/inside.conf']) expect([name, file, read(file).includes(name)]).toEqual([name, file, false]);
  }
  const guide = read('docs/nginx.md');
  expect(guide).toContain('64 KiB of request body, 10 s for a header');
  expect(guide).toContain('20 requests a second for each address, with a burst of 80');
  expect([/zone=requests:10m rate=(\w+)/.exec(conf)?.[1], /zone=requests burst=(\d+)/.exec(read('nginx/site.conf'))?.[1]]).toEqual(['20r', '80']);
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
