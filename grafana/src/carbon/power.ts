/** Power by source, with the load beside it. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { why } from '../no-data.ts';
import { overTime } from '../panels/over-time.ts';
import { states } from '../panels/states.ts';
import { upOrDown } from '../pipeline/stores.ts';
import * as ask from '../queries/energy.ts';
import { promql } from '../query.ts';

export const powerRow: readonly Builder<Panel>[] = [
  overTime({
    title: 'Power of the machine, and its load', says: 'The one source that counts, named in the legend, and the busy share of the processor on the right. Power that does not follow the load is an idle machine that is too large.',
    unit: 'watt', width: 12, height: 9, empty: why.energy, draw: 'area', rightAxis: { busy: 'percentunit' }, colours: { busy: 'orange' }, legendShows: ['last', 'mean', 'max'],
    queries: [promql(ask.selectedReading(), '{{source}} ({{reading}})'), promql(ask.busy(), 'busy')],
  }),
  overTime({
    title: 'Every sensor', says: 'All power readings. Zones overlap (a package contains its cores), so they are never added up.',
    unit: 'watt', width: 12, height: 9, empty: why.energy, legendShows: ['last', 'max'],
    queries: [promql(ask.wattsBySensor(), '{{source}} {{zone}} {{hw_id}}')],
  }),
  states({
    title: 'Sensors that answer', says: 'A sensor that is down takes its source out of the choice for those minutes.',
    unit: 'short', width: 8, height: 8, empty: why.energy, mappings: upOrDown, steps: ['vermilion', [1, 'green']],
    queries: [promql(ask.sensorUp(), '{{source}} {{hw_id}}')],
  }),
  overTime({
    title: 'Power as counted', says: 'The energy counters of the sensors as watts: the same figure by another road. A lasting difference to the panel above is a sensor that wraps or stands still.',
    unit: 'watt', width: 8, height: 8, empty: why.energy,
    queries: [promql(ask.wattsCounted(), '{{source}} {{hw_id}}')],
  }),
  overTime({
    title: 'Kepler: active and whole power', says: 'What Kepler reads by zone, and which part of it is activity. Only with the profile "metal".',
    unit: 'watt', width: 8, height: 8, empty: 'Kepler does not run here (profile "metal", a machine with RAPL).',
    queries: [promql(ask.keplerNode(), '{{zone}}'), promql(ask.keplerActive(), '{{zone}} active')],
  }),
];
