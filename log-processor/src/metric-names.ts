/** Every metric of the processor: name, type, help, labels and limits. Imports nothing, so that rules, dashboards and docs can build on it. */

/** Upper bounds in seconds; `+Inf` is implied. */
const requestBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const visitBuckets = [0, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200];
const pushBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const commitBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

export type MetricType = 'counter' | 'gauge' | 'histogram';

type Row<T extends MetricType, C extends boolean, L extends readonly string[]> = {
  readonly type: T;
  /** True: kept in the store, and shown only once it is durable. False: a measure of this process, gone with it. */
  readonly committed: C;
  /** One sentence. */
  readonly help: string;
  readonly labels: L;
  /** Upper bounds in ascending order; empty where it is no histogram. */
  readonly buckets: readonly number[];
};

const counter = <const L extends readonly string[]>(help: string, ...labels: L): Row<'counter', true, L> => ({ type: 'counter', committed: true, help, labels, buckets: [] });
const gauge = <const L extends readonly string[]>(help: string, ...labels: L): Row<'gauge', true, L> => ({ type: 'gauge', committed: true, help, labels, buckets: [] });
const histogram = <const L extends readonly string[]>(help: string, buckets: readonly number[], ...labels: L): Row<'histogram', true, L> => ({ type: 'histogram', committed: true, help, labels, buckets });
/** The same row as a measure of this process. */
const live = <T extends MetricType, L extends readonly string[]>(row: Row<T, true, L>): Row<T, false, L> => ({ ...row, committed: false });

export const metricNames = {
  web_requests_total: counter('Requests by agent class (bot, browser), kind of resource, method and status class.', 'site', 'agent_class', 'kind', 'method', 'status_class'),
  web_request_duration_seconds: histogram('Time nginx spent on a request, by path template.', requestBuckets, 'site', 'route'),
  web_upstream_seconds_total: counter('Time spent in upstream servers.', 'site', 'agent_class', 'route'),
  web_response_bytes_total: counter('Bytes sent to clients.', 'site', 'agent_class', 'kind'),
  web_page_views_total: counter('Page views, counted when their visit closes (human, bot, suspected).', 'site', 'agent_class'),
  web_visits_total: counter('Closed visits (human, bot, suspected).', 'site', 'agent_class'),
  web_bounces_total: counter('Closed visits with exactly one page view.', 'site', 'agent_class'),
  web_visitor_days_total: counter('Visitors summed over days, by the class of their first closed visit; a visitor of two days counts twice.', 'site', 'agent_class'),
  web_visit_duration_seconds: histogram('Time from the first to the last request of a closed human visit.', visitBuckets, 'site', 'bounce'),
  web_visits_started_total: counter('Closed human visits by the weekday and hour of their start, in the zone of the site.', 'site', 'weekday', 'hour'),
  web_visits_by_device_total: counter('Closed human visits by device.', 'site', 'device'),
  web_transfer_co2e_grams_total: counter('Estimated emissions of what closed visits transferred, in the network and in the reader\'s device (CO2.js; the data centre is measured apart).', 'site', 'agent_class', 'segment', 'model'),
  web_visitors_today: gauge('Unique visitors of the day of the watermark (bot, browser).', 'site', 'agent_class'),
  web_active_visitors: gauge('Visitors with a request in the last 300 s of event time (bot, browser).', 'site', 'agent_class'),
  web_visitors_today_by_country: gauge('Unique browser visitors of the day by country, k-anonymous.', 'site', 'country'),

  logproc_lines_read_total: counter('Lines read.', 'input'),
  logproc_lines_delivered_total: counter('Lines that the sink has.', 'input'),
  logproc_lines_dropped_total: counter('Lines dropped, by reason.', 'reason'),
  logproc_lines_in_flight: gauge('Lines read and neither delivered nor dropped yet.', 'input'),
  logproc_lost_bytes_total: counter('Bytes of inputs that were lost before they became lines.', 'reason'),
  logproc_visits_opened_total: counter('Visits opened.'),
  logproc_visits_closed_total: counter('Visits closed.'),
  logproc_visits_merged_total: counter('Visits that a line between them made one with another.'),
  logproc_visits_open: gauge('Visits that are open.'),
  logproc_late_lines_total: counter('Lines behind the watermark that joined no visit.', 'site'),
  logproc_receipts_total: counter('Daily receipts written.', 'site'),
  logproc_receipt_timestamp_seconds: gauge('The end of the day of the newest receipt.', 'site'),
  logproc_keys_destroyed_total: counter('Daily keys destroyed.', 'site'),
  logproc_keyless_lines_total: counter('Lines whose daily key was gone.', 'site'),
  logproc_scrubbed_total: counter('Personal values replaced, by pattern.', 'pattern'),
  logproc_series_overflow_total: counter('Additions that went to the series `other` because a label was full.', 'metric'),

  logproc_lag_bytes: live(gauge('Bytes that are written but not read yet.', 'input')),
  logproc_watermark_timestamp_seconds: live(gauge('The event time up to which an input is complete.', 'input')),
  logproc_catching_up: live(gauge('1 while the watermark is over 5 minutes behind the clock.')),
  logproc_outbox_bytes: live(gauge('Bytes committed and not delivered yet.')),
  logproc_pushes_total: live(counter('Pushes to the sink, by stream and outcome.', 'stream', 'outcome')),
  logproc_push_duration_seconds: live(histogram('Time of one push.', pushBuckets)),
  logproc_commit_duration_seconds: live(histogram('Time of one commit.', commitBuckets)),
  logproc_key_created_timestamp_seconds: live(gauge('When a living key was made (current, previous).', 'site', 'key')),
  logproc_raw_log_oldest_timestamp_seconds: live(gauge('The oldest line in any raw log file; absent where there is none.')),
  threshold_value: live(gauge('What an alert compares with, by name; the site is empty where one value holds for the whole machine.', 'name', 'site')),
  logproc_build_info: live(gauge('Always 1; version and revision of the program.', 'version', 'revision')),
} as const;

