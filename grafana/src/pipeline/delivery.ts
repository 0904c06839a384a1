/** How lines get to Loki, and how long each part takes. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { why } from '../no-data.ts';
import { buckets } from '../panels/buckets.ts';
import { overTime } from '../panels/over-time.ts';
import * as ask from '../queries/pipeline.ts';
import { thresholdOf } from '../queries/thresholds.ts';
import { promql, promqlBuckets } from '../query.ts';

export const deliveryRow: readonly Builder<Panel>[] = [
  overTime({
    title: 'Behind the clock, by input', says: 'Age of the watermark of each input. It rests at 120 s; a rising line is an input that is not read or not complete.',
    unit: 's', width: 8, height: 8, empty: why.processor, legendShows: ['last'], limits: ['limit'],
    queries: [promql(ask.watermarkAge(), '{{input}}'), promql(thresholdOf('watermark_age_seconds'), 'limit')],
  }),
  overTime({
    title: 'Written and not read yet', says: 'Bytes at the end of each log file that the processor has not read.',
    unit: 'bytes', width: 8, height: 8, empty: why.processor, legendShows: ['last', 'max'],
    queries: [promql(ask.lagBytes(), '{{input}}')],
  }),
  overTime({
    title: 'In flight and in the outbox', says: 'Lines that are read and not delivered yet, and the bytes that hold them. Both return to 0 when Loki answers.',
    unit: 'short', width: 8, height: 8, empty: why.processor, rightAxis: { 'outbox (bytes)': 'bytes', limit: 'bytes' }, limits: ['limit'],
    queries: [promql(ask.linesInFlightByInput(), '{{input}}'), promql(ask.outboxBytes(), 'outbox (bytes)'), promql(thresholdOf('outbox_bytes'), 'limit')],
  }),
  overTime({
    title: 'Pushes by outcome', says: 'Requests to Loki per second. Anything but "delivered" waits and is tried again; "refused" lines are dropped with that reason.',
    unit: 'reqps', width: 8, height: 8, empty: why.processor, draw: 'area', stack: true,
    queries: [promql(ask.pushes(), '{{stream}} {{outcome}}')],
  }),
  overTime({
    title: 'Time of a push', says: 'Half of all pushes are faster than the first line, 95 of a hundred faster than the second.',
    unit: 's', width: 8, height: 8, empty: why.processor, legendShows: ['last', 'max'],
    queries: [promql(ask.pushSeconds(0.5), 'half'), promql(ask.pushSeconds(0.95), '95%')],
  }),
  overTime({
    title: 'Time of a commit', says: 'One durable transaction holds offsets, visits, counts and bodies. Slow commits mean a slow disk.',
    unit: 's', width: 8, height: 8, empty: why.processor, legendShows: ['last', 'max'],
    queries: [promql(ask.commitSeconds(0.5), 'half'), promql(ask.commitSeconds(0.95), '95%')],
  }),
  buckets({
    title: 'All pushes by their time', says: 'How many pushes took how long. A second band far above the first is Loki under pressure.',
    unit: 's', width: 12, height: 8, empty: why.processor,
    queries: [promqlBuckets(ask.pushBuckets(), '{{le}}')],
  }),
  buckets({
    title: 'All commits by their time', says: 'How many commits took how long.',
    unit: 's', width: 12, height: 8, empty: why.processor,
    queries: [promqlBuckets(ask.commitBuckets(), '{{le}}')],
  }),
];
