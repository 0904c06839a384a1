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

/** The Flask application over OTLP: stable HTTP conventions, and its own error handlers. */
const application = {
  http_server_request_duration_seconds: foreign('http_request_method', 'http_response_status_code', 'http_route'),
  http_server_active_requests: foreign(),
  app_errors_total: foreign('kind'),
  process_cpu_time_seconds_total: foreign('cpu_mode'),
  process_memory_usage_bytes: foreign(),
  process_thread_count: foreign(),
  process_uptime_seconds: foreign(),
} as const;

/** Receivers of the collector: nginx status and HTTP checks. */
const collector = {
  nginx_requests_total: foreign(),
  nginx_connections_accepted_total: foreign(),
  nginx_connections_handled_total: foreign(),
  nginx_connections_current: foreign('state'),
  httpcheck_status: foreign('http_url', 'http_status_class', 'http_status_code', 'http_method'),
  httpcheck_duration_milliseconds: foreign('http_url'),
  httpcheck_error: foreign('http_url', 'error_message'),
  httpcheck_tls_cert_remaining_seconds: foreign('http_url'),
} as const;

/** Sensors and containers, from the energy exporter through the collector. */
const energy = {
  hw_power_watts: foreign('hw_id', 'source', 'scope', 'zone'),
  hw_energy_joules_total: foreign('hw_id', 'source', 'scope', 'zone'),
  power_sensor_up: foreign('hw_id', 'source', 'zone'),
  container_cpu_time_seconds_total: foreign('service'),
  container_cpu_limit: foreign('service'),
  container_memory_usage_bytes: foreign('service'),
  container_memory_limit_bytes: foreign('service'),
  container_disk_io_bytes_total: foreign('service'),
  carbon_intensity_grams_per_kwh: foreign('zone', 'source', 'method'),
  carbon_intensity_timestamp_seconds: foreign('zone', 'source', 'method'),
  carbon_embodied_grams_per_hour: foreign('host'),
  pue_ratio: foreign('datacenter', 'source', 'period'),
  energy_price_euros_per_kwh: foreign('site'),
  hosting_info: foreign('provider', 'reference', 'renewable'),
} as const;

/** Recorded by prometheus/rules/recording-*.yaml. */
const recorded = {
  'host:power_watts:selected': foreign('source', 'scope', 'reading'),
  'host:cpu_busy:ratio_rate1m': foreign(),
  'host:pue_ratio:applied': foreign('source'),
  'host:carbon_intensity:selected': foreign('zone', 'source', 'method'),
  'host:energy_coverage:ratio1d': foreign(),
  'host:carbon_coverage:ratio1d': foreign(),
  'host:carbon_grams_market:rate1m': foreign('source'),
  'service:power_watts:avg1m': foreign('service'),
  'service:energy_joules:sum1m': foreign('service'),
  'service:energy_joules:sum1d': foreign('service'),
  'service:carbon_grams:rate1m': foreign('service', 'component'),
  'service:carbon_grams:sum1d': foreign('service', 'component'),
  'part:power_watts:avg1m': foreign('part'),
  'part:energy_joules:sum1d': foreign('part'),
  'part:carbon_grams:sum1d': foreign('part', 'component'),
  'site:carbon_grams_per_visit:1d': foreign('site', 'boundary'),
  'site:carbon_grams_per_visit:7d': foreign('site', 'boundary'),
  'site:carbon_grams_per_visit:28d': foreign('site', 'boundary'),
  'site:carbon_grams_per_visit_terms:1d': foreign('site', 'component'),
  'site:energy_joules_per_visit:1d': foreign('site'),
  'site:server_seconds_per_visit:1d': foreign('site'),
  'site:response_bytes_per_visit:1d': foreign('site'),
  'site:transfer_grams_per_visit:1d': foreign('site', 'model'),
  'site:energy_cost_euros:sum1d': foreign('site'),
} as const;

/** Kepler's view of the same machine (profile `metal`). */
const kepler = {
  kepler_node_cpu_watts: foreign('zone'),
  kepler_node_cpu_active_watts: foreign('zone'),
  kepler_container_cpu_watts: foreign('container_name', 'zone', 'state'),
} as const;

/** Written by the alert rules, so that the line on a dashboard and the alert cannot differ. */
const rules = { threshold_value: foreign('name', 'site') } as const;

export const foreignMetrics = { ...prometheus, ...processes, ...loki, ...application, ...collector, ...energy, ...recorded, ...kepler, ...rules } as const;
