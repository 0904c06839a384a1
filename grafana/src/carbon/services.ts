/** Who draws the power. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { why } from '../no-data.ts';
import { barGauge } from '../panels/gauge.ts';
import { overTime } from '../panels/over-time.ts';
import { stat } from '../panels/stat.ts';
import * as ask from '../queries/energy.ts';
import { promql, promqlNow } from '../query.ts';

export const servicesRow: readonly Builder<Panel>[] = [
  overTime({
    title: 'Power by service', says: 'Each service by its share of activity and by what is reserved for it; "unattributed" is the rest, so that the stack is the machine.',
    unit: 'watt', width: 12, height: 9, empty: why.energy, draw: 'area', stack: true, legendShows: ['last', 'mean'],
    queries: [promql(ask.wattsByService(), '{{service}}')],
  }),
  barGauge({
    title: 'Energy by service, last 24 h', says: 'Kilowatt-hours of the last 24 hours, the largest first.',
    unit: 'kwatth', width: 6, height: 9, empty: why.energy, min: 0,
    queries: [promqlNow(ask.kilowattHoursByService(), '{{service}}')],
  }),
  stat({
    title: 'What monitoring costs', says: 'Share of the power that Tidewatch itself draws: processor, stores, dashboards. It is part of every figure per visit.',
    unit: 'percentunit', width: 6, height: 9, empty: why.energy, decimals: 1, course: true, steps: ['green', [0.3, 'orange']],
    queries: [promql(ask.monitoringShare())],
  }),
  stat({
    title: 'Energy by part, last 24 h', says: 'Kilowatt-hours of what is watched, of what watches it, and of neither.',
    unit: 'kwatth', width: 6, height: 8, empty: why.energy, decimals: 1, text: 'value-and-name',
    queries: [promqlNow(ask.kilowattHoursByPart(), '{{part}}')],
  }),
  overTime({
    title: 'CO2e per hour, by service', says: 'Grams per hour of each service, operation and embodied share together.',
    unit: 'massg', width: 6, height: 8, empty: why.energy, draw: 'area', stack: true,
    queries: [promql(ask.gramsPerHourByService(), '{{service}}')],
  }),
  overTime({
    title: 'Energy by service, per minute', says: 'Joules of each minute: the numbers every sum is made of.',
    unit: 'joule', width: 6, height: 8, empty: why.energy, draw: 'area', stack: true,
    queries: [promql(ask.joulesPerMinute(), '{{service}}')],
  }),
  overTime({
    title: 'Kepler: power by container', says: 'The active power of running containers as Kepler shares it out; idle power is in none of them.',
    unit: 'watt', width: 6, height: 8, empty: 'Kepler does not run here (profile "metal", a machine with RAPL).', draw: 'area', stack: true,
    queries: [promql(ask.keplerContainers(), '{{container_name}}')],
  }),
];
