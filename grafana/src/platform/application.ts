/** The application as it sees itself. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { why } from '../no-data.ts';
import { buckets } from '../panels/buckets.ts';
import { overTime } from '../panels/over-time.ts';
import { stat } from '../panels/stat.ts';
import { table } from '../panels/table.ts';
import * as ask from '../queries/platform.ts';
import { promql, promqlBuckets, promqlNow, promqlTable } from '../query.ts';

export const applicationRow: readonly Builder<Panel>[] = [
  overTime({
    title: 'Requests by route', says: 'Requests per second by the rule of Flask that answered. A path without a rule has no route.',
    unit: 'reqps', width: 12, height: 8, empty: why.application, draw: 'area', stack: true,
    queries: [promql(ask.requestsByRoute(), '{{http_route}}')],
  }),
  overTime({
    title: 'Duration by route, 95%', says: 'The application answers 95 of a hundred requests of each route faster than this.',
    unit: 's', width: 12, height: 8, empty: why.application,
    queries: [promql(ask.secondsByRoute(0.95), '{{http_route}}')],
  }),
  table({
    title: 'Routes in this time range', says: 'Every route with its requests, its mean and slow duration, and its server errors. Sort by a click on a column.',
    unit: 'short', width: 12, height: 9, empty: why.application, sort: ['Requests', true],
    columns: [{ field: 'http_route', title: 'Route' }, { field: '#A', title: 'Requests', unit: 'short', decimals: 0, bar: true }, { field: '#B', title: 'Mean', unit: 's', width: 90 }, { field: '#C', title: '95%', unit: 's', width: 90 }, { field: '#D', title: 'Errors', unit: 'short', decimals: 0, width: 80 }],
    queries: [promqlTable(ask.routeRequests()), promqlTable(ask.routeMean()), promqlTable(ask.routeSlow()), promqlTable(ask.routeErrors())],
  }),
  overTime({
    title: 'Errors by kind', says: 'Requests that ended in an error handler of the application, per interval and kind. "unexpected" is a bug.',
    unit: 'short', width: 6, height: 9, empty: why.nothingHappened, draw: 'bars', stack: true, decimals: 0,
    queries: [promql(ask.errorsByKind(), '{{kind}}', { step: '$interval' })],
  }),
  stat({
    title: 'Errors in this time range', says: 'The same as one sum for each kind.',
    unit: 'short', width: 6, height: 9, empty: why.nothingHappened, decimals: 0, steps: ['orange'], text: 'value-and-name',
    queries: [promqlNow(ask.errorsInRange(), '{{kind}}')],
  }),
  buckets({
    title: 'All requests by their duration', says: 'How many requests took how long. Two bands are two kinds of work; a third one is news.',
    unit: 's', width: 12, height: 8, empty: why.application,
    queries: [promqlBuckets(ask.secondBuckets(), '{{le}}')],
  }),
  overTime({
    title: 'Saturation', says: 'Requests in work at the same moment, and threads of the worker. When the first reaches the second, new requests wait.',
    unit: 'short', width: 6, height: 8, empty: why.application, decimals: 0, colours: { 'in work': 'blue', threads: 'orange' },
    queries: [promql(ask.activeRequests(), 'in work'), promql(ask.applicationThreads(), 'threads')],
  }),
  overTime({
    title: 'Its own processor and memory', says: 'Cores in use by the application, and its resident memory on the right.',
    unit: 'none', width: 6, height: 8, empty: why.application, rightAxis: { memory: 'bytes' },
    queries: [promql(ask.applicationCpu(), '{{cpu_mode}}'), promql(ask.applicationMemory(), 'memory')],
  }),
  overTime({
    title: 'Answers by status', says: 'Requests per second by the exact status that Flask gave.',
    unit: 'reqps', width: 12, height: 7, empty: why.application, draw: 'area', stack: true,
    queries: [promql(ask.requestsByStatus(), '{{http_response_status_code}}')],
  }),
  overTime({
    title: 'Share of errors', says: 'Server and client errors as a share of what Flask answered. Clients err all the time; a jump is a broken link or a scanner.',
    unit: 'percentunit', width: 6, height: 7, empty: why.application, colours: { server: 'vermilion', client: 'orange' },
    queries: [promql(ask.serverErrorRatio(), 'server'), promql(ask.clientErrorRatio(), 'client')],
  }),
  stat({
    title: 'Running since', says: 'Time since the worker of the application started.',
    unit: 's', width: 6, height: 7, empty: why.application,
    queries: [promqlNow(ask.applicationUptime())],
  }),
];
