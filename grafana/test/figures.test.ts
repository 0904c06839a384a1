/** Figures worked out by hand: questions of panels, asked by promtool of a few series each, where a health check, a second machine, an old answer or a silent rule would make them wrong. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { builtServersFolder, findServer } from '../../tools/find-server.ts';
import { fillVariables } from './fill-variables.ts';
import { questions } from './questions.ts';
import { skipWithoutServers } from './prometheus-server.ts';

const promtool = existsSync(join(builtServersFolder, 'promtool')) ? join(builtServersFolder, 'promtool') : findServer('promtool');
const asked = questions();

type Case = { readonly where: string; /** Series to values, one in 15 s. */ readonly series: Readonly<Record<string, string>>; readonly at?: string; readonly site?: string; /** Labels to value. */ readonly is: Readonly<Record<string, number>> };

const visitors = {
  'web_requests_total{site="a", kind="page", status_class="2xx"}': '0+9x300',
  'web_requests_total{site="a", kind="page", status_class="5xx"}': '0+1x300',
  'web_requests_total{site="a", kind="health", status_class="2xx"}': '0+50x300',
  'web_requests_total{site="a", kind="health", status_class="5xx"}': '0+5x300',
};
const checks = {
  'httpcheck_status{http_url="u", http_status_class="2xx", http_status_code="200"}': '1x8',
  'httpcheck_status{http_url="u", http_status_class="2xx", http_status_code="0"}': '_x8 0x20',
  'httpcheck_status{http_url="v", http_status_class="2xx", http_status_code="200"}': '1x30',
};
const memory = {
  'container_memory_usage_bytes{instance="one", service="loki"}': '50x10', 'container_memory_limit_bytes{instance="one", service="loki"}': '100x10',
  'container_memory_usage_bytes{instance="two", service="loki"}': '90x10', 'container_memory_limit_bytes{instance="two", service="loki"}': '100x10',
  'container_memory_usage_bytes{instance="one", service="free"}': '90x10', 'container_memory_limit_bytes{instance="one", service="free"}': '0x10',
} as const;
const processor = {
  'container_cpu_time_seconds_total{instance="one", service="loki"}': '0+15x20', 'container_cpu_limit{instance="one", service="loki"}': '2x20',
  'container_cpu_time_seconds_total{instance="two", service="loki"}': '0+3x20', 'container_cpu_limit{instance="two", service="loki"}': '2x20',
} as const;

