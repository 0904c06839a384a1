/** Counts each public line and each closed visit into the `web_*` metrics; the series of a combination are looked up once and kept. */
import { kinds } from './record.ts';
import type { PublicRequest, VisitClass } from './record.ts';
import type { CounterCell, HistogramSeries, Tallies } from './metrics/tallies.ts';
import { methods as metricMethods, weekdays } from './metric-names.ts';

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
};

export function createAudience(tallies: Tallies): Audience {
  /** site -> route -> a number for the rest -> series */
  const known = new Map<string, Map<string, (Series | undefined)[]>>();
  const visits = new Map<string, Partial<Record<VisitClass, VisitSeries>>>();
  const knownOf = (request: PublicRequest, statusClass: number): Series => {
    let ofSite = known.get(request.site);
    if (ofSite === undefined) known.set(request.site, (ofSite = new Map<string, (Series | undefined)[]>()));
    const route = routeOf(request);
    let ofRoute = ofSite.get(route);
    if (ofRoute === undefined) {
      if (ofSite.size >= mostRoutes) ofSite.clear();
      ofSite.set(route, (ofRoute = []));
    }
    const code = ((methods.indexOf(request.method) * kinds.length + kinds.indexOf(request.kind)) * statusClasses.length + statusClass) * 2 + (request.agentClass === 'bot' ? 1 : 0);
    return (ofRoute[code] ??= seriesOf(tallies, request, statusClasses[statusClass] ?? 'other', route));
  };
  return {
    line(request) {
      if (!request.audience && request.kind !== 'health') return; // the stack's own pages
      const series = knownOf(request, statusClassOf(request.status));
      series.requests.add(1);
      series.bytes?.add(request.bytes);
      if (request.upstreamMs > 0) series.upstream?.add(request.upstreamMs / 1000);
      if (request.durationMs >= 0) series.duration?.observe(request.durationMs / 1000);
    },
    visit(visit) {
      let ofSite = visits.get(visit.site);
      if (ofSite === undefined) visits.set(visit.site, (ofSite = {}));
      (ofSite[visit.visitClass] ??= new VisitSeries(tallies, visit)).count(visit);
    },
  };
}

/** Routes remembered of a site; the metrics keep fifty, the rest is `other`. */
const mostRoutes = 10_000;
const methods = ['OTHER', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'];
const statusClasses = ['other', '1xx', '2xx', '3xx', '4xx', '5xx'];

/** Rarer methods have no series of their own, and sending one must not look like an overflow. */
const shownMethods: ReadonlySet<string> = new Set(metricMethods);

function seriesOf(tallies: Tallies, { site, agentClass, kind, method }: PublicRequest, statusClass: string, route: string): Series {
  const counted = kind !== 'health';
  return {
    requests: tallies.counter('web_requests_total', [site, agentClass, kind, shownMethods.has(method) ? method : 'other', statusClass]),
    bytes: counted ? tallies.counter('web_response_bytes_total', [site, agentClass, kind]) : null,
    upstream: counted ? tallies.counter('web_upstream_seconds_total', [site, agentClass, route]) : null,
    duration: counted ? tallies.histogram('web_request_duration_seconds', [site, route]) : null,
  };
}

/** The series of the visits of one site and class, each found at its first use. */
class VisitSeries {
  readonly #tallies: Tallies;
  readonly #site: string;
  readonly #visitClass: VisitClass;
  readonly #visits: CounterCell;
  readonly #views: CounterCell;
  readonly #started: (CounterCell | undefined)[] = [];
  readonly #devices = new Map<string, CounterCell>();
  readonly #durations = new Map<boolean, HistogramSeries>();
  #bounces: CounterCell | null = null;
  #visitorDays: CounterCell | null = null;

  constructor(tallies: Tallies, { site, visitClass }: CountedVisit) {
    [this.#tallies, this.#site, this.#visitClass] = [tallies, site, visitClass];
    this.#visits = tallies.counter('web_visits_total', [site, visitClass]);
    this.#views = tallies.counter('web_page_views_total', [site, visitClass]);
  }

  count(visit: CountedVisit): void {
    this.#visits.add(1);
    this.#views.add(visit.views);
    if (visit.bounce) (this.#bounces ??= this.#tallies.counter('web_bounces_total', [this.#site, this.#visitClass])).add(1);
    if (visit.firstToday) (this.#visitorDays ??= this.#tallies.counter('web_visitor_days_total', [this.#site, this.#visitClass])).add(1);
    if (this.#visitClass === 'human') this.#countHuman(visit);
  }

  #countHuman({ bounce, durationMs, weekday, hour, device }: CountedVisit): void {
    let duration = this.#durations.get(bounce);
    if (duration === undefined) this.#durations.set(bounce, (duration = this.#tallies.histogram('web_visit_duration_seconds', [this.#site, String(bounce)])));
    duration.observe(durationMs / 1000);
    const started = (this.#started[weekday * 24 + hour] ??= this.#tallies.counter('web_visits_started_total', [this.#site, weekdays[weekday - 1] ?? 'mon', String(hour).padStart(2, '0')]));
    started.add(1);
    let devices = this.#devices.get(device);
    if (devices === undefined) this.#devices.set(device, (devices = this.#tallies.counter('web_visits_by_device_total', [this.#site, device])));
    devices.add(1);
  }
}

/** Durations are kept by path where a path says something, by kind elsewhere, so that assets do not use up the fifty routes. */
const routeOf = (request: PublicRequest): string => (request.kind === 'page' || request.kind === 'api' ? request.path : request.kind);

/** A place in `statusClasses`. */
function statusClassOf(status: number): number {
  const first = Math.floor(status / 100);
  return first >= 1 && first <= 5 ? first : 0;
}
