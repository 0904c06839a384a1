/** Lines and their volume. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { why } from '../no-data.ts';
import { logLines } from '../panels/log-lines.ts';
import { overTime } from '../panels/over-time.ts';
import * as ask from '../queries/logs.ts';
import { logql, logqlLines } from '../query.ts';

export const linesRow: readonly Builder<Panel>[] = [
  overTime({
    title: 'Access lines by status', says: 'Lines that match the choices at the top, per interval and class of status.',
    unit: 'short', width: 16, height: 7, empty: why.requests, draw: 'bars', stack: true, decimals: 0,
    queries: [logql(ask.accessVolume(), '{{status}}', { step: '$interval' })],
  }),
  overTime({
    title: 'All lines by stream', says: 'Everything Loki holds, by stream: a stream that falls silent is a sender that stopped.',
    unit: 'short', width: 8, height: 7, empty: 'Loki holds no line of this time range.', draw: 'bars', stack: true, decimals: 0,
    queries: [logql(ask.volume(), '{{stream}}', { step: '$interval' })],
  }),
  logLines({
    title: 'Access lines', says: 'The newest lines that match the choices at the top. A click opens one; "visitor" is a hash that dies with its day.',
    unit: 'string', width: 24, height: 12, empty: why.requests,
    queries: [logqlLines(ask.accessLines(), '', { most: 200 })],
  }),
  overTime({
    title: 'Errors and application lines', says: 'Lines of nginx\'s error log and of the application that hold the words at the top, per interval.',
    unit: 'short', width: 16, height: 6, empty: why.nothingHappened, draw: 'bars', stack: true, decimals: 0,
    queries: [logql(ask.errorVolume(), '{{stream}}', { step: '$interval' })],
  }),
  overTime({
    title: 'Application lines by level', says: 'What the application says, by how serious it finds it.',
    unit: 'short', width: 8, height: 6, empty: why.application, draw: 'bars', stack: true, decimals: 0, colours: { error: 'vermilion', warning: 'orange', info: 'blue', debug: 'grey' },
    queries: [logql(ask.logLevels(), '{{level}}', { step: '$interval' })],
  }),
  logLines({
    title: 'Error and application lines', says: 'The newest lines of nginx\'s error log and of the application, scrubbed on their way in.',
    unit: 'string', width: 24, height: 10, empty: why.nothingHappened,
    queries: [logqlLines(ask.errorLines(), '', { most: 200 })],
  }),
];