export type MetricName = keyof typeof metricNames;

/** The names of one type, kept in the store (`true`) or not (`false`). */
export type NameOf<T extends MetricType, C extends boolean = true> = {
  [N in MetricName]: (typeof metricNames)[N] extends { readonly type: T; readonly committed: C } ? N : never;
}[MetricName];

/** A mapped type keeps a tuple's length only over a bare parameter. */
type Strings<L extends readonly string[]> = { readonly [I in keyof L]: string };

/** As many strings as the metric has labels, in the order of its row. */
export type LabelsOf<N extends MetricName> = Strings<(typeof metricNames)[N]['labels']>;

export const agentClasses = ['browser', 'bot'] as const;
export const visitClasses = ['human', 'bot', 'suspected'] as const;
/** Parts of the transfer model that are estimated per visit. A bot has no `device`. */
export const transferSegments = ['network', 'device'] as const;
/** Sustainable Web Design, version 4. */
export const transferModel = 'swd-4';
export const devices = ['desktop', 'mobile', 'tablet', 'tv', 'other'] as const;
export const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'other'] as const;
export const statusClasses = ['1xx', '2xx', '3xx', '4xx', '5xx', 'other'] as const;
/** In ISO order, so that luxon's `weekday` minus 1 is the index. */
export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export const hours = ['00', '01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12', '13', '14', '15', '16', '17', '18', '19', '20', '21', '22', '23'] as const;

/**
 * What a label that traffic fills may hold: one of `values`, or at most `atMost` different values per metric and site; everything else is `other`.
 * Labels that are not named here are filled from the configuration or from a closed list of the code.
 */
export const labelRules: Readonly<Record<string, { readonly values: readonly string[] } | { readonly atMost: number }>> = {
  method: { values: methods },
  status_class: { values: statusClasses },
  weekday: { values: weekdays },
  hour: { values: hours },
  device: { values: devices },
  route: { atMost: 50 },
  country: { atMost: 260 },
  stream: { atMost: 10 },
  outcome: { atMost: 20 },
  pattern: { atMost: 50 },
};
