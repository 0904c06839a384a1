/** The state of the pipeline in one line of numbers. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { MappingType, type Panel, type ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { alertAt, lifeSoonSeconds, watermarkLateSeconds } from '../limits.ts';
import { why } from '../no-data.ts';
import { palette } from '../palette.ts';
import { stat } from '../panels/stat.ts';
import * as ask from '../queries/pipeline.ts';
import { promql } from '../query.ts';

const live: readonly ValueMapping[] = [
  { type: MappingType.ValueToText, options: { 0: { text: 'live', color: palette.green, index: 0 }, 1: { text: 'catching up', color: palette.orange, index: 1 } } },
];

export const stateOfThePipeline: readonly Builder<Panel>[] = [
  stat({
    title: 'Unaccounted lines', says: 'Lines read minus those delivered, dropped and in flight. Anything but 0 breaks the first law of this system: see the runbook of the ledger alert.',
    unit: 'short', width: 4, height: 5, empty: why.processor, decimals: 0, loud: true, steps: ['vermilion', [0, 'green'], [1, 'vermilion']],
    queries: [promql(ask.unaccountedLines())],
  }),
  stat({
    title: 'Following', says: 'Live, or catching up: the watermark is more than 5 minutes behind the clock. Audience alerts are silent while it catches up.',
    unit: 'short', width: 4, height: 5, empty: why.processor, mappings: live, steps: ['green', [1, 'orange']],
    queries: [promql(ask.catchingUp())],
  }),
  stat({
    title: 'Behind the clock', says: 'Age of the oldest watermark: the time up to which every input is complete. Two minutes are normal, because lines may be late by that much.',
    unit: 's', width: 4, height: 5, empty: why.processor, decimals: 0, course: true, steps: ['green', [watermarkLateSeconds, 'orange'], [alertAt.watermarkAgeSeconds, 'vermilion']],
    queries: [promql(ask.oldestWatermarkAge())],
  }),
  stat({
    title: 'Outbox', says: 'Bytes that are committed and wait for Loki. At 64 MiB the processor stops reading and the log file becomes the queue; nothing is lost.',
    unit: 'bytes', width: 4, height: 5, empty: why.processor, course: true, steps: ['green', [alertAt.outboxBytes / 2, 'orange'], [alertAt.outboxBytes, 'vermilion']],
    queries: [promql(ask.outboxBytes())],
  }),
  stat({
    title: 'Oldest living key', says: 'Age of the oldest daily key that still exists. A key is destroyed half an hour after the midnight that follows its day, at the latest after 48 hours.',
    unit: 's', width: 4, height: 5, empty: why.processor, steps: ['green', [lifeSoonSeconds, 'orange'], [alertAt.keyAgeSeconds, 'vermilion']],
    queries: [promql(ask.oldestKeyAge())],
  }),
  stat({
    title: 'Oldest raw line', says: 'Age of the oldest line with an address in any raw log on this machine. The shipped rotation deletes them after 48 hours at the latest.',
    unit: 's', width: 4, height: 5, empty: 'there is no raw log with a line in it.', steps: ['green', [lifeSoonSeconds, 'orange'], [alertAt.rawLogAgeSeconds, 'vermilion']],
    queries: [promql(ask.rawLogAge())],
  }),
];

