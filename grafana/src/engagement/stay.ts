/** Durations of visits. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { why } from '../no-data.ts';
import { buckets } from '../panels/buckets.ts';
import { barGauge } from '../panels/gauge.ts';
import { overTime } from '../panels/over-time.ts';
import * as audience from '../queries/audience.ts';
import * as ask from '../queries/visits.ts';
import { logql, promqlBuckets, promqlBucketsNow } from '../query.ts';

export const stayRow: readonly Builder<Panel>[] = [
  barGauge({
    title: 'How many visits lasted how long', says: 'Visits of people by duration in seconds, each bar up to the number beside it. The first bar holds visits of a single request.',
    unit: 'locale', width: 8, height: 10, empty: why.closedVisits, decimals: 0, min: 0,
    queries: [promqlBucketsNow(audience.durationBuckets(), 'up to {{le}} s')],
  }),
  overTime({
    title: 'Duration of visits with more than one page', says: 'Exact quantiles over visit lines: half of the visits in a step are shorter than the first line, nine of ten shorter than the second.',
    unit: 's', width: 8, height: 10, empty: why.closedVisits, colours: { half: 'blue', '90%': 'sky' },
    queries: [logql(ask.durationQuantile(0.5), 'half', { step: '$interval' }), logql(ask.durationQuantile(0.9), '90%', { step: '$interval' })],
  }),
  buckets({
    title: 'Durations over time', says: 'Visits with more than one page by duration and time. A change of shape after a new release says more than a mean.',
    unit: 's', width: 8, height: 10, empty: why.closedVisits, cells: 'short',
    queries: [promqlBuckets(audience.durationBucketsOverTime(), '{{le}}', { step: '$interval' })],
  }),
];
