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

/** Of every machine: the others of the same name must not be asked for by the questions of these. */
const node = (name: string, labels = ''): string => `${name}{job="node", instance="one"${labels}}`;
const ofNode = '{job="node", instance="one"}';
const durations = {
  'web_visit_duration_seconds_sum{site="a", bounce="true"}': '0x20', 'web_visit_duration_seconds_count{site="a", bounce="true"}': '0+3x20',
  'web_visit_duration_seconds_sum{site="a", bounce="false"}': '0+60x20', 'web_visit_duration_seconds_count{site="a", bounce="false"}': '0+1x20',
} as const;
const ledger = {
  'logproc_lines_read_total{input="a"}': '90x10', 'logproc_lines_read_total{input="b"}': '10x10', 'logproc_lines_delivered_total{input="a"}': '80x10',
  'logproc_lines_dropped_total{reason="parse"}': '5x10', 'logproc_lines_in_flight{input="a"}': '12x10',
} as const;

const cases: readonly Case[] = [
  { where: 'tidewatch-platform: Burn rate now (A)', series: { ...visitors, 'threshold_value{name="error_budget_ratio", site="a"}': '0.01x300', 'threshold_value{name="error_budget_ratio", site="b"}': '0.5x300' }, at: '61m', site: 'a', is: { '{}': 10 } },
  { where: 'tidewatch-platform: Burn rate now (A)', series: visitors, at: '61m', is: { '{}': 20 } },
  { where: 'tidewatch-platform: Burn rate now (A)', series: { ...visitors, 'web_requests_total{site="b", kind="page", status_class="2xx"}': '0+890x300', 'web_requests_total{site="b", kind="page", status_class="5xx"}': '0x300', 'threshold_value{name="error_budget_ratio", site="a"}': '0.01x300', 'threshold_value{name="error_budget_ratio", site="b"}': '0.5x300' }, at: '61m', is: { '{}': 10 } },
  { where: 'tidewatch-platform: Share of server errors (B)', series: { 'threshold_value{name="error_budget_ratio", site="a"}': '0.01x10', 'threshold_value{name="error_budget_ratio", site="b"}': '0.5x10' }, at: '1m', is: { '{name="error_budget_ratio"}': 0.01 } },
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
  { where: 'tidewatch-carbon: Budget in use (A)', series: { 'service:carbon_grams:rate1m{instance="one", service="loki", component="operational"}': '0.001x10', 'service:carbon_grams:rate1m{instance="one", service="loki", component="embodied"}': '0.7x10', 'service:carbon_grams:rate1m{instance="two", service="loki", component="operational"}': '0.0005x10', 'threshold_value{name="co2e_grams_per_hour", site=""}': '7.2x10' }, at: '1m', is: { '{}': 0.5 } },
  { where: 'tidewatch-carbon: Terms of one visit, last 24 h (A)', series: { 'site:carbon_grams_per_visit_terms:1d{site="a", component="operational"}': '0.25x10', 'site:carbon_grams_per_visit_terms:1d{site="b", component="operational"}': '0.5x10' }, at: '1m', is: { '{site="a", component="operational"}': 0.25, '{site="b", component="operational"}': 0.5 } },
  { where: 'tidewatch-carbon: Location based and market based (A)', series: { 'service:carbon_grams:rate1m{instance="one", component="operational"}': '0.001x10', 'service:carbon_grams:rate1m{instance="one", component="embodied"}': '0.7x10' }, at: '1m', is: { '{}': 3.6 } },
  { where: 'tidewatch-carbon: Location based and market based (B)', series: { 'host:carbon_grams_market:rate1m{instance="one", source="a"}': '0.001x10', 'host:carbon_grams_market:rate1m{instance="two", source="a"}': '0.0005x10' }, at: '1m', is: { '{}': 3.6 } },
  { where: 'tidewatch-carbon: What monitoring costs (A)', series: { 'part:power_watts:avg1m{part="monitoring"}': '5x10', 'part:power_watts:avg1m{part="platform"}': '15x10' }, at: '1m', is: { '{}': 0.25 } },
  { where: 'tidewatch-pipeline: Behind the clock (A)', series: { 'logproc_watermark_timestamp_seconds{input="a"}': '0x20', 'logproc_watermark_timestamp_seconds{input="b"}': '90x20' }, at: '2m', is: { '{}': 120 } },
  { where: 'tidewatch-pipeline: Oldest living key (A)', series: { 'logproc_key_created_timestamp_seconds{site="a", key="current"}': '90x20', 'logproc_key_created_timestamp_seconds{site="a", key="previous"}': '60x20' }, at: '2m', is: { '{}': 60 } },

  { where: 'tidewatch-node: Processor busy (A)', series: { [node('node_cpu_seconds_total', ', cpu="0", mode="idle"')]: '0+15x20', [node('node_cpu_seconds_total', ', cpu="1", mode="idle"')]: '0x20', [node('node_cpu_seconds_total', ', cpu="1", mode="user"')]: '0+15x20' }, at: '4m', is: { '{instance="one"}': 0.5 } },
  { where: 'tidewatch-node: Load per core (A)', series: { [node('node_load1')]: '6x10', [node('node_cpu_seconds_total', ', cpu="0", mode="idle"')]: '1x10', [node('node_cpu_seconds_total', ', cpu="0", mode="user"')]: '1x10', [node('node_cpu_seconds_total', ', cpu="1", mode="idle"')]: '1x10' }, at: '1m', is: { '{instance="one"}': 3 } },
  { where: 'tidewatch-node: Memory in use (A)', series: { [node('node_memory_MemAvailable_bytes')]: '25x10', [node('node_memory_MemTotal_bytes')]: '100x10' }, at: '1m', is: { [ofNode]: 0.75 } },
  { where: 'tidewatch-node: Swap in use (A)', series: { [node('node_memory_SwapFree_bytes')]: '0x10', [node('node_memory_SwapTotal_bytes')]: '0x10' }, at: '1m', is: {} },
  { where: 'tidewatch-node: Fullest file system (A)', series: Object.fromEntries([['zfs', 40], ['tmpfs', 1], ['ext4', 70]].flatMap(([type, free]) => [[node('node_filesystem_avail_bytes', `, fstype="${type}", mountpoint="/${type}"`), `${free}x10`], [node('node_filesystem_size_bytes', `, fstype="${type}", mountpoint="/${type}"`), '100x10']])), at: '1m', is: { '{}': 0.6 } },
  { where: 'tidewatch-node: Time until it is full (A)', series: { [node('node_filesystem_avail_bytes', ', fstype="ext4", mountpoint="/"')]: '1000-15x20', [node('node_filesystem_avail_bytes', ', fstype="ext4", mountpoint="/home"')]: '1000+15x20' }, at: '4m', is: { '{instance="one", mountpoint="/"}': 760 } },
  { where: 'tidewatch-platform: Certificate (A)', series: { 'httpcheck_tls_cert_remaining_seconds{http_url="u"}': '900x10', 'httpcheck_tls_cert_remaining_seconds{http_url="v"}': '100x10' }, at: '1m', is: { '{}': 100 } },
  { where: 'tidewatch-platform: nginx itself (B)', series: { nginx_connections_accepted_total: '0+30x20', nginx_connections_handled_total: '0+22.5x20' }, at: '4m', is: { '{}': 0.5 } },
  { where: 'tidewatch-platform: Starts in this time range (A)', series: { 'process_start_time_seconds{job="loki"}': '5x6 9x20', 'process_start_time_seconds{job="prometheus"}': '5x26' }, at: '3m30s', is: { '{job="loki"}': 1, '{job="prometheus"}': 0 } },
  { where: 'tidewatch-platform: Share of errors (A)', series: { 'http_server_request_duration_seconds_count{http_response_status_code="200"}': '0+15x20' }, at: '4m', is: { '{}': 0 } },
  { where: 'tidewatch-pipeline: Unaccounted lines (A)', series: ledger, at: '1m', is: { '{}': 3 } },
  { where: 'tidewatch-pipeline: Oldest raw line (A)', series: { 'logproc_raw_log_oldest_timestamp_seconds{input="a"}': '100x20', 'logproc_raw_log_oldest_timestamp_seconds{input="b"}': '40x20' }, at: '2m', is: { '{}': 80 } },
  { where: 'tidewatch-pipeline: Age of the newest receipt (A)', series: { 'logproc_receipt_timestamp_seconds{site="a"}': '20x20', 'logproc_receipt_timestamp_seconds{site="b"}': '100x20' }, at: '2m', is: { '{site="a"}': 100, '{site="b"}': 20 } },
  { where: 'tidewatch-carbon: Age of the intensity (A)', series: { 'carbon_intensity_timestamp_seconds{zone="FR", source="rte", method="direct"}': '90x20' }, at: '2m', is: { '{zone="FR", source="rte", method="direct"}': 30 } },
  { where: 'tidewatch-carbon: Coverage (A)', series: { 'host:carbon_coverage:ratio1d{instance="one"}': '1x10', 'host:carbon_coverage:ratio1d{instance="two"}': '0.5x10' }, at: '1m', is: { '{}': 0.5 } },
  { where: 'tidewatch-carbon: Cost, last 24 h (A)', series: { 'site:energy_cost_euros:sum1d{site="a"}': '2x10', 'site:energy_cost_euros:sum1d{site="b"}': '3x10' }, at: '1m', is: { '{}': 5 } },
  { where: 'tidewatch-engagement: Visitors today (A)', series: { 'web_visitors_today{site="a", agent_class="browser"}': '7x10', 'web_visitors_today{site="b", agent_class="browser"}': '2x10', 'web_visitors_today{site="a", agent_class="bot"}': '90x10' }, at: '1m', is: { '{}': 9 } },
  { where: 'tidewatch-engagement: Visitors today (A)', series: { 'web_visitors_today{site="a.b", agent_class="browser"}': '7x10', 'web_visitors_today{site="a-b", agent_class="browser"}': '2x10' }, at: '1m', site: String.raw`a\\.b`, is: { '{}': 7 } },
  { where: 'tidewatch-engagement: Mean visit (A)', series: durations, at: '4m', is: { '{}': 15 } },
  { where: 'tidewatch-engagement: Mean visit, more pages (A)', series: durations, at: '4m', is: { '{}': 60 } },
  { where: 'tidewatch-engagement: Bounce rate (A)', series: { 'web_bounces_total{site="a", agent_class="human"}': '0+1x20', 'web_visits_total{site="a", agent_class="human"}': '0+4x20', 'web_bounces_total{site="a", agent_class="bot"}': '0+9x20', 'web_visits_total{site="a", agent_class="bot"}': '0+9x20' }, at: '4m', is: { '{}': 0.25 } },
  { where: 'tidewatch-home: Fired in this time range (A)', series: { 'ALERTS{alertname="SiteSlow", alertstate="firing", severity="warning", site="a"}': '_x4 1x3', 'ALERTS{alertname="DeadMansSwitch", alertstate="firing", severity="none"}': '1x20', 'ALERTS{alertname="SiteSlow", alertstate="pending", severity="warning", site="a"}': '1x4' }, at: '3m', is: { '{alertname="SiteSlow", severity="warning"}': 4 } },
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
