/** Health of the two stores everything ends in. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { MappingType, type Panel, type ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { why } from '../no-data.ts';
import { palette } from '../palette.ts';
import { overTime } from '../panels/over-time.ts';
import { stat } from '../panels/stat.ts';
import { states } from '../panels/states.ts';
import { build } from '../queries/pipeline.ts';
import * as ask from '../queries/stores.ts';
import { promql, promqlNow } from '../query.ts';

export const upOrDown: readonly ValueMapping[] = [
  { type: MappingType.ValueToText, options: { 0: { text: 'down', color: palette.vermilion, index: 1 }, 1: { text: 'up', color: palette.green, index: 0 } } },
];

export const lokiRow: readonly Builder<Panel>[] = [
  overTime({
    title: 'What Loki takes in', says: 'Lines per second, and bytes on the right.',
    unit: 'ops', width: 8, height: 7, empty: why.loki, colours: { lines: 'blue' }, rightAxis: { bytes: 'Bps' },
    queries: [promql(ask.lokiLines(), 'lines'), promql(ask.lokiBytes(), 'bytes')],
  }),
  overTime({
    title: 'Time of an answer, 95%', says: 'Loki answers 95 of a hundred requests of each route faster than this.',
    unit: 's', width: 8, height: 7, empty: why.loki,
    queries: [promql(ask.lokiSeconds(0.95), '{{route}}')],
  }),
  overTime({
    title: 'Failures and a full disk', says: 'Answers with status 500 and above per second by route, and writes that found the disk full. Both should be 0.',
    unit: 'reqps', width: 4, height: 7, empty: why.loki, colours: { 'disk full': 'vermilion' },
    queries: [promql(ask.lokiFailures(), 'failed {{route}}'), promql(ask.lokiDiskFull(), 'disk full')],
  }),
  overTime({
    title: 'Streams and chunks in memory', says: 'Few streams are the plan: no label comes from a visitor.',
    unit: 'short', width: 4, height: 7, empty: why.loki, decimals: 0,
    queries: [promql(ask.lokiStreams(), 'streams'), promql(ask.lokiChunks(), 'chunks')],
  }),
];

export const prometheusRow: readonly Builder<Panel>[] = [
  states({
    title: 'Targets', says: 'Every program Prometheus asks, and when it did not answer.',
    unit: 'short', width: 12, height: 9, empty: why.prometheus, mappings: upOrDown, steps: ['vermilion', [1, 'green']],
    queries: [promql(ask.targets(), '{{job}} {{instance}}')],
  }),
  overTime({
    title: 'Time of a scrape', says: 'How long each target takes to answer.',
    unit: 's', width: 12, height: 9, empty: why.prometheus,
    queries: [promql(ask.scrapeSeconds(), '{{job}}')],
  }),
  overTime({
    title: 'Samples of a scrape', says: 'How many numbers each target shows. A jump is a label that grows.',
    unit: 'short', width: 8, height: 7, empty: why.prometheus, decimals: 0,
    queries: [promql(ask.samplesPerScrape(), '{{job}}')],
  }),
  stat({
    title: 'Series in memory', says: 'Series that Prometheus holds in memory.',
    unit: 'short', width: 4, height: 7, empty: why.prometheus, decimals: 0,
    queries: [promql(ask.prometheusSeries(), 'series')],
  }),
  stat({
    title: 'Stored', says: 'Bytes of finished blocks on disk.',
    unit: 'bytes', width: 4, height: 7, empty: why.prometheus,
    queries: [promql(ask.prometheusBytes())],
  }),
  stat({
    title: 'Reaches back', says: 'Age of the oldest sample that can still be asked for.',
    unit: 's', width: 4, height: 7, empty: why.prometheus,
    queries: [promql(ask.prometheusReach())],
  }),
  overTime({
    title: 'Failed rules, lost notifications', says: 'Rules that could not be evaluated, and alerts that could not be handed on. Both should be 0, or alerts cannot be trusted.',
    unit: 'ops', width: 4, height: 7, empty: why.prometheus, colours: { 'failed rules': 'vermilion', 'lost notifications': 'orange' },
    queries: [promql(ask.ruleFailures(), 'failed rules'), promql(ask.notificationsDropped(), 'lost notifications')],
  }),
  overTime({
    title: 'Samples stored', says: 'Samples per second that Prometheus appends.',
    unit: 'ops', width: 8, height: 7, empty: why.prometheus,
    queries: [promql(ask.prometheusSamples(), 'samples')],
  }),
  overTime({
    title: 'Memory by program', says: 'Resident memory of every program that says so.',
    unit: 'bytes', width: 8, height: 7, empty: why.prometheus,
    queries: [promql(ask.memoryByJob(), '{{job}}')],
  }),
  overTime({
    title: 'Processor time by program', says: 'Cores in use by every program that says so.',
    unit: 'short', width: 4, height: 7, empty: why.prometheus,
    queries: [promql(ask.cpuByJob(), '{{job}}')],
  }),
  stat({
    title: 'Running version', says: 'Version and revision of the log processor.',
    unit: 'string', width: 4, height: 7, empty: why.processor, text: 'name',
    queries: [promqlNow(build(), '{{version}} {{revision}}')],
  }),
];
