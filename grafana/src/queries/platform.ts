/** What dashboards ask about the application, nginx and the containers. */
import { addedInRange, addedPerInterval, chosenSite, is, isNot, like, maxBy, min, orZero, part, quantile, rate, ratio, series, sum, sumBy, type Matchers } from '../promql.ts';

const duration = 'http_server_request_duration_seconds' as const;
/** Without health checks, as in the alerts: their steady success would hide what visitors get. */
const ofVisitors = { ...chosenSite, kind: isNot('health') } as const;

export const requests = (): string => sum(rate(part(duration, 'count')));
export const requestsByRoute = (): string => sumBy(['http_route'], rate(part(duration, 'count')));
export const requestsByStatus = (): string => sumBy(['http_response_status_code'], rate(part(duration, 'count')));
export const activeRequests = (): string => sum(series('http_server_active_requests'));
export const serverErrorRatio = (): string => ratio(orZero(sum(rate(part(duration, 'count', { http_response_status_code: like('5..') })))), requests());
export const clientErrorRatio = (): string => ratio(orZero(sum(rate(part(duration, 'count', { http_response_status_code: like('4..') })))), requests());
export const seconds = (share: number): string => quantile(share, part(duration, 'bucket'));
export const secondsByRoute = (share: number): string => quantile(share, part(duration, 'bucket'), ['http_route']);
export const secondBuckets = (): string => sumBy(['le'], rate(part(duration, 'bucket')));
export const errorsByKind = (): string => `${sumBy(['kind'], addedPerInterval(series('app_errors_total')))} > 0`;
export const errorsInRange = (): string => `sort_desc(${sumBy(['kind'], addedInRange(series('app_errors_total')))} > 0)`;

/** Routes as rows: requests, mean and slow seconds, errors. */
export const routeRequests = (): string => sumBy(['http_route'], addedInRange(part(duration, 'count')));
export const routeMean = (): string => `${sumBy(['http_route'], addedInRange(part(duration, 'sum')))} / (${sumBy(['http_route'], addedInRange(part(duration, 'count')))} > 0)`;
export const routeSlow = (): string => `histogram_quantile(0.95, ${sumBy(['le', 'http_route'], addedInRange(part(duration, 'bucket')))})`;
export const routeErrors = (): string => sumBy(['http_route'], addedInRange(part(duration, 'count', { http_response_status_code: like('5..') })));

/**
 * Which share of the error budget of 30 days would be gone if the last `time` went on: 1 uses it up exactly. Each site against its own budget, and the worst of
 * the chosen ones is shown, as its alert would see it: a small site that is down would be lost in the sum with a large one.
 */
export function burn(time: string): string {
  const of = (matchers: Matchers<'web_requests_total'>): string => sumBy(['site'], `increase(${series('web_requests_total', matchers)}[${time}])`);
  const [failed, all] = [of({ ...ofVisitors, status_class: is('5xx') }), of(ofVisitors)];
  const budget = `(${maxBy(['site'], series('threshold_value', { ...chosenSite, name: is('error_budget_ratio') }))} or on (site) 0 * ${all} + ${defaultBudget})`;
  return `max(${failed} / on (site) (${all} > 0) / on (site) ${budget})`;
}
/** 99.5 % of requests without a 5xx, where no alert says otherwise. */
export const defaultBudget = 0.005;

export const siteErrorRatio = (): string => ratio(orZero(sum(rate(series('web_requests_total', { ...ofVisitors, status_class: is('5xx') })))), sum(rate(series('web_requests_total', ofVisitors))));
export const siteRequestsByStatus = (): string => sumBy(['status_class'], rate(series('web_requests_total', chosenSite)));
export const siteRequestsByMethod = (): string => sumBy(['method'], rate(series('web_requests_total', chosenSite)));
export const siteSeconds = (share: number): string => quantile(share, part('web_request_duration_seconds', 'bucket', chosenSite));
export const siteSecondsByRoute = (): string => `topk(10, ${quantile(0.95, part('web_request_duration_seconds', 'bucket', chosenSite), ['route'])})`;
export const upstreamSeconds = (): string => sumBy(['agent_class'], rate(series('web_upstream_seconds_total', chosenSite)));
export const upstreamByRoute = (): string => `sort_desc(topk(10, ${sumBy(['route'], addedInRange(series('web_upstream_seconds_total', chosenSite)))} > 0))`;

export const nginxRequests = (): string => sum(rate(series('nginx_requests_total')));
export const nginxConnections = (): string => sumBy(['state'], series('nginx_connections_current'));
export const nginxRefused = (): string => `${sum(rate(series('nginx_connections_accepted_total')))} - ${sum(rate(series('nginx_connections_handled_total')))}`;

/** The collector shows the last status beside the one before it for minutes: only what is as young as two checks counts, as in the alert. */
const young = (selector: string): string => `(${selector} and timestamp(${selector}) > time() - 75)`;
export const checkOk = (): string => `max by (http_url) ${young(series('httpcheck_status', { http_status_class: is('2xx') }))}`;
/** Nothing where nothing is checked. */
export const checksFailing = (): string => sum(`${checkOk()} == bool 0`);
export const checkSeconds = (): string => `max by (http_url) ${young(series('httpcheck_duration_milliseconds'))} / 1000`;
export const checkErrors = (): string => `sum by (http_url, error_message) ${young(series('httpcheck_error'))} > 0`;
export const certificateSeconds = (): string => min(series('httpcheck_tls_cert_remaining_seconds'));

export const serviceCpu = (): string => sumBy(['service'], rate(series('container_cpu_time_seconds_total')));
/** Share of the service's own `cpus` limit. */
export const serviceCpuOfLimit = (): string => `max by (service) (${sumBy(['instance', 'service'], rate(series('container_cpu_time_seconds_total')))} / (${maxBy(['instance', 'service'], series('container_cpu_limit'))} > 0))`;
export const serviceMemory = (): string => sumBy(['service'], series('container_memory_usage_bytes'));
/** Of the machine where it is nearest to its limit. A service without a limit has no share. */
export const serviceMemoryOfLimit = (): string => `max by (service) (${maxBy(['instance', 'service'], series('container_memory_usage_bytes'))} / ${maxBy(['instance', 'service'], `${series('container_memory_limit_bytes')} > 0`)})`;
export const serviceDisk = (): string => sumBy(['service'], rate(series('container_disk_io_bytes_total')));
export const applicationCpu = (): string => sumBy(['cpu_mode'], rate(series('process_cpu_time_seconds_total')));
export const applicationMemory = (): string => sum(series('process_memory_usage_bytes'));
export const applicationThreads = (): string => sum(series('process_thread_count'));
export const applicationUptime = (): string => min(series('process_uptime_seconds'));
/** A start is a new start time. */
export const restarts = (): string => `sum by (job) (changes(${series('process_start_time_seconds')}[$__range]))`;
/** Each worker of the application is an instance of its own and says how long it runs: those that were seen younger than a minute began in this time. */
export const applicationRestarts = (): string => `sum(min_over_time(${series('process_uptime_seconds')}[$__range]) < bool 60)`;
