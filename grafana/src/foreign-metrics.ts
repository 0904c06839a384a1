/** Metrics of the programs around the processor that dashboards ask for, with the labels they use; a test finds each in a scrape of the real program. */

const foreign = <const L extends readonly string[]>(...labels: L): { readonly labels: L } => ({ labels });

/** Made by Prometheus itself. */
const prometheus = {
  up: foreign(),
  scrape_duration_seconds: foreign(),
  scrape_samples_scraped: foreign(),
  ALERTS: foreign('alertname', 'alertstate', 'severity'),
  prometheus_tsdb_head_series: foreign(),
  prometheus_tsdb_head_samples_appended_total: foreign(),
  prometheus_tsdb_storage_blocks_bytes: foreign(),
  prometheus_tsdb_lowest_timestamp_seconds: foreign(),
  prometheus_rule_evaluation_failures_total: foreign('rule_group'),
  prometheus_notifications_dropped_total: foreign(),
} as const;

/** Every Go and Python program here. */
const processes = {
  process_resident_memory_bytes: foreign(),
  process_cpu_seconds_total: foreign(),
  process_open_fds: foreign(),
  process_max_fds: foreign(),
  process_start_time_seconds: foreign(),
} as const;

const loki = {
  loki_distributor_lines_received_total: foreign(),
  loki_distributor_bytes_received_total: foreign(),
  loki_ingester_memory_streams: foreign(),
  loki_ingester_memory_chunks: foreign(),
  loki_ingester_wal_disk_full_failures_total: foreign(),
  loki_request_duration_seconds: foreign('route', 'status_code'),
} as const;

/** Written by the alert rules, so that the line on a dashboard and the alert cannot differ. */
const rules = { threshold_value: foreign('name', 'site') } as const;

export const foreignMetrics = { ...prometheus, ...processes, ...loki, ...rules } as const;
