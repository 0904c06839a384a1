/** The site as its visitors had it. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { why } from '../no-data.ts';
import { barGauge } from '../panels/gauge.ts';
import { overTime } from '../panels/over-time.ts';
import * as ask from '../queries/platform.ts';
import { thresholdOf } from '../queries/thresholds.ts';
import { promql, promqlNow } from '../query.ts';

export const nginxRow: readonly Builder<Panel>[] = [
  overTime({
    title: 'Requests by status', says: 'Requests per second by the class of their status. 4xx are mostly scanners and dead links, 5xx are ours.',
    unit: 'reqps', width: 8, height: 8, empty: why.requests, draw: 'area', stack: true,
    queries: [promql(ask.siteRequestsByStatus(), '{{status_class}}')],
  }),
  overTime({
    title: 'Share of server errors', says: 'Requests that ended with 500 or above, as a share of all; the dashed line is the error budget, which a share above it uses up.',
    unit: 'percentunit', width: 8, height: 8, empty: why.requests, colours: { errors: 'orange' }, limits: ['budget'],
    queries: [promql(ask.siteErrorRatio(), 'errors'), promql(thresholdOf('error_budget_ratio'), 'budget')],
  }),
  overTime({
    title: 'Time of a request', says: 'Half, 95 and 99 of a hundred requests are faster than these lines.',
    unit: 's', width: 8, height: 8, empty: why.requests, colours: { half: 'blue', '95%': 'sky', '99%': 'orange' },
    queries: [promql(ask.siteSeconds(0.5), 'half'), promql(ask.siteSeconds(0.95), '95%'), promql(ask.siteSeconds(0.99), '99%')],
  }),
  overTime({
    title: 'Slowest routes, 95%', says: 'The ten slowest path templates at each moment. Assets and feeds count as one route each.',
    unit: 's', width: 8, height: 8, empty: why.requests,
    queries: [promql(ask.siteSecondsByRoute(), '{{route}}')],
  }),
  overTime({
    title: 'Time in the application', says: 'Seconds of upstream work per second: 1 means that one worker is always busy, for people or for robots.',
    unit: 'none', width: 8, height: 8, empty: why.requests, draw: 'area', stack: true,
    queries: [promql(ask.upstreamSeconds(), '{{agent_class}}')],
  }),
  barGauge({
    title: 'Where the application spends its time', says: 'Upstream seconds in this time range, the ten most expensive routes. Making the first one faster saves the most energy.',
    unit: 's', width: 8, height: 8, empty: why.requests, min: 0,
    queries: [promqlNow(ask.upstreamByRoute(), '{{route}}')],
  }),
  overTime({
    title: 'Connections', says: 'Connections of nginx by what they do. "waiting" are kept open for a next request.',
    unit: 'short', width: 8, height: 8, empty: why.collector, decimals: 0,
    queries: [promql(ask.nginxConnections(), '{{state}}')],
  }),
  overTime({
    title: 'Requests by method', says: 'Requests per second by method. Anything but GET, HEAD and POST is odd on most sites.',
    unit: 'reqps', width: 8, height: 8, empty: why.requests, draw: 'area', stack: true,
    queries: [promql(ask.siteRequestsByMethod(), '{{method}}')],
  }),
  overTime({
    title: 'nginx itself', says: 'Requests per second as nginx counts them, health checks included, and connections that it accepted and could not handle.',
    unit: 'reqps', width: 8, height: 8, empty: why.collector, colours: { requests: 'blue', 'connections dropped': 'vermilion' },
    queries: [promql(ask.nginxRequests(), 'requests'), promql(ask.nginxRefused(), 'connections dropped')],
  }),
];
