/** Hours and weekdays. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { why } from '../no-data.ts';
import { barChart } from '../panels/bar-chart.ts';
import { matrix } from '../panels/matrix.ts';
import { overTime } from '../panels/over-time.ts';
import * as ask from '../queries/audience.ts';
import { promql, promqlTable } from '../query.ts';

export const timesRow: readonly Builder<Panel>[] = [
  matrix({
    title: 'Peak times: visits begun, by weekday and hour', says: 'Visits of people by the weekday and hour in which they began, in the zone of the site. Darker is more; the number stands in the cell. The quietest hours are the best for maintenance and for heavy jobs.',
    unit: 'locale', width: 24, height: 10, empty: why.closedVisits, decimals: 0, rows: 'weekday', columns: 'hour',
    queries: [promqlTable(ask.startedByWeekday())],
  }),
  barChart({
    title: 'Visits begun, by hour of the day', says: 'All weekdays together, in the zone of the site.',
    unit: 'locale', width: 10, height: 8, empty: why.closedVisits, decimals: 0, names: 'hour', bars: [['visits', 'blue']],
    queries: [promqlTable(ask.startedByHour())],
  }),
  overTime({
    title: 'Active visitors', says: 'Visitors with a request in the last five minutes, people with a browser and robots.',
    unit: 'locale', width: 14, height: 8, empty: why.processor, decimals: 0, legendShows: ['max'],
    queries: [promql(ask.activeByClass(), '{{agent_class}}')],
  }),
];
