/** What must not be kept, and the proof that it is not. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { alertAt } from '../limits.ts';
import { why } from '../no-data.ts';
import { barGauge } from '../panels/gauge.ts';
import { logLines } from '../panels/log-lines.ts';
import { overTime } from '../panels/over-time.ts';
import { stat } from '../panels/stat.ts';
import * as ask from '../queries/pipeline.ts';
import { thresholdOf } from '../queries/thresholds.ts';
import { logql, logqlLines, promql, promqlNow } from '../query.ts';

export const privacyRow: readonly Builder<Panel>[] = [
  overTime({
    title: 'Age of living keys', says: 'A saw with one tooth a day: each key is born at the first line of its day and destroyed half an hour after the next midnight. A tooth above the limit is a key that was not destroyed.',
    unit: 's', width: 12, height: 8, empty: why.processor, legendShows: ['last', 'max'], limits: ['limit'],
    queries: [promql(ask.keyAge(), '{{site}} {{key}}'), promql(thresholdOf('key_age_seconds'), 'limit')],
  }),
  overTime({
    title: 'Age of the oldest raw line', says: 'Raw logs hold addresses. They are deleted once committed, after 48 hours at the latest.',
    unit: 's', width: 12, height: 8, empty: 'there is no raw log with a line in it.', limits: ['limit'], colours: { 'oldest line': 'blue' },
    queries: [promql(ask.rawLogAge(), 'oldest line'), promql(thresholdOf('raw_log_age_seconds'), 'limit')],
  }),
  stat({
    title: 'Keys destroyed', says: 'How many daily keys were destroyed for each site since the beginning: one more every day.',
    unit: 'short', width: 6, height: 7, empty: why.processor, decimals: 0, text: 'value-and-name',
    queries: [promqlNow(ask.keysDestroyed(), '{{site}}')],
  }),
  overTime({
    title: 'Personal values replaced', says: 'What the scrubber took out of lines that came in from elsewhere, per interval and pattern. The value itself is nowhere.',
    unit: 'short', width: 6, height: 7, empty: why.nothingHappened, draw: 'bars', stack: true, decimals: 0,
    queries: [promql(ask.scrubbed(), '{{pattern}}', { step: '$interval' })],
  }),
  overTime({
    title: 'Keyless lines', says: 'Lines whose daily key was gone already. They are delivered without a visitor and counted as requests only.',
    unit: 'short', width: 6, height: 7, empty: why.processor, draw: 'bars', stack: true, decimals: 0,
    queries: [promql(ask.keylessLines(), '{{site}}', { step: '$interval' })],
  }),
  barGauge({
    title: 'Labels that were full', says: 'Additions that went to the series "other" because a label had reached its cap, by metric. Traffic cannot create series without end.',
    unit: 'short', width: 6, height: 7, empty: why.nothingHappened, decimals: 0, min: 0, steps: ['orange'],
    queries: [promqlNow(ask.overflow(), '{{metric}}')],
  }),
];

export const receiptsRow: readonly Builder<Panel>[] = [
  stat({
    title: 'Receipts written', says: 'One for every site and day. Each holds the hash of the one before, so that none can be taken away or changed unseen; `tidewatch verify` checks the chain.',
    unit: 'short', width: 6, height: 8, empty: why.processor, decimals: 0, text: 'value-and-name',
    queries: [promqlNow(ask.receipts(), '{{site}}')],
  }),
  stat({
    title: 'Age of the newest receipt', says: 'Time since the end of the newest day that has a receipt. Over 26 hours a receipt is missing.',
    unit: 's', width: 6, height: 8, empty: why.receipts, steps: ['green', [alertAt.receiptAgeSeconds, 'vermilion']], text: 'value-and-name',
    queries: [promqlNow(ask.receiptAge(), '{{site}}')],
  }),
  logLines({
    title: 'The receipts themselves', says: 'The newest daily receipts as they stand in Loki, kept for ten years. Open one to see its ledger, the life of its key and the hash of the day before.',
    unit: 'string', width: 12, height: 8, empty: why.receipts, always: '30d',
    queries: [logqlLines(ask.receiptLines(), '', { most: 100 })],
  }),
  overTime({
    title: 'Lines in Loki, by stream', says: 'What Loki answers when asked for lines, by their own time: access lines, visits, days, errors, applications, the stack itself.',
    unit: 'short', width: 24, height: 7, empty: 'Loki holds no line of this time range.', draw: 'bars', stack: true, decimals: 0,
    queries: [logql(ask.linesInLoki(), '{{stream}}', { step: '$interval' })],
  }),
];

