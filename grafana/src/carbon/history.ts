/** Days and months: for reports, and for seeing whether it gets better. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { why } from '../no-data.ts';
import { barChart } from '../panels/bar-chart.ts';
import { logLines } from '../panels/log-lines.ts';
import { overTime } from '../panels/over-time.ts';
import { stat } from '../panels/stat.ts';
import * as ask from '../queries/energy.ts';
import { receiptEnergy, receiptGrams } from '../queries/visits.ts';
import { logqlLines, logqlNow, promql, promqlNow } from '../query.ts';

const components = { unit: 'massg', width: 12, height: 9, empty: 'no receipt of this time has grams: they need energy and carbon intensity, and a day that is over.', decimals: 0, stack: true, bars: [['operational', 'blue'], ['embodied', 'orange']] } as const;

/** Closed at first, because a year is asked of Loki. */
export const calendarRow: readonly Builder<Panel>[] = [
  barChart({
    ...components, title: 'CO2e by day', says: 'Grams of the machine on each calendar day in the zone of the site, as its receipt holds them. Only known minutes are in it; what no receipt knows is no bar.', names: 'day', always: '31d',
    queries: [logqlNow(receiptGrams('operational', 'day')), logqlNow(receiptGrams('embodied', 'day'))],
  }),
  barChart({
    ...components, title: 'CO2e by month', says: 'The same days added up by calendar month, over the last year. The first and the last month are not whole.', names: 'month', always: '366d',
    queries: [logqlNow(receiptGrams('operational', 'month')), logqlNow(receiptGrams('embodied', 'month'))],
  }),
];

export const historyRow: readonly Builder<Panel>[] = [
  overTime({
    title: 'CO2e of the last 24 hours, through time', says: 'At every moment the grams of the 24 hours before it, by component. Choose 30 or 90 days at the top to see the trend.',
    unit: 'massg', width: 12, height: 8, empty: why.energy, draw: 'area', stack: true, colours: { operational: 'blue', embodied: 'orange' },
    queries: [promql(ask.gramsByDay(), '{{component}}', { step: '$interval' })],
  }),
  overTime({
    title: 'Energy of the last 24 hours, through time', says: 'At every moment the kilowatt-hours of the 24 hours before it.',
    unit: 'kwatth', width: 12, height: 8, empty: why.energy, draw: 'area', colours: { energy: 'blue' },
    queries: [promql(ask.kilowattHoursByDay(), 'energy', { step: '$interval' })],
  }),
  stat({
    title: 'CO2e, last 30 days', says: 'Grams of the last 30 days as the sum of all known minutes.',
    unit: 'massg', width: 6, height: 8, empty: why.energy, decimals: 0,
    queries: [promqlNow(ask.gramsOf30Days())],
  }),
  stat({
    title: 'By part, last 24 h', says: 'Grams of what is watched, of what watches it, and of neither.',
    unit: 'massg', width: 6, height: 8, empty: why.energy, decimals: 0, text: 'value-and-name',
    queries: [promqlNow(ask.gramsOfDayByPart(), '{{part}}')],
  }),
  logLines({
    title: 'Energy in the daily receipts', says: 'What each receipt kept of its day: joules and grams with source and coverage, or that they are missing. These lines are kept for ten years.',
    unit: 'string', width: 12, height: 8, empty: why.receipts, always: '30d',
    queries: [logqlLines(receiptEnergy(), '', { most: 100 })],
  }),
  overTime({
    title: 'Cost of the last 24 hours, through time', says: 'Euros of electricity of the 24 hours before each moment, by site.',
    unit: 'currencyEUR', width: 12, height: 7, empty: 'no price of energy is configured.',
    queries: [promql(ask.costOfDayBySite(), '{{site}}', { step: '$interval' }), promql(ask.price(), '{{site}} per kWh', { step: '$interval' })],
  }),
  overTime({
    title: 'Coverage', says: 'Share of known minutes in the 24 hours before each moment, of energy and of grams. Grams also need the intensity.',
    unit: 'percentunit', width: 12, height: 7, empty: why.energy, max: 1, colours: { energy: 'blue', grams: 'orange' },
    queries: [promql(ask.energyCoverage(), 'energy', { step: '$interval' }), promql(ask.carbonCoverage(), 'grams', { step: '$interval' })],
  }),
];