const cases: readonly Case[] = [
  { where: 'tidewatch-platform: Burn rate now (A)', series: { ...visitors, 'threshold_value{name="error_budget_ratio", site="a"}': '0.01x300', 'threshold_value{name="error_budget_ratio", site="b"}': '0.5x300' }, at: '61m', site: 'a', is: { '{}': 10 } },
  { where: 'tidewatch-platform: Burn rate now (A)', series: visitors, at: '61m', is: { '{}': 20 } },
  { where: 'tidewatch-platform: Share of server errors (A)', series: visitors, at: '10m', is: { '{}': 0.1 } },
  { where: 'tidewatch-platform: Checks (A)', series: checks, at: '4m', is: { '{http_url="u"}': 0, '{http_url="v"}': 1 } },
  { where: 'tidewatch-platform: Failing checks (A)', series: checks, at: '4m', is: { '{}': 1 } },
  { where: 'tidewatch-home: Failing checks (A)', series: checks, at: '1m', is: { '{}': 0 } },
  { where: 'tidewatch-platform: Time of a check (A)', series: { 'httpcheck_duration_milliseconds{http_url="u"}': '250x10' }, at: '2m', is: { '{http_url="u"}': 0.25 } },
  { where: 'tidewatch-platform: Memory, share of the limit (A)', series: memory, at: '2m', is: { '{service="loki"}': 0.9 } },
  { where: 'tidewatch-platform: Processor, share of the limit (A)', series: processor, at: '4m', is: { '{service="loki"}': 0.5 } },
  { where: 'tidewatch-platform: Starts in this time range (B)', series: { 'process_uptime_seconds{instance="a"}': '900+15x4 stale', 'process_uptime_seconds{instance="b"}': '_x5 1+15x4 stale', 'process_uptime_seconds{instance="c"}': '_x10 2+15x4' }, at: '3m30s', is: { '{}': 2 } },
  { where: 'tidewatch-home: Alerts firing (A)', series: {}, at: '1m', is: {} },
  { where: 'tidewatch-home: Alerts firing (A)', series: { 'ALERTS{alertname="DeadMansSwitch", alertstate="firing"}': '1x10', 'ALERTS{alertname="SiteSlow", alertstate="pending"}': '1x10' }, at: '1m', is: { '{}': 0 } },
  { where: 'tidewatch-home: Alerts firing (A)', series: { 'ALERTS{alertname="DeadMansSwitch", alertstate="firing"}': '1x10', 'ALERTS{alertname="SiteSlow", alertstate="firing", site="a"}': '1x10', 'ALERTS{alertname="SiteSlow", alertstate="firing", site="b"}': '1x10' }, at: '1m', is: { '{}': 2 } },
  { where: 'tidewatch-node: In time with others? (B)', series: { 'node_time_seconds{job="node", instance="one"}': '0+15x20' }, at: '2m10s', is: { '{job="node", instance="one"}': 0 } },
  { where: 'tidewatch-node: Speed of the link (A)', series: { 'node_network_speed_bytes{job="node", instance="one", device="eth0"}': '125000000x10', 'node_network_speed_bytes{job="node", instance="one", device="br0"}': '-125000x10' }, at: '1m', is: { 'node_network_speed_bytes{job="node", instance="one", device="eth0"}': 125_000_000 } },
  { where: 'tidewatch-node: Connections by state (A)', series: { 'node_tcp_connection_states{job="node", instance="one", state="established"}': '7x10', 'node_tcp_connection_states{job="node", instance="one", state="rx_queued_bytes"}': '9000x10' }, at: '1m', is: { 'node_tcp_connection_states{job="node", instance="one", state="established"}': 7 } },
  { where: 'tidewatch-node: To and from disk (A)', series: { 'node_vmstat_pgpgin{job="node", instance="one"}': '0+15x20' }, at: '4m', is: { '{job="node", instance="one"}': 1024 } },
  { where: 'tidewatch-carbon: CO2e per hour (A)', series: { 'service:carbon_grams:rate1m{service="loki", component="operational"}': '0.001x10', 'service:carbon_grams:rate1m{service="loki", component="embodied"}': '0.002x10' }, at: '1m', is: { '{}': 10.8 } },
  { where: 'tidewatch-carbon: Energy, last 24 h (A)', series: { 'service:energy_joules:sum1d{service="loki"}': '3600000x10', 'service:energy_joules:sum1d{service="nginx"}': '1800000x10' }, at: '1m', is: { '{}': 1.5 } },
  { where: 'tidewatch-carbon: Power of the machine, and its load (A)', series: { 'host:power_watts:selected{instance="one", source="plug", reading="measured"}': '20x10', 'host:power_watts:selected{instance="two", source="plug", reading="measured"}': '30x10' }, at: '1m', is: { '{source="plug", reading="measured"}': 50 } },
  { where: 'tidewatch-carbon: CO2e, last 30 days (A)', series: { 'service:carbon_grams:rate1m{service="loki"}': '0.5x3' }, at: '45s', is: { '{}': 120 } },
  { where: 'tidewatch-carbon: Budget in use (A)', series: { 'service:carbon_grams:rate1m{service="loki"}': '0.001x10', 'threshold_value{name="co2e_grams_per_hour", site=""}': '7.2x10' }, at: '1m', is: { '{}': 0.5 } },
  { where: 'tidewatch-carbon: What monitoring costs (A)', series: { 'part:power_watts:avg1m{part="monitoring"}': '5x10', 'part:power_watts:avg1m{part="platform"}': '15x10' }, at: '1m', is: { '{}': 0.25 } },
  { where: 'tidewatch-pipeline: Behind the clock (A)', series: { 'logproc_watermark_timestamp_seconds{input="a"}': '0x20', 'logproc_watermark_timestamp_seconds{input="b"}': '90x20' }, at: '2m', is: { '{}': 120 } },
  { where: 'tidewatch-pipeline: Oldest living key (A)', series: { 'logproc_key_created_timestamp_seconds{site="a", key="current"}': '90x20', 'logproc_key_created_timestamp_seconds{site="a", key="previous"}': '60x20' }, at: '2m', is: { '{}': 60 } },
];

/** One case as promtool takes it. */
function caseOf({ where, series, at = '1m', site = '.+', is }: Case): object {
  const target = asked.find((one) => one.where === where)?.target;
  if (target === undefined) throw new Error(`no question ${where}`);
  const expr = fillVariables(target.expr, target.instant, { site, rateInterval: '2m', range: '3m', step: '1m' });
  const input_series = Object.entries(series).map(([name, values]) => ({ series: name, values }));
  return { name: where, interval: '15s', input_series, promql_expr_test: [{ expr, eval_time: at, exp_samples: Object.entries(is).map(([labels, value]) => ({ labels, value })) }] };
}

test.skipIf(skipWithoutServers)('every figure is the one worked out by hand', () => {
  if (promtool === null) throw new Error('no promtool: npm run tools -- prometheus');
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-figures-'));
  try {
    // JSON is YAML.
    writeFileSync(join(folder, 'figures.yaml'), JSON.stringify({ evaluation_interval: '15s', fuzzy_compare: true, tests: cases.map((one) => caseOf(one)) }));
    const { status, stdout, stderr } = spawnSync(promtool, ['test', 'rules', join(folder, 'figures.yaml')], { encoding: 'utf8' });
    expect([status, stderr], stdout).toEqual([0, '']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
