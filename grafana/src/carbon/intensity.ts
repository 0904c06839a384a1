/** The two factors between watts and grams, and the facts about the host. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { alertAt } from '../limits.ts';
import { why } from '../no-data.ts';
import { overTime } from '../panels/over-time.ts';
import { stat } from '../panels/stat.ts';
import { table } from '../panels/table.ts';
import * as ask from '../queries/energy.ts';
import { thresholdOf } from '../queries/thresholds.ts';
import { promql, promqlNow, promqlTable } from '../query.ts';

/** Grafana knows no such unit. */
const gramsPerKilowattHour = 'suffix: g/kWh';

export const intensityRow: readonly Builder<Panel>[] = [
  overTime({
    title: 'Carbon intensity of the grid', says: 'Grams per kilowatt-hour by source and method. For the same France, direct emissions say about 20, life cycle about 31 to 56: compare only lines of one method.',
    unit: gramsPerKilowattHour, width: 10, height: 9, empty: why.energy, decimals: 0, legendShows: ['last', 'mean'], limits: ['limit'],
    queries: [promql(ask.intensities(), '{{zone}} {{source}} {{method}}'), promql(thresholdOf('carbon_intensity_grams_per_kwh'), 'limit')],
  }),
  stat({
    title: 'The intensity in use', says: 'Grams per kilowatt-hour that the headline figures are made with, with zone, source and method.',
    unit: gramsPerKilowattHour, width: 5, height: 9, empty: why.energy, decimals: 0, text: 'value-and-name',
    queries: [promqlNow(ask.intensityUsed(), '{{zone}} {{source}} {{method}}')],
  }),
  stat({
    title: 'PUE in use', says: 'Power of the whole data centre over the power of its computers. It is applied once, and is 1 where the reading is already the facility\'s.',
    unit: 'none', width: 4, height: 9, empty: 'no PUE is configured or measured.', decimals: 2, steps: ['green', [1.5, 'orange'], [alertAt.pueRatio, 'vermilion']],
    queries: [promql(ask.pueApplied())],
  }),
  stat({
    title: 'Embodied', says: 'Grams per hour of the making of the servers, spread over their life. 0 or nothing means: operation only, and the figures say so.',
    unit: 'massg', width: 5, height: 9, empty: 'no server is configured with its making: the figures are operation only.', decimals: 1,
    queries: [promqlNow(ask.embodied())],
  }),
  table({
    title: 'Age of the intensity', says: 'How old each value is. A value older than 24 hours is no longer used; the yearly mean of the same method takes its place.',
    unit: 's', width: 12, height: 5, empty: why.energy,
    columns: [{ field: 'source', title: 'Source' }, { field: 'method', title: 'Method' }, { field: '#A', title: 'Age', unit: 's', width: 100 }],
    queries: [promqlTable(ask.intensityAge())],
  }),
  table({
    title: 'Hosting', says: 'What the host states of its electricity, with the document. It is shown as a fact and is in no other figure.',
    unit: 'short', width: 12, height: 5, empty: 'no host is configured.',
    columns: [{ field: 'provider', title: 'Provider' }, { field: 'renewable', title: 'Renewable' }, { field: 'reference', title: 'Document' }],
    queries: [promqlTable(ask.hosting())],
  }),
  overTime({
    title: 'Location based and market based', says: 'The grid\'s own mixture against what the supplier sells by its contract, both of operation alone and of the machine that emits most. The second is never in a figure per visit.',
    unit: 'massg', width: 12, height: 8, empty: why.energy, colours: { 'location based': 'blue', 'market based': 'orange' }, limits: ['budget'],
    queries: [promql(ask.operationalGramsPerHour(), 'location based'), promql(ask.marketGramsPerHour(), 'market based'), promql(thresholdOf('co2e_grams_per_hour'), 'budget')],
  }),
  overTime({
    title: 'PUE', says: 'Every known PUE with its data centre and source: a constant of a document, or measured.',
    unit: 'none', width: 12, height: 8, empty: 'no PUE is configured or measured.', decimals: 2, min: 1, limits: ['limit', 'lower limit'],
    queries: [promql(ask.pueAll(), '{{datacenter}} {{source}} {{period}}'), promql(thresholdOf('pue_ratio'), 'limit'), promql(thresholdOf('pue_ratio_minimum'), 'lower limit')],
  }),
];
