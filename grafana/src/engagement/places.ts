/** Countries and referrers. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { why } from '../no-data.ts';
import { barGauge } from '../panels/gauge.ts';
import { table } from '../panels/table.ts';
import { worldMap } from '../panels/world-map.ts';
import { visitorsTodayByCountry } from '../queries/audience.ts';
import * as ask from '../queries/visits.ts';
import { logqlNow, promqlNow } from '../query.ts';

export const placesRow: readonly Builder<Panel>[] = [
  worldMap({
    title: 'Visits by country', says: 'Visits of people. A country is named once at least five browsers from it came within a day; until then it counts as "other". The map is drawn from this Grafana\'s own files, nothing is loaded from elsewhere.',
    unit: 'locale', width: 12, height: 12, empty: why.closedVisits, codes: 'country',
    queries: [logqlNow(ask.visitsByCountry())],
  }),
  table({
    title: 'Countries', says: 'The same as a table, with visitor-days: a person of two days counts twice.',
    unit: 'locale', width: 6, height: 12, empty: why.closedVisits, decimals: 0, sort: ['Visits', true],
    columns: [{ field: 'country', title: 'Country', width: 80 }, { field: '#A', title: 'Visits', bar: true }, { field: '#B', title: 'Visitor-days', width: 100 }],
    queries: [logqlNow(ask.visitsByCountry()), logqlNow(ask.visitorsByCountry())],
  }),
  barGauge({
    title: 'Visitors today, by country', says: 'Unique visitors with a browser since midnight in the zone of the site. A count can fall when a country drops below five and becomes "other".',
    unit: 'locale', width: 6, height: 12, empty: why.processor, decimals: 0, min: 0,
    queries: [promqlNow(visitorsTodayByCountry(), '{{country}}')],
  }),
];
