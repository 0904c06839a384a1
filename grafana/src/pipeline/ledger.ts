/** Where every line and every visit is. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { why } from '../no-data.ts';
import { barGauge } from '../panels/gauge.ts';
import { overTime } from '../panels/over-time.ts';
import { stat } from '../panels/stat.ts';
import * as ask from '../queries/pipeline.ts';
import { promql, promqlNow } from '../query.ts';

export const ledgerRow: readonly Builder<Panel>[] = [
  stat({
    title: 'The ledger', says: 'Every line the processor ever read is in exactly one of the three others. The numbers survive a restart, because they are committed together with the lines.',
    unit: 'locale', width: 12, height: 4, empty: why.processor, decimals: 0,
    queries: [promqlNow(ask.linesReadTotal(), 'read'), promqlNow(ask.linesDeliveredTotal(), 'delivered'), promqlNow(ask.linesDroppedTotal(), 'dropped'), promqlNow(ask.linesInFlight(), 'in flight')],
  }),
  stat({
    title: 'Unaccounted visits', says: 'Visits opened minus those closed, open and merged. Always 0.',
    unit: 'short', width: 4, height: 4, empty: why.processor, decimals: 0, steps: ['vermilion', [0, 'green'], [1, 'vermilion']],
    queries: [promql(ask.unaccountedVisits())],
  }),
  stat({
    title: 'Lost bytes', says: 'Bytes of log files that vanished before they were read, in this time range. Only a rotation that deletes too early can cause this.',
    unit: 'bytes', width: 4, height: 4, empty: why.processor, decimals: 0, steps: ['green', [1, 'vermilion']],
    queries: [promqlNow(ask.lostBytes())],
  }),
  stat({
    title: 'Open visits', says: 'Visits that have not ended yet. They close 30 minutes after their last request.',
    unit: 'short', width: 4, height: 4, empty: why.processor, decimals: 0, course: true,
    queries: [promql(ask.visitsOpen())],
  }),
  overTime({
    title: 'Lines read, by input', says: 'Lines per second from each input. A quiet input beside a busy nginx means that nobody writes to it, or that it is not followed.',
    unit: 'ops', width: 12, height: 8, empty: why.processor, draw: 'area', stack: true, legendShows: ['last', 'max'],
    queries: [promql(ask.linesReadPerSecond(), '{{input}}')],
  }),
  overTime({
    title: 'Lines dropped, by reason', says: 'Lines that did not arrive, per interval and with their reason. Every reason is explained in docs/definitions.md; only lines nobody could use are dropped.',
    unit: 'short', width: 6, height: 8, empty: why.nothingHappened, draw: 'bars', stack: true, decimals: 0,
    queries: [promql(ask.linesDropped(), '{{reason}}', { step: '$interval' })],
  }),
  barGauge({
    title: 'Dropped in this time range', says: 'The same lines as one sum for each reason.',
    unit: 'short', width: 6, height: 8, empty: why.nothingHappened, decimals: 0, steps: ['orange'], min: 0,
    queries: [promqlNow(ask.linesDroppedInRange(), '{{reason}}')],
  }),
  overTime({
    title: 'Visits opened, closed, merged', says: 'Per interval. Two visits merge when a line in the middle arrives late.',
    unit: 'short', width: 12, height: 7, empty: why.processor, decimals: 0, colours: { opened: 'blue', closed: 'green', merged: 'pink' },
    queries: [promql(ask.visitsOpened(), 'opened', { step: '$interval' }), promql(ask.visitsClosed(), 'closed', { step: '$interval' }), promql(ask.visitsMerged(), 'merged', { step: '$interval' })],
  }),
  overTime({
    title: 'Late lines', says: 'Lines that came behind the watermark and joined no visit: they count as requests only. A few after a restart of nginx are normal.',
    unit: 'short', width: 6, height: 7, empty: why.processor, draw: 'bars', stack: true, decimals: 0,
    queries: [promql(ask.lateLines(), '{{site}}', { step: '$interval' })],
  }),
  overTime({
    title: 'Lost bytes by reason', says: 'Bytes of inputs that were lost before they became lines, per interval.',
    unit: 'bytes', width: 6, height: 7, empty: why.nothingHappened, draw: 'bars', stack: true,
    queries: [promql(ask.lostBytesByReason(), '{{reason}}', { step: '$interval' })],
  }),
];
