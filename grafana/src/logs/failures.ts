/** Where requests fail. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { why } from '../no-data.ts';
import { overTime } from '../panels/over-time.ts';
import { table } from '../panels/table.ts';
import * as ask from '../queries/logs.ts';
import { logql, logqlNow } from '../query.ts';

export const failuresRow: readonly Builder<Panel>[] = [
  table({
    title: 'Paths that fail', says: 'The 20 path templates with the most answers of 400 and above, with their status. A path few people asked for is "other".',
    unit: 'short', width: 12, height: 10, empty: why.nothingHappened, decimals: 0, sort: ['Requests', true],
    columns: [{ field: 'path', title: 'Path' }, { field: 'status', title: 'Status', width: 80 }, { field: '#A', title: 'Requests', bar: true }],
    queries: [logqlNow(ask.failingPaths())],
  }),
  overTime({
    title: 'Server errors by status', says: 'Answers of 500 and above per interval. 502 and 504 are the application that did not answer, 500 is its bug, 503 a limit.',
    unit: 'short', width: 12, height: 10, empty: why.nothingHappened, draw: 'bars', stack: true, decimals: 0,
    queries: [logql(ask.serverErrors(), '{{status}}', { step: '$interval' })],
  }),
  table({
    title: 'By status', says: 'Answers of 400 and above in this time range, by their exact status.',
    unit: 'short', width: 8, height: 8, empty: why.nothingHappened, decimals: 0, sort: ['Requests', true],
    columns: [{ field: 'status', title: 'Status', width: 100 }, { field: '#A', title: 'Requests', bar: true }],
    queries: [logqlNow(ask.statuses())],
  }),
  table({
    title: 'By country', says: 'The same by country; few clients of one country are "other".',
    unit: 'short', width: 8, height: 8, empty: why.nothingHappened, decimals: 0, sort: ['Requests', true],
    columns: [{ field: 'country', title: 'Country', width: 100 }, { field: '#A', title: 'Requests', bar: true }],
    queries: [logqlNow(ask.failuresByCountry())],
  }),
  table({
    title: 'By agent', says: 'The same by family of user agent. A single browser family with many errors is a bug in our pages.',
    unit: 'short', width: 8, height: 8, empty: why.nothingHappened, decimals: 0, sort: ['Requests', true],
    columns: [{ field: 'agent', title: 'Agent' }, { field: '#A', title: 'Requests', bar: true }],
    queries: [logqlNow(ask.failuresByAgent())],
  }),
];
