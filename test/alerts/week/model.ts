/**
 * A healthy machine with its nights and weekends, beside the traffic that is really played: every metric that an alert reads, as docs/alerts.md describes.
 * Healthy is not still: a scrape is missed now and then, a push is refused once a day, Loki and the platform are restarted in the week, the disk is cleaned
 * at night, the certificate is renewed, live intensity is away for an hour, and the energy exporter for ten minutes.
 */
import { hourShares, weekdayFactors } from '../../../log-processor/src/generate/day-curve.ts';
import { dropReasons, lostReasons } from '../../../log-processor/src/record.ts';
import { isOfSite, thresholdValues, thresholds } from '../../../log-processor/src/thresholds.ts';
import type { ThresholdName } from '../../../log-processor/src/thresholds.ts';
import { minuteMs, type PlayedDays } from './played-days.ts';
import { growing, series, type Series } from './series.ts';

const dayMinutes = 1440;
/** On the second day, at ten: a new worker of the platform, which is an instance of its own. */
const released = dayMinutes + 600;
const atMinute = (minute: number, hour: number, day?: number): boolean => minute % dayMinutes === hour * 60 && (day === undefined || Math.floor(minute / dayMinutes) % 7 === day);
/** 0 to about 1: how busy the machine is. Minute 0 is a midnight; as a Monday it is, because the weekend of the traffic itself is the real one. */
const load = (minute: number): number => (hourShares[Math.floor(minute / 60) % 24] ?? 0) * (weekdayFactors[Math.floor(minute / dayMinutes) % 7] ?? 1) * 9;
const wave = (minute: number, period: number): number => Math.sin((2 * Math.PI * minute) / period);
const seconds = (minute: number): number => minute * 60;

const processor = { instance: 'processor:9464', job: 'tidewatch-processor' };
const node = { instance: 'node-exporter:9100', job: 'node-exporter' };
const collector = { instance: 'otel-collector:8889', job: 'otel-collector' };
const energy = { instance: 'stack', job: 'energy' };
const jobs = ['tidewatch-processor', 'otel-collector', 'otel-collector-internal', 'node-exporter', 'prometheus', 'loki', 'alertmanager', 'grafana', 'log-agent'] as const;

/** Every series, played and modelled. @param minutes how long */
export function healthySeries(played: PlayedDays, minutes: number): readonly Series[] {
  const ofParts = [playedSeries, pipeline, privacy, audience, platform, machine, containers, carbon, stack, thresholdSeries];
  return ofParts.flatMap((part) => part(played, minutes));
}

type Part = (played: PlayedDays, minutes: number) => readonly Series[];

const valuesOf = (played: PlayedDays, name: string): readonly number[] => played.counters.find((counter) => counter.name === name)?.values ?? [];

/**
 * What the road really counted. Kinds and methods that no alert tells apart are added up, because promtool reads every sample of a week again at each step.
 * Lines and visits are written by `pipeline`, with their ledger.
 */
const playedSeries: Part = (played, minutes) => {
  const sums = new Map<string, { readonly name: string; readonly labels: Readonly<Record<string, string>>; readonly values: number[] }>();
  for (const { name, labels, values } of played.counters.filter((counter) => counter.name.startsWith('web_') && counter.values.at(-1) !== 0)) {
    const { kind, method, ...rest } = labels;
    const told = { ...rest, ...(kind === undefined ? {} : { kind: kind === 'health' ? kind : 'page' }), ...(method === undefined ? {} : { method: 'GET' }) };
    const key = name + JSON.stringify(told);
    const sum = sums.get(key) ?? { name, labels: told, values: Array.from({ length: minutes + 1 }, () => 0) };
    sums.set(key, sum);
    for (let minute = 0; minute <= minutes; minute += 1) sum.values[minute] = (sum.values[minute] ?? 0) + (values[minute] ?? 0);
  }
  return [...sums.values()].map(({ name, labels, values }) => series(name, { ...processor, ...labels }, (minute) => values[minute] ?? null));
};

