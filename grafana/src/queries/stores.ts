/** What dashboards ask about Loki and Prometheus themselves. */
import { isNot, like, max, maxBy, orZero, part, quantile, rate, series, sum, sumBy } from '../promql.ts';

export const targets = (): string => `min by (job, instance) (${series('up')})`;
export const targetsDown = (): string => sum(`${series('up')} == bool 0`);
export const scrapeSeconds = (): string => maxBy(['job'], series('scrape_duration_seconds'));
export const samplesPerScrape = (): string => sumBy(['job'], series('scrape_samples_scraped'));

export const lokiLines = (): string => sum(rate(series('loki_distributor_lines_received_total')));
export const lokiBytes = (): string => sum(rate(series('loki_distributor_bytes_received_total')));
export const lokiStreams = (): string => sum(series('loki_ingester_memory_streams'));
export const lokiChunks = (): string => sum(series('loki_ingester_memory_chunks'));
export const lokiDiskFull = (): string => orZero(sum(rate(series('loki_ingester_wal_disk_full_failures_total'))));
export const lokiFailures = (): string => orZero(sumBy(['route'], rate(part('loki_request_duration_seconds', 'count', { status_code: like('5..') }))));
export const lokiSeconds = (share: number): string => quantile(share, part('loki_request_duration_seconds', 'bucket', { route: isNot('metrics') }), ['route']);

export const prometheusSeries = (): string => sum(series('prometheus_tsdb_head_series'));
export const prometheusSamples = (): string => sum(rate(series('prometheus_tsdb_head_samples_appended_total')));
export const prometheusBytes = (): string => sum(series('prometheus_tsdb_storage_blocks_bytes'));
export const prometheusReach = (): string => `time() - ${max(series('prometheus_tsdb_lowest_timestamp_seconds'))}`;
export const ruleFailures = (): string => orZero(sum(rate(series('prometheus_rule_evaluation_failures_total'))));
export const notificationsDropped = (): string => orZero(sum(rate(series('prometheus_notifications_dropped_total'))));
export const memoryByJob = (): string => sumBy(['job'], series('process_resident_memory_bytes'));
export const cpuByJob = (): string => sumBy(['job'], rate(series('process_cpu_seconds_total')));
