/** What a report counts of single requests: volume by day, paths, statuses, errors, times and robots. */
import type { PublicRequest } from '../record.ts';
import { Latency } from './latency.ts';
import type { DaySums, ErrorLine, ReportFigures } from './report-figures.ts';
import { TopValues } from './top-values.ts';

/** Paths whose times are kept apart; later ones share one. */
const mostTimed = 2000;
const mostListed = 100;

type Timed = { readonly latency: Latency; requests: number; sumMs: number };
type OfDay = { readonly day: string; readonly sums: DaySums };

export class LineCounts {
  requests = 0;
  bytes = 0;
  readonly #days = new Map<string, DaySums>();
  #last: OfDay = { day: '', sums: emptyDay() };
  readonly #statuses = new Float64Array(1000);
  readonly #pages = new TopValues();
  readonly #bots = new TopValues();
  readonly #methods = new TopValues();
  readonly #kinds = new TopValues();
  readonly #errors = new Map<string, Map<number, number>>();
  readonly #latency = new Latency();
  readonly #timed = new Map<string, Timed>();

  add(request: PublicRequest): void {
    const { status, bytes, agentClass, path } = request;
    this.requests += 1;
    this.bytes += bytes;
    const sums = this.dayOf(request.day);
    sums.requests += 1;
    sums.bytes += bytes;
    this.#statuses[status] = (this.#statuses[status] ?? 0) + 1;
    this.#methods.add(request.method);
    this.#kinds.add(request.kind);
    if (agentClass === 'bot') this.#bots.add(request.family);
    else if (request.pageView) this.#pages.add(path);
    if (status >= 400) this.#addError(path, status);
    if (request.durationMs >= 0) this.#addTime(request);
  }

  dayOf(day: string): DaySums {
    if (this.#last.day === day) return this.#last.sums;
    let sums = this.#days.get(day);
    if (sums === undefined) this.#days.set(day, (sums = emptyDay()));
    this.#last = { day, sums };
    return sums;
  }

  figures(): Pick<ReportFigures, 'requests' | 'bytes' | 'days' | 'firstDay' | 'lastDay' | 'pages' | 'bots' | 'statuses' | 'methods' | 'kinds' | 'errors' | 'latency' | 'slow'> {
    const days = [...this.#days].map(([day, sums]) => ({ day, ...sums })).sort((a, b) => (a.day < b.day ? -1 : 1));
    const statuses = [...this.#statuses.entries()].filter(([, count]) => count > 0).map(([status, count]) => ({ value: String(status).padStart(3, '0'), count, visitors: 0 }));
    return {
      requests: this.requests,
      bytes: this.bytes,
      days,
      firstDay: days[0]?.day ?? null,
      lastDay: days.at(-1)?.day ?? null,
      pages: this.#pages.top(mostListed),
      bots: this.#bots.top(mostListed),
      statuses,
      methods: this.#methods.top(),
      kinds: this.#kinds.top(),
      errors: this.#errorLines(),
      latency: this.#latency.quantiles(),
      slow: this.#slow(),
    };
  }

  #addError(path: string, status: number): void {
    let ofPath = this.#errors.get(path);
    if (ofPath === undefined) this.#errors.set(path, (ofPath = new Map<number, number>()));
    ofPath.set(status, (ofPath.get(status) ?? 0) + 1);
  }

  #addTime({ kind, path, durationMs }: PublicRequest): void {
    this.#latency.add(durationMs);
    if (kind !== 'page' && kind !== 'api') return;
    let timed = this.#timed.get(path);
    if (timed === undefined) {
      const name = this.#timed.size >= mostTimed ? 'other' : path;
      timed = this.#timed.get(name) ?? { latency: new Latency(), requests: 0, sumMs: 0 };
      this.#timed.set(name, timed);
    }
    timed.latency.add(durationMs);
    timed.requests += 1;
    timed.sumMs += durationMs;
  }

  #errorLines(): ErrorLine[] {
    const lines = [...this.#errors].flatMap(([path, byStatus]) => [...byStatus].map(([status, requests]) => ({ status, path, requests })));
    return lines.sort((a, b) => b.requests - a.requests || a.status - b.status || (a.path < b.path ? -1 : 1)).slice(0, mostListed);
  }

  #slow(): ReportFigures['slow'] {
    const all = [...this.#timed].sort(([, a], [, b]) => b.sumMs - a.sumMs).slice(0, mostListed);
    return all.map(([path, { latency, requests, sumMs }]) => ({ path, requests, meanSeconds: sumMs / requests / 1000, p95Seconds: latency.quantiles()?.p95 ?? 0 }));
  }
}

const emptyDay = (): DaySums => ({ requests: 0, bytes: 0, visitors: 0, visits: 0, pageViews: 0 });