const pipeline: Part = (played, minutes) => {
  const read = valuesOf(played, 'logproc_lines_read_total');
  const closed = valuesOf(played, 'logproc_visits_closed_total');
  const inFlight = (minute: number): number => Math.min(minute % 4, (read[minute] ?? 0) - (read[minute - 1] ?? 0));
  /** A visit is open for about half an hour before it closes. */
  const opened = (minute: number): number => closed[Math.min(minute + 32, closed.length - 1)] ?? 0;
  const main = { ...processor, input: 'nginx' };
  return [
    series('logproc_lines_read_total', main, (minute) => read[minute] ?? 0),
    series('logproc_lines_delivered_total', main, (minute) => (read[minute] ?? 0) - inFlight(minute)),
    series('logproc_lines_in_flight', main, inFlight),
    series('logproc_lag_bytes', main, (minute) => (minute % 3) * 300),
    // What the agent ships of errors and of the application.
    ...['logproc_lines_read_total', 'logproc_lines_delivered_total'].map((name) => series(name, { ...processor, input: 'agent' }, (minute) => minute * 3)),
    ...dropReasons.map((reason) => series('logproc_lines_dropped_total', { ...processor, reason }, 0)),
    ...lostReasons.map((reason) => series('logproc_lost_bytes_total', { ...processor, reason }, 0)),
    series('logproc_visits_opened_total', processor, opened),
    series('logproc_visits_closed_total', processor, (minute) => closed[minute] ?? 0),
    series('logproc_visits_open', processor, (minute) => opened(minute) - (closed[minute] ?? 0)),
    series('logproc_visits_merged_total', processor, 0),
    series('logproc_catching_up', processor, 0),
    series('logproc_watermark_timestamp_seconds', main, (minute) => seconds(minute) - 120 - (minute % 3) * 5),
    // Loki is restarted once, for two minutes.
    series('logproc_outbox_bytes', processor, (minute) => (atMinute(minute - 1, 4, 2) ? 3_000_000 : 4000 + Math.round(20_000 * load(minute)))),
    ...['access', 'visit', 'day', 'error', 'app'].flatMap((stream) => [
      growing('logproc_pushes_total', { ...processor, stream, outcome: 'accepted' }, (minute) => (stream === 'access' ? 12 : Number(minute % 10 === 0)), minutes),
      growing('logproc_pushes_total', { ...processor, stream, outcome: 'retry' }, (minute) => Number(stream === 'access' && atMinute(minute, 4)), minutes),
    ]),
    series('logproc_push_duration_seconds_count', processor, (minute) => minute * 12),
  ];
};

/** A day's key is made with its first line and destroyed half an hour after its end; then comes the receipt, and then the raw logs go. */
const privacy: Part = ({ site }) => {
  const ofSite = { ...processor, site };
  const midnight = (minute: number): number => Math.floor(minute / dayMinutes) * dayMinutes;
  const isSettled = (minute: number): boolean => minute - midnight(minute) >= 33;
  return [
    series('logproc_key_created_timestamp_seconds', { ...ofSite, key: 'current' }, (minute) => seconds(midnight(minute))),
    series('logproc_key_created_timestamp_seconds', { ...ofSite, key: 'previous' }, (minute) => (isSettled(minute) || minute < dayMinutes ? null : seconds(midnight(minute) - dayMinutes))),
    series('logproc_receipt_timestamp_seconds', ofSite, (minute) => {
      const end = isSettled(minute) ? midnight(minute) : midnight(minute) - dayMinutes;
      return end <= 0 ? null : seconds(end);
    }),
    series('logproc_raw_log_oldest_timestamp_seconds', processor, (minute) => seconds(isSettled(minute) ? midnight(minute) : Math.max(0, midnight(minute) - dayMinutes))),
  ];
};

