/** What fires, what fired, and what to do about it. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { MappingType, type Panel, type ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { why } from '../no-data.ts';
import { palette } from '../palette.ts';
import { alertList } from '../panels/alert-list.ts';
import { states } from '../panels/states.ts';
import { table } from '../panels/table.ts';
import * as ask from '../queries/alerts.ts';
import { promql, promqlTable } from '../query.ts';

/** Every alert has a page of its own name: what it means, what it hurts, what to do. */
const runbook = { title: 'Runbook', url: '${runbooks}/${__value.raw}.md', apart: true } as const;
/** The page of the rule in Grafana's own alerting: its question, its numbers, its history. */
const rule = { title: 'Rule', url: '/alerting/list?search=rule:${__data.fields.Alert}' } as const;
const firing: readonly ValueMapping[] = [{ type: MappingType.ValueToText, options: { 1: { text: 'firing', color: palette.vermilion, index: 0 } } }];

export const alertsRow: readonly Builder<Panel>[] = [
  table({
    title: 'Firing and pending', says: 'Alerts that fire or are about to. A click on the name opens its runbook (what it means, what it hurts, what to do), a click on the state its rule.',
    unit: 'short', width: 12, height: 9, empty: why.alerts,
    columns: [{ field: 'alertname', title: 'Alert', link: runbook }, { field: 'severity', title: 'Severity', width: 110 }, { field: 'alertstate', title: 'State', width: 110, link: rule }],
    queries: [promqlTable(ask.firingNow())],
  }),
  alertList({
    title: 'With their summaries', says: 'The same alerts from Prometheus and from the Loki ruler with what they say of themselves. Open one for its description and its dashboard.', width: 12, height: 9,
  }),
  table({
    title: 'Fired in this time range', says: 'How many evaluations each alert fired in, within the time range at the top. A click on the name opens its runbook.',
    unit: 'short', width: 8, height: 9, empty: why.alertsInRange, decimals: 0, sort: ['Evaluations', true],
    columns: [{ field: 'alertname', title: 'Alert', link: runbook }, { field: 'severity', title: 'Severity', width: 110 }, { field: '#A', title: 'Evaluations', bar: true }],
    queries: [promqlTable(ask.firedInRange())],
  }),
  states({
    title: 'When alerts fired', says: 'Each alert as a band over time. Bands that begin together have one cause.',
    unit: 'short', width: 16, height: 9, empty: why.alertsInRange, mappings: firing, steps: ['vermilion'],
    queries: [promql(ask.firingOverTime(), '{{alertname}}')],
  }),
];
