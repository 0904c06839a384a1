/** The series that exist from the start: a counter that first appears with 1 has no rise that Prometheus could see. */
import { agentClasses, devices, hours, transferModel, transferSegments, visitClasses, weekdays } from '../metric-names.ts';
import { dropReasons, kinds, lostReasons } from '../record.ts';
import type { Tallies } from './tallies.ts';

export type KnownLabels = {
  readonly sites: readonly string[];
  readonly inputs: readonly string[];
  /** Names of the scrubber's patterns. */
  readonly patterns: readonly string[];
};

/** What a request usually is; the rare methods and classes appear with their first line, or every site would cost hundreds of idle series more. */
const usualMethods = ['GET', 'HEAD', 'POST', 'other'] as const;
const usualStatusClasses = ['2xx', '3xx', '4xx', '5xx'] as const;

/** Starts at 0 every series of a counter whose label values are known before the first line, and the gauges that are sums. */
export function startKnownSeries(tallies: Tallies, known: KnownLabels): void {
  for (const input of known.inputs) {
    tallies.startAtZero('logproc_lines_read_total', [input]);
    tallies.startAtZero('logproc_lines_delivered_total', [input]);
    tallies.startAtZero('logproc_lines_in_flight', [input]);
  }
  for (const reason of dropReasons) tallies.startAtZero('logproc_lines_dropped_total', [reason]);
  for (const reason of lostReasons) tallies.startAtZero('logproc_lost_bytes_total', [reason]);
  for (const pattern of known.patterns) tallies.startAtZero('logproc_scrubbed_total', [pattern]);
  for (const name of ['logproc_visits_opened_total', 'logproc_visits_closed_total', 'logproc_visits_merged_total', 'logproc_visits_open'] as const) tallies.startAtZero(name, []);
  for (const name of ['web_upstream_seconds_total', 'web_request_duration_seconds', 'web_visitors_today_by_country'] as const) tallies.startAtZero('logproc_series_overflow_total', [name]);
  tallies.startAtZero('logproc_series_overflow_total', ['web_requests_total']);
  for (const site of known.sites) startSite(tallies, site);
}

function startSite(tallies: Tallies, site: string): void {
  for (const name of ['logproc_late_lines_total', 'logproc_receipts_total', 'logproc_keys_destroyed_total', 'logproc_keyless_lines_total'] as const) tallies.startAtZero(name, [site]);
  for (const agentClass of agentClasses) {
    tallies.startAtZero('web_visitors_today', [site, agentClass]);
    tallies.startAtZero('web_active_visitors', [site, agentClass]);
    for (const kind of kinds) startRequests(tallies, [site, agentClass, kind]);
  }
  startVisits(tallies, site);
}

function startVisits(tallies: Tallies, site: string): void {
  for (const agentClass of visitClasses) {
    for (const name of ['web_page_views_total', 'web_visits_total', 'web_bounces_total', 'web_visitor_days_total'] as const) tallies.startAtZero(name, [site, agentClass]);
    for (const segment of transferSegments) if (segment !== 'device' || agentClass !== 'bot') tallies.startAtZero('web_transfer_co2e_grams_total', [site, agentClass, segment, transferModel]);
  }
  for (const bounce of ['true', 'false']) tallies.startAtZero('web_visit_duration_seconds', [site, bounce]);
  for (const device of devices) tallies.startAtZero('web_visits_by_device_total', [site, device]);
  for (const weekday of weekdays) for (const hour of hours) tallies.startAtZero('web_visits_started_total', [site, weekday, hour]);
}

function startRequests(tallies: Tallies, [site, agentClass, kind]: readonly [site: string, agentClass: string, kind: string]): void {
  if (kind !== 'health') tallies.startAtZero('web_response_bytes_total', [site, agentClass, kind]);
  for (const method of usualMethods) {
    for (const statusClass of usualStatusClasses) tallies.startAtZero('web_requests_total', [site, agentClass, kind, method, statusClass]);
  }
}