/** What the rules of Loki record, counted here from the same lines. */
const audience: Part = ({ site, startMs, streams }, minutes) => {
  const minuteOf = (ns: bigint): number => Math.ceil((Number(ns / 1_000_000n) - startMs) / minuteMs);
  const firsts = streams.visit.filter(({ text }) => text.includes('"first_today":true') && text.includes('"agent_class":"human"')).map(({ ns }) => minuteOf(ns));
  const lines = streams.access.map(({ ns }) => minuteOf(ns));
  const within = (times: readonly number[], window: number): readonly number[] => {
    const added = Array.from({ length: minutes + 1 }, () => 0);
    for (const time of times) if (time <= minutes) added[time] = (added[time] ?? 0) + 1;
    let sum = 0;
    return added.map((count, minute) => (sum += count - (added[minute - window] ?? 0)));
  };
  const visitors = within(firsts, dayMinutes);
  const rate = within(lines, 10);
  return [
    series('site:log_visitors:count1d', { site }, (minute) => (minute < (firsts[0] ?? Infinity) ? null : (visitors[minute] ?? null))),
    series('site:log_access_lines:rate10m', { site }, (minute) => (rate[minute] ?? 0) / 600),
  ];
};

const platform: Part = (played, minutes) => {
  const app = { ...collector, job: 'ocean-body', instance: 'platform' };
  const ofStatus = (from: string): number[] => {
    const counters = played.counters.filter(({ name, labels }) => name === 'web_requests_total' && /page|api|feed/.test(labels['kind'] ?? '') && (labels['status_class'] ?? '').startsWith(from));
    return Array.from({ length: minutes + 1 }, (_, minute) => counters.reduce((sum, { values }) => sum + (values[minute] ?? 0), 0));
  };
  const read = valuesOf(played, 'logproc_lines_read_total');
  const urls = ['http://nginx:8081/', 'http://nginx:8081/api/health', 'http://nginx:8081/healthz'];
  return [
    ...[['2', '200'], ['3', '304'], ['4', '404'], ['5', '500']].flatMap(([from = '', code = '']) => {
      const values = ofStatus(from);
      const labels = { ...app, http_response_status_code: code, http_route: '/', http_request_method: 'GET' };
      // 1.5 of a hundred take longer than half a second, as the generated site does.
      return [
        series('http_server_request_duration_seconds_count', labels, (minute) => values[minute] ?? null),
        series('http_server_request_duration_seconds_bucket', { ...labels, le: '0.5' }, (minute) => Math.floor((values[minute] ?? 0) * 0.985)),
      ];
    }),
    series('nginx_requests_total', collector, (minute) => (read[minute] ?? 0) + minute * 4),
    // Each check fails once a day, for one question in two.
    ...urls.flatMap((http_url, index) => ['1xx', '2xx', '3xx', '4xx', '5xx'].map((status) => series('httpcheck_status', { ...collector, http_url, http_method: 'GET', http_status_code: '200', http_status_class: status }, (minute) => Number(status === (atMinute(minute, index + 9) ? '5xx' : '2xx'))))),
    // Renewed at 30 days before its end.
    series('httpcheck_tls_cert_remaining_seconds', { ...collector, http_url: 'https://ocean-body.example/' }, (minute) => (33 * dayMinutes - minute > 30 * dayMinutes ? 33 * dayMinutes - minute : 93 * dayMinutes - minute) * 60),
  ]; // prettier-ignore
};

