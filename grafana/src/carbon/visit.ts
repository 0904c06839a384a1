/** What one visit costs, and of what that is made. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { why } from '../no-data.ts';
import { barGauge } from '../panels/gauge.ts';
import { overTime } from '../panels/over-time.ts';
import { stat } from '../panels/stat.ts';
import * as audience from '../queries/audience.ts';
import * as ask from '../queries/energy.ts';
import { thresholdOf } from '../queries/thresholds.ts';
import { promql, promqlNow } from '../query.ts';

export const visitRow: readonly Builder<Panel>[] = [
  overTime({
    title: 'CO2e per visit', says: 'Grams per visit of a person over the last day, 7 days and 28 days. The short window shows changes, the long one is for reports.',
    unit: 'massg', width: 12, height: 9, empty: why.perVisit, limits: ['budget'], legendShows: ['last', 'mean'],
    queries: [promql(ask.gramsPerVisit('1d'), '{{site}} 1 day'), promql(ask.gramsPerVisit('7d'), '{{site}} 7 days'), promql(ask.gramsPerVisit('28d'), '{{site}} 28 days'), promql(thresholdOf('co2e_grams_per_visit'), 'budget')],
  }),
  stat({
    title: 'Terms of one visit, last 24 h', says: 'The terms of grams per visit of each site: operation and embodied share.',
    unit: 'massg', width: 6, height: 9, empty: why.perVisit, decimals: 3, text: 'value-and-name',
    queries: [promqlNow(ask.gramsPerVisitTerms(), '{{site}} {{component}}')],
  }),
  stat({
    title: 'Transfer of one visit', says: 'A line of its own: network and device segments by the model named, never added to the figure of the server.',
    unit: 'massg', width: 6, height: 9, empty: why.perVisit, decimals: 3, text: 'value-and-name',
    queries: [promqlNow(ask.transferPerVisit(), '{{site}} {{model}}')],
  }),
  stat({
    title: 'Energy of one visit', says: 'Joules of platform and monitoring per visit of a person, over 24 hours.',
    unit: 'joule', width: 8, height: 4, empty: why.perVisit, decimals: 0,
    queries: [promqlNow(ask.joulesPerVisit(), '{{site}}')],
  }),
  stat({
    title: 'Server time of one visit', says: 'Seconds of nginx and application per visit of a person, over 24 hours.',
    unit: 's', width: 8, height: 4, empty: why.perVisit, decimals: 2,
    queries: [promqlNow(ask.serverSecondsPerVisit(), '{{site}}')],
  }),
  stat({
    title: 'Bytes of one visit', says: 'Bytes sent to everybody, divided by the visits of people, over 24 hours.',
    unit: 'decbytes', width: 8, height: 4, empty: why.perVisit, decimals: 1,
    queries: [promqlNow(ask.bytesPerVisit(), '{{site}}')],
  }),
  barGauge({
    title: 'Bytes by kind', says: 'Bytes sent in this time range by kind of resource. Smaller images are the cheapest saving.',
    unit: 'decbytes', width: 12, height: 6, empty: why.requests, decimals: 1, min: 0,
    queries: [promqlNow(audience.bytesByKind(), '{{kind}}')],
  }),
  barGauge({
    title: 'Transfer by class and segment', says: 'Estimated emissions of what closed visits transferred in this time range, in the network and in the readers\' devices. Nothing of the server is in it. A bot has no device.',
    unit: 'massg', width: 12, height: 6, empty: why.closedVisits, decimals: 2, min: 0,
    queries: [promqlNow(ask.transferBySegment(), '{{agent_class}} {{segment}}')],
  }),
];
