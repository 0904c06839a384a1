/** Pages, entries, exits, referrers. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { why } from '../no-data.ts';
import { table } from '../panels/table.ts';
import * as ask from '../queries/visits.ts';
import { logqlNow } from '../query.ts';

const share = { unit: 'locale', width: 12, height: 10, decimals: 0 } as const;

export const pagesRow: readonly Builder<Panel>[] = [
  table({
    title: 'Top pages', says: 'Page views of browsers by path template, the 20 most seen. Ids and personal values are cut out of paths; a path few people asked for is "other".',
    ...share, empty: why.requests, sort: ['Views', true],
    columns: [{ field: 'path', title: 'Page' }, { field: '#A', title: 'Views', bar: true }],
    queries: [logqlNow(ask.pageViewsByPath())],
  }),
  table({
    title: 'Entry pages', says: 'The first page of a visit, and how many of those visits ended there as a bounce.',
    ...share, empty: why.closedVisits, sort: ['Visits', true],
    columns: [{ field: 'entry', title: 'Page' }, { field: '#A', title: 'Visits', bar: true }, { field: '#B', title: 'Bounces', width: 90 }],
    queries: [logqlNow(ask.visitsByEntry()), logqlNow(ask.bouncesByEntry())],
  }),
  table({
    title: 'Exit pages', says: 'The last page of a visit: where people found what they wanted, or gave up.',
    ...share, empty: why.closedVisits, sort: ['Visits', true],
    columns: [{ field: 'exit', title: 'Page' }, { field: '#A', title: 'Visits', bar: true }],
    queries: [logqlNow(ask.visitsByExit())],
  }),
  table({
    title: 'Referrers', says: 'The host a visit came from; only the host is ever read. "direct" has none, "internal" is the site itself, "other" are hosts with fewer than five visitors.',
    ...share, empty: why.closedVisits, sort: ['Visits', true],
    columns: [{ field: 'referrer', title: 'Host' }, { field: '#A', title: 'Visits', bar: true }],
    queries: [logqlNow(ask.visitsByReferrer())],
  }),
];