const machine: Part = (_played, minutes) => {
  const root = { ...node, mountpoint: '/', device: '/dev/vda1', fstype: 'ext4' };
  const memory = { ...node, mountpoint: '/run', device: 'tmpfs', fstype: 'tmpfs' };
  const size = 40e9;
  /** 1.2 GB a day are written and cleaned at four; every two hours Prometheus writes a block of 400 MB and drops its log ten minutes later. */
  const used = (minute: number): number => 23e9 + ((minute - 240 + dayMinutes) % dayMinutes) * (1.2e9 / dayMinutes) + (minute % 120 < 10 ? 4e8 : 0);
  return [
    ...['0', '1'].flatMap((cpu) => [
      growing('node_cpu_seconds_total', { ...node, cpu, mode: 'idle' }, (minute) => 60 * (0.92 - 0.5 * load(minute) - (minute % 120 < 5 ? 0.35 : 0)), minutes),
      growing('node_cpu_seconds_total', { ...node, cpu, mode: 'user' }, (minute) => 60 * (0.08 + 0.5 * load(minute) + (minute % 120 < 5 ? 0.35 : 0)), minutes),
    ]),
    series('node_memory_MemTotal_bytes', node, 8e9),
    series('node_memory_MemAvailable_bytes', node, (minute) => Math.round(3e9 - 1e9 * load(minute))),
    series('node_filesystem_size_bytes', root, size),
    series('node_filesystem_avail_bytes', root, (minute) => Math.round(size - used(minute))),
    series('node_filesystem_readonly', root, 0),
    series('node_filesystem_files', root, 2_600_000),
    series('node_filesystem_files_free', root, (minute) => 2_300_000 - (minute % dayMinutes)),
    series('node_filesystem_size_bytes', memory, 8e8),
    series('node_filesystem_avail_bytes', memory, 7.9e8),
    series('node_filesystem_readonly', memory, 0),
    series('node_filesystem_files', memory, 0),
    series('node_filesystem_files_free', memory, 0),
    series('node_timex_offset_seconds', node, (minute) => 0.002 * wave(minute, 97)),
    series('node_timex_maxerror_seconds', node, (minute) => 0.5 + (minute % 17) * 0.0005),
    series('node_timex_sync_status', node, 1),
    // One bad cable pull.
    growing('node_network_receive_errs_total', { ...node, device: 'eth0' }, (minute) => Number(atMinute(minute, 10, 3)) * 40, minutes),
    series('node_network_transmit_errs_total', { ...node, device: 'eth0' }, 0),
    // The platform is released on Tuesday, Loki is restarted on Wednesday.
    series('process_uptime_seconds', { job: 'tidewatch/ocean-body', instance: 'before' }, (minute) => (minute < released ? 9e5 + minute * 60 : null)),
    series('process_uptime_seconds', { job: 'tidewatch/ocean-body', instance: 'after' }, (minute) => (minute < released ? null : (minute - released) * 60 + 20)),
    ...jobs.map((job) => series('process_start_time_seconds', { job, instance: job }, (minute) => (job === 'loki' && minute % (7 * dayMinutes) > 2 * dayMinutes + 242 ? seconds(minute - (minute % (7 * dayMinutes)) + 2 * dayMinutes + 242) : 1))),
  ];
};

/** Loki comes to four fifths of its limit in the evening. */
const containers: Part = () =>
  [['nginx', 192, 0.2], ['platform', 256, 0.5], ['processor', 512, 0.5], ['loki', 1024, 0.8], ['prometheus', 768, 0.7], ['grafana', 640, 0.4]].flatMap(([service, mebibytes, share]) => [
    series('container_memory_limit_bytes', { ...energy, service: String(service) }, Number(mebibytes) * 1_048_576),
    series('container_memory_usage_bytes', { ...energy, service: String(service) }, (minute) => Math.round(Number(mebibytes) * 1_048_576 * Number(share) * (0.7 + 0.3 * Math.min(1, load(minute))))),
  ]); // prettier-ignore

