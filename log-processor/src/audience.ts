/** Counts each public line and each closed visit into the `web_*` metrics; the series of a combination are looked up once and kept. */
import type { PublicRequest, VisitClass } from './record.ts';
import type { CounterCell, HistogramSeries, Tallies } from './metrics/tallies.ts';
import { weekdays } from './metric-names.ts';

/** What the metrics need of a closed visit. */
export type CountedVisit = {
  readonly site: string;
  readonly visitClass: VisitClass;
  readonly views: number;
  readonly bounce: boolean;
  readonly firstToday: boolean;
  readonly durationMs: number;
  readonly device: string;
  /** 1 (Monday) to 7 and 0 to 23, in the zone of the site, of the visit's start. */
  readonly weekday: number;
  readonly hour: number;
};

type Series = { readonly requests: CounterCell; readonly bytes: CounterCell | null; readonly upstream: CounterCell | null; readonly duration: HistogramSeries | null };

export type Audience = {
  line(request: PublicRequest): void;
  visit(visit: CountedVisit): void;
  /** Shows every known series of a site from the start, so that a first count is seen as a rise. */
  startSite(site: string): void;
};

const visitClasses: readonly VisitClass[] = ['human', 'bot', 'suspected'];

export function createAudience(tallies: Tallies): Audience {
  const known = new Map<string, Series>();

  const seriesOf = (request: PublicRequest, statusClass: string): Series => {
    const route = routeOf(request);
    const name = `${request.site}|${request.agentClass}|${request.kind}|${request.method}|${statusClass}|${route}`;
    let series = known.get(name);
    if (series === undefined) {
      const { site, agentClass, kind } = request;
      const method = request.method === 'OTHER' ? 'other' : request.method;
      const counted = kind !== 'health';
      series = {
        requests: tallies.counter('web_requests_total', [site, agentClass, kind, method, statusClass]),
        bytes: counted ? tallies.counter('web_response_bytes_total', [site, agentClass, kind]) : null,
        upstream: counted ? tallies.counter('web_upstream_seconds_total', [site, agentClass, route]) : null,
        duration: counted ? tallies.histogram('web_request_duration_seconds', [site, route]) : null,
      };
      if (known.size >= 10_000) known.clear();
      known.set(name, series);
    }
    return series;
  };

  return {
    line(request) {
      if (!request.audience && request.kind !== 'health') return; // the stack's own pages
      const series = seriesOf(request, statusClassOf(request.status));
      series.requests.add(1);
      series.bytes?.add(request.bytes);
      if (request.upstreamMs > 0) series.upstream?.add(request.upstreamMs / 1000);
      if (request.durationMs >= 0) series.duration?.observe(request.durationMs / 1000);
    },
    visit(visit) {
      const { site, visitClass } = visit;
      tallies.counter('web_visits_total', [site, visitClass]).add(1);
      tallies.counter('web_page_views_total', [site, visitClass]).add(visit.views);
      if (visit.bounce) tallies.counter('web_bounces_total', [site, visitClass]).add(1);
      if (visit.firstToday) tallies.counter('web_visitor_days_total', [site, visitClass]).add(1);
      if (visitClass !== 'human') return;
      tallies.histogram('web_visit_duration_seconds', [site, String(visit.bounce)]).observe(visit.durationMs / 1000);
      tallies.counter('web_visits_started_total', [site, weekdays[visit.weekday - 1] ?? 'mon', String(visit.hour).padStart(2, '0')]).add(1);
      tallies.counter('web_visits_by_device_total', [site, visit.device]).add(1);
    },
    startSite(site) {
      for (const visitClass of visitClasses) {
        for (const name of ['web_visits_total', 'web_page_views_total', 'web_bounces_total', 'web_visitor_days_total'] as const) {
          tallies.startAtZero(name, [site, visitClass]);
        }
      }
    },
  };
}

/** Durations are kept by path where a path says something, by kind elsewhere, so that assets do not use up the fifty routes. */
const routeOf = (request: PublicRequest): string => (request.kind === 'page' || request.kind === 'api' ? request.path : request.kind);

function statusClassOf(status: number): string {
  const first = Math.floor(status / 100);
  return first >= 1 && first <= 5 ? `${first}xx` : 'other';
}
