/** Counts each public line and each closed visit into the `web_*` metrics; the series of a combination are looked up once and kept. */
import { kindNumber, statusClasses, statusNumber } from './account/kind-and-status.ts';
import { kinds, methods } from './record.ts';
import type { PublicRequest, VisitClass } from './record.ts';
import type { TransferGrams } from './transfer-carbon.ts';
import type { CounterCell, HistogramSeries, Tallies } from './metrics/tallies.ts';
import { methods as metricMethods, transferModel, weekdays } from './metric-names.ts';

/** What the metrics need of a closed visit. */
export type CountedVisit = {
  readonly site: string;
  readonly visitClass: VisitClass;
  readonly views: number;
  readonly bounce: boolean;
  readonly firstToday: boolean;
  readonly durationMs: number;
  readonly device: string;
  readonly transfer: TransferGrams;
  /** 1 (Monday) to 7 and 0 to 23, in the zone of the site, of the visit's start. */
  readonly weekday: number;
  readonly hour: number;
};

type Series = { readonly requests: CounterCell; readonly bytes: CounterCell | null; readonly upstream: CounterCell | null; readonly duration: HistogramSeries | null };

export type Audience = {
  line(request: PublicRequest): void;
  visit(visit: CountedVisit): void;
};

/** What is counted goes into these. */
type Counting = Pick<Tallies, 'counter' | 'histogram'>;

export function createAudience(tallies: Counting): Audience {
  const sites = new Map<string, SiteSeries>();
  let last: SiteSeries | null = null;
  const siteOf = (site: string): SiteSeries => {
    if (last?.site === site) return last;
    let found = sites.get(site);
    if (found === undefined) sites.set(site, (found = new SiteSeries(tallies, site)));
    last = found;
    return found;
  };
  return {
    line(request) {
      if (!request.audience && request.kind !== 'health') return; // the stack's own pages
      const series = siteOf(request.site).of(request);
      series.requests.add(1);
      series.bytes?.add(request.bytes);
      if (request.upstreamMs > 0) series.upstream?.add(request.upstreamMs / 1000);
      if (request.durationMs >= 0) series.duration?.observe(request.durationMs / 1000);
    },
    visit: (visit) => siteOf(visit.site).visits(visit).count(visit),
  };
}

/** The series of a route, by a number for the rest; that of its last line is mostly that of the next. */
type Route = { readonly name: string; readonly series: (Series | undefined)[]; code: number; method: string; last: Series | null };

class SiteSeries {
  readonly site: string;
  readonly #tallies: Counting;
  readonly #routes = new Map<string, Route>();
  readonly #kinds: Route[] = [];
  readonly #visits: Partial<Record<VisitClass, VisitSeries>> = {};

  constructor(tallies: Counting, site: string) {
    this.#tallies = tallies;
    this.site = site;
  }

  of(request: PublicRequest): Series {
    const { kind, method } = request;
    const number = kindNumber(kind);
    // Durations are kept by path where a path says something, by kind elsewhere, so that assets do not use up the fifty routes.
    const route = kind === 'page' || kind === 'api' ? this.#routeOf(request.path) : (this.#kinds[number] ??= newRoute(kind));
    const code = (number * statusClasses.length + statusNumber(request.status)) * 2 + (request.agentClass === 'bot' ? 1 : 0);
    if (route.last !== null && route.code === code && route.method === method) return route.last;
    route.code = code;
    route.method = method;
    route.last = route.series[lineMethods.indexOf(method) * codes + code] ??= seriesOf(this.#tallies, request, route.name);
    return route.last;
  }

  visits(visit: CountedVisit): VisitSeries {
    return (this.#visits[visit.visitClass] ??= new VisitSeries(this.#tallies, visit));
  }

  #routeOf(path: string): Route {
    let route = this.#routes.get(path);
    if (route === undefined) {
      if (this.#routes.size >= mostRoutes) this.#routes.clear();
      this.#routes.set(path, (route = newRoute(path)));
    }
    return route;
  }
}

function newRoute(name: string): Route {
  return { name, series: [], code: -1, method: '', last: null };
}

/** Routes remembered of a site; the metrics keep fifty, the rest is `other`. */
const mostRoutes = 10_000;
const lineMethods: readonly string[] = methods;
/** Combinations of kind, status class and agent class. */
const codes = kinds.length * statusClasses.length * 2;

/** Rarer methods have no series of their own, and sending one must not look like an overflow. */
const shownMethods: ReadonlySet<string> = new Set(metricMethods);

function seriesOf(tallies: Counting, { site, agentClass, kind, method, status }: PublicRequest, route: string): Series {
  const statusClass = statusClasses[statusNumber(status)] ?? 'other';
  const counted = kind !== 'health';
  return {
    requests: tallies.counter('web_requests_total', [site, agentClass, kind, shownMethods.has(method) ? method : 'other', statusClass]),
    bytes: counted ? tallies.counter('web_response_bytes_total', [site, agentClass, kind]) : null,
    upstream: counted ? tallies.counter('web_upstream_seconds_total', [site, agentClass, route]) : null,
    duration: counted ? tallies.histogram('web_request_duration_seconds', [site, route]) : null,
  };
}

/** To the nearest 2^-24: sums of such numbers are exact below 2^29, so a total is the same in whatever order visits close. */
function summable(grams: number): number {
  return Math.round(grams * 0x1000000) / 0x1000000;
}

/** The series of the visits of one site and class, each found at its first use. */
class VisitSeries {
  readonly #tallies: Counting;
  readonly #site: string;
  readonly #visitClass: VisitClass;
  readonly #visits: CounterCell;
  readonly #views: CounterCell;
  readonly #network: CounterCell;
  readonly #device: CounterCell | null;
  readonly #started: (CounterCell | undefined)[] = [];
  readonly #devices = new Map<string, CounterCell>();
  readonly #durations = new Map<boolean, HistogramSeries>();
  #bounces: CounterCell | null = null;
  #visitorDays: CounterCell | null = null;

  constructor(tallies: Counting, { site, visitClass }: CountedVisit) {
    [this.#tallies, this.#site, this.#visitClass] = [tallies, site, visitClass];
    this.#visits = tallies.counter('web_visits_total', [site, visitClass]);
    this.#views = tallies.counter('web_page_views_total', [site, visitClass]);
    this.#network = tallies.counter('web_transfer_co2e_grams_total', [site, visitClass, 'network', transferModel]);
    this.#device = visitClass === 'bot' ? null : tallies.counter('web_transfer_co2e_grams_total', [site, visitClass, 'device', transferModel]);
  }

  count(visit: CountedVisit): void {
    this.#visits.add(1);
    this.#views.add(visit.views);
    this.#network.add(summable(visit.transfer.network));
    this.#device?.add(summable(visit.transfer.device));
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