const carbon: Part = ({ site }) => {
  const isAway = (minute: number): boolean => minute % (7 * dayMinutes) >= 3 * dayMinutes + 120 && minute % (7 * dayMinutes) < 3 * dayMinutes + 130;
  const watts = (minute: number): number => 45 + 35 * load(minute) + 2 * wave(minute, 13);
  const intensity = (minute: number): number => 42 + 12 * wave(minute, dayMinutes) + 5 * wave(minute, 7 * dayMinutes);
  const grid = { instance: 'stack', zone: 'FR', source: 'electricitymaps', method: 'lifecycle-consumption' };
  /** Every quarter of an hour, an hour late; on Thursday the provider is away for an hour. */
  const published = (minute: number): number => minute - (minute % 15) - 60 - (minute % (7 * dayMinutes) >= 4 * dayMinutes && minute % (7 * dayMinutes) < 4 * dayMinutes + 60 ? 60 : 0);
  return [
    series('host:power_watts:selected', { instance: 'stack', source: 'rapl', scope: 'it', reading: 'package-dram' }, (minute) => (isAway(minute) ? null : watts(minute))),
    series('power_sensor_up', { ...energy, hw_id: 'intel-rapl:0', source: 'rapl' }, (minute) => (isAway(minute) ? null : Number(!atMinute(minute, 5)))),
    series('host:pue_ratio:applied', { instance: 'stack', source: 'measured' }, (minute) => 1.38 + 0.05 * wave(minute, dayMinutes)),
    series('host:carbon_intensity:selected', grid, intensity),
    series('carbon_intensity_timestamp_seconds', { ...energy, zone: grid.zone, source: grid.source, method: grid.method }, (minute) => seconds(published(minute))),
    ...['platform', 'nginx', 'loki', 'unattributed'].map((service, index) => series('service:carbon_grams:rate1m', { instance: 'stack', service, component: 'operational' }, (minute) => (isAway(minute) ? null : ([0.3, 0.1, 0.2, 0.4][index] ?? 0) * ((watts(minute) * 1.4 * intensity(minute)) / 3.6e6)))),
    series('site:carbon_grams_per_visit_terms:7d', { site, component: 'operational' }, (minute) => (minute < dayMinutes ? null : 0.12)),
  ]; // prettier-ignore
};

/** One scrape in a day is missed by each target, at an hour of its own. */
const stack: Part = (_played, minutes) => [
  ...jobs.map((job, index) => series('up', { job, instance: job }, (minute) => Number(!atMinute(minute - 7, index + 3) && !(job === 'loki' && (atMinute(minute, 4, 2) || atMinute(minute - 1, 4, 2)))))),
  series('prometheus_rule_evaluation_failures_total', { job: 'prometheus', instance: 'localhost:9090', rule_group: 'stack' }, 0),
  growing('loki_prometheus_rule_evaluation_failures_total', { job: 'loki', instance: 'loki:3100', rule_group: 'lines' }, () => 0, minutes),
  series('prometheus_config_last_reload_successful', { job: 'prometheus', instance: 'localhost:9090' }, 1),
  series('alertmanager_config_last_reload_successful', { job: 'alertmanager', instance: 'alertmanager:9093' }, 1),
  ...['prometheus_tsdb_compactions_failed_total', 'prometheus_tsdb_wal_corruptions_total', 'prometheus_notifications_dropped_total'].map((name) => series(name, { job: 'prometheus', instance: 'localhost:9090' }, 0)),
  series('alertmanager_notifications_failed_total', { job: 'alertmanager', instance: 'alertmanager:9093', integration: 'email', reason: 'other' }, 0),
  growing('loki_request_duration_seconds_count', { job: 'loki', instance: 'loki:3100', route: 'loki_api_v1_push', status_code: '204' }, () => 14, minutes),
  growing('loki_request_duration_seconds_count', { job: 'loki', instance: 'loki:3100', route: 'loki_api_v1_push', status_code: '500' }, (minute) => Number(atMinute(minute, 4)), minutes),
  series('loki_ingester_wal_disk_full_failures_total', { job: 'loki', instance: 'loki:3100' }, 0),
];

const isThreshold = (name: string): name is ThresholdName => Object.hasOwn(thresholds, name);

const thresholdSeries: Part = ({ site }) => {
  const defaults = new Map(Object.entries(thresholds).map(([name, { value }]) => [name, value]));
  const names = [...defaults.keys()].filter(isThreshold);
  const common = Object.fromEntries(names.map((name) => [name, defaults.get(name) ?? NaN])) as Record<ThresholdName, number>;
  return thresholdValues(common, new Map([[site, {}]])).map(({ name, site: of, value }) => series('threshold_value', { ...processor, name, site: isOfSite(name) ? of : '' }, value));
};
