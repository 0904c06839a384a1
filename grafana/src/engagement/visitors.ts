/** Devices and browsers, and the three classes side by side. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { why } from '../no-data.ts';
import { barGauge } from '../panels/gauge.ts';
import { overTime } from '../panels/over-time.ts';
import { stat } from '../panels/stat.ts';
import { table } from '../panels/table.ts';
import * as audience from '../queries/audience.ts';
import * as ask from '../queries/visits.ts';
import { logqlNow, promql, promqlNow } from '../query.ts';

const third = { unit: 'locale', width: 8, height: 9, decimals: 0 } as const;

export const devicesRow: readonly Builder<Panel>[] = [
  barGauge({ title: 'Devices', says: 'Visits of people by the kind of device its browser claims.', ...third, min: 0, empty: why.closedVisits, queries: [promqlNow(audience.visitsByDevice(), '{{device}}')] }),
  table({
    title: 'Browsers', says: 'Visits of people by browser family; versions are not kept.', ...third, empty: why.closedVisits, sort: ['Visits', true],
    columns: [{ field: 'browser', title: 'Browser' }, { field: '#A', title: 'Visits', bar: true }],
    queries: [logqlNow(ask.visitsByBrowser())],
  }),
  table({
    title: 'Systems', says: 'Visits of people by family of operating system.', ...third, empty: why.closedVisits, sort: ['Visits', true],
    columns: [{ field: 'os', title: 'System' }, { field: '#A', title: 'Visits', bar: true }],
    queries: [logqlNow(ask.visitsByOs())],
  }),
];

export const classesRow: readonly Builder<Panel>[] = [
  overTime({
    title: 'Visits by class', says: 'Human, bot (says so, or has no user agent), suspected (behaves like one). Three series, never one sum.',
    unit: 'locale', width: 9, height: 8, empty: why.closedVisits, draw: 'bars', stack: true, decimals: 0,
    queries: [promql(audience.visitsByClass(), '{{agent_class}}', { step: '$interval' })],
  }),
  overTime({
    title: 'Page views by class', says: 'Page views, counted when their visit closes.',
    unit: 'locale', width: 9, height: 8, empty: why.closedVisits, draw: 'bars', stack: true, decimals: 0,
    queries: [promql(audience.pageViewsByClass(), '{{agent_class}}', { step: '$interval' })],
  }),
  stat({
    title: 'Visitor-days', says: 'Visitors summed over days, by the class of their first visit of the day.',
    unit: 'locale', width: 6, height: 8, empty: why.closedVisits, decimals: 0, text: 'value-and-name',
    queries: [promqlNow(audience.visitorDaysByClass(), '{{agent_class}}')],
  }),
  overTime({
    title: 'Requests by kind', says: 'Requests per second of everybody, by kind of resource.',
    unit: 'reqps', width: 9, height: 8, empty: why.requests, draw: 'area', stack: true,
    queries: [promql(audience.requestsByKind(), '{{kind}}')],
  }),
  overTime({
    title: 'Bytes sent', says: 'Bytes per second to browsers and to robots.',
    unit: 'Bps', width: 9, height: 8, empty: why.requests, draw: 'area', stack: true,
    queries: [promql(audience.bytesByClass(), '{{agent_class}}')],
  }),
  stat({
    title: 'Visitors today, by class', says: 'Unique since midnight in the zone of the site, by what the user agent says.',
    unit: 'locale', width: 3, height: 8, empty: why.processor, decimals: 0, text: 'value-and-name',
    queries: [promqlNow(audience.visitorsTodayByClass(), '{{agent_class}}')],
  }),
  stat({
    title: 'Bytes in this time range', says: 'All bytes that nginx sent in this time range.',
    unit: 'decbytes', width: 3, height: 8, empty: why.requests,
    queries: [promqlNow(audience.bytesInRange())],
  }),
];
