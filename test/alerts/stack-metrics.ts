/** Metrics of the stack's own programs that alerts ask for and no dashboard does; test/alerts/loki-rules.test.ts finds each in a scrape of the real program. */

export const stackMetrics = {
  prometheus: ['prometheus_rule_evaluation_failures_total', 'prometheus_config_last_reload_successful', 'prometheus_tsdb_compactions_failed_total', 'prometheus_tsdb_wal_corruptions_total', 'prometheus_notifications_dropped_total'],
  alertmanager: ['alertmanager_notifications_failed_total', 'alertmanager_config_last_reload_successful'],
  loki: ['loki_prometheus_rule_evaluation_failures_total', 'loki_request_duration_seconds_count', 'loki_ingester_wal_disk_full_failures_total'],
  node_exporter: [
    'node_cpu_seconds_total', 'node_memory_MemAvailable_bytes', 'node_memory_MemTotal_bytes', 'node_filesystem_avail_bytes', 'node_filesystem_size_bytes', 'node_filesystem_readonly', 'node_filesystem_files',
    'node_filesystem_files_free', 'node_timex_offset_seconds', 'node_timex_maxerror_seconds', 'node_timex_sync_status', 'node_network_receive_errs_total', 'node_network_transmit_errs_total',
  ],
} as const; // prettier-ignore
