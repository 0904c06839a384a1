/** The eight numbers a product owner asks for first. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { why } from '../no-data.ts';
import { stat } from '../panels/stat.ts';
import * as ask from '../queries/audience.ts';
import { promql, promqlNow } from '../query.ts';

const size = { width: 6, height: 4 } as const;

export const headline: readonly Builder<Panel>[] = [
  stat({ title: 'Active now', says: 'Visitors with a browser and a request in the last five minutes.', unit: 'locale', ...size, empty: why.processor, decimals: 0, course: true, queries: [promql(ask.activeNow())] }),
  stat({ title: 'Visitors today', says: 'Unique visitors with a browser since midnight in the zone of the site. Exact, not an estimate.', unit: 'locale', ...size, empty: why.processor, decimals: 0, course: true, queries: [promql(ask.visitorsToday())] }),
  stat({ title: 'Visits', says: 'Visits of people that ended in this time range. Half an hour without a request ends a visit.', unit: 'locale', ...size, empty: why.closedVisits, decimals: 0, queries: [promqlNow(ask.visits())] }),
  stat({ title: 'Page views', says: 'Pages that people saw: a GET answered 2xx or 304 that is no asset, feed, API call or prefetch.', unit: 'locale', ...size, empty: why.closedVisits, decimals: 0, queries: [promqlNow(ask.pageViews())] }),
  stat({ title: 'Pages per visit', says: 'Page views divided by visits of people.', unit: 'none', ...size, empty: why.closedVisits, decimals: 2, queries: [promqlNow(ask.pagesPerVisit())] }),
  stat({ title: 'Bounce rate', says: 'Share of visits with exactly one page view. High is not bad by itself: an answer found on the first page is a bounce too.', unit: 'percentunit', ...size, empty: why.closedVisits, decimals: 1, queries: [promqlNow(ask.bounceRatio())] }),
  stat({ title: 'Mean visit', says: 'From the first to the last request, one-page visits counted as they are: 0 or nearly.', unit: 's', ...size, empty: why.closedVisits, decimals: 0, queries: [promqlNow(ask.meanDuration())] }),
  stat({ title: 'Mean visit, more pages', says: 'The same without visits of one page view, whose length a log cannot know.', unit: 's', ...size, empty: why.closedVisits, decimals: 0, queries: [promqlNow(ask.meanDurationWithoutBounces())] }),
];
