/** Seeded nginx traffic with its ground truth, for `npm start` and for tests: who comes at any moment depends on the seed and that moment alone. */
import { accessLine } from './access-line.ts';
import { createZoneClock, hourShares, weekdayFactors, type ZoneClock } from './day-curve.ts';
import { humanVisit } from './human-visit.ts';
import { babble, crawlerVisit, feedVisit, scannerVisit } from './machine-visits.ts';
import { createRandom, type Random } from './random.ts';
import { serve, type ServedSite, type TrueRequest } from './serve.ts';
import { createSiteLedger, type SiteLedger, type SiteTruth } from './truth.ts';
import { person, prober } from './visitors.ts';

export type TrafficSite = ServedSite & {
  /** IANA name: the daily curve follows its wall clock. */
  readonly zone: string;
  /** People's walks begun on a mean day; machines come on top. */
  readonly visitsPerDay: number;
  /** Milliseconds between health checks; 0 for none. Default 30 s. */
  readonly healthCheckMs?: number;
};

export type TrafficOptions = {
  readonly seed: string;
  readonly sites: readonly TrafficSite[];
  /** Visits begin from here on. */
  readonly startMs: number;
  /** No visit begins from here on; those that have begun come to their end. May be Infinity. */
  readonly endMs: number;
};

export type TrafficLine = { readonly timeMs: number; /** Without its line end. */ readonly text: string };

export type Traffic = {
  /** Every line in the order of time, made as it is asked for. */
  lines(): Generator<TrafficLine, void, undefined>;
  /** What is true of the lines given out so far, by server name. */
  truth(): Readonly<Record<string, SiteTruth>>;
};

/** Everything is drawn by spans of this length, each with its own seed. */
const spanMs = 600_000;
const spansPerDay = 86_400_000 / spanMs;
const spansPerHour = 3_600_000 / spanMs;
/** People known to a site per visit of a day; some are drawn far more often than others. */
const peoplePerVisit = 3;
/** Visits of machines for every visit of a person. */
const machines = [
  [crawlerVisit, 0.15],
  [feedVisit, 0.1],
  [scannerVisit, 0.03],
  [babble, 0.02],
] as const;

type RunningSite = { readonly site: TrafficSite; readonly clock: ZoneClock; readonly ledger: SiteLedger };

/** @throws RangeError for an unknown zone */
export function createTraffic({ seed, sites, startMs, endMs }: TrafficOptions): Traffic {
  const running = sites.map((site): RunningSite => ({ site, clock: createZoneClock(site.zone), ledger: createSiteLedger(site.zone) }));
  const ledgers = new Map(running.map(({ site, ledger }) => [site.serverName, ledger]));

  function* lines(): Generator<TrafficLine, void, undefined> {
    let waiting: TrueRequest[] = [];
    for (let span = Math.floor(startMs / spanMs); span * spanMs < endMs || waiting.length > 0; span += 1) {
      // No spread: a call takes about 100,000 arguments, and a large site has more requests in a span.
      waiting = waiting.concat(...running.map((one) => begunIn(seed, one, span).filter((visit) => isWithin(visit, startMs, endMs)).flat()));
      waiting.sort((a, b) => a.request.timeMs - b.request.timeMs); // stable: equal times keep the order in which they were drawn
      const spanEndMs = (span + 1) * spanMs;
      let done = 0;
      for (let entry = waiting[done]; entry !== undefined && entry.request.timeMs < spanEndMs; entry = waiting[done]) {
        ledgers.get(entry.request.serverName)?.add(entry);
        yield { timeMs: entry.request.timeMs, text: accessLine(entry.request) };
        done += 1;
      }
      waiting = waiting.slice(done);
    }
  }

  return { lines, truth: () => Object.fromEntries([...ledgers].map(([name, ledger]) => [name, ledger.result()])) };
}

function isWithin(visit: readonly TrueRequest[], startMs: number, endMs: number): boolean {
  const first = visit[0]?.request.timeMs ?? NaN;
  return first >= startMs && first < endMs;
}

/** Every visit that begins in a span, in the order in which they were drawn. */
function begunIn(seed: string, { site, clock }: RunningSite, span: number): TrueRequest[][] {
  const fromMs = span * spanMs;
  const siteSeed = `${seed}/${site.serverName}`;
  const random = createRandom(`${siteSeed}/${span}`);
  const moment = (): number => fromMs + random.integer(0, spanMs - 1);
  const visits: TrueRequest[][] = [];
  const curve = (hourShares[clock.hourOf(fromMs)] ?? 0) * (weekdayFactors[clock.weekdayOf(fromMs)] ?? 1);
  const people = random.poisson((site.visitsPerDay * curve) / spansPerHour);
  for (let count = people; count > 0; count -= 1) visits.push(humanVisit(random, site, person(siteSeed, whoComes(random, site)), moment()));
  for (const [visit, share] of machines) {
    for (let count = random.poisson((site.visitsPerDay * share) / spansPerDay); count > 0; count -= 1) visits.push(visit(random, site, moment()));
  }
  return [...visits, ...healthChecks(random, site, fromMs)];
}

/** The square makes regulars: half of all visits are by a quarter of the people. */
function whoComes(random: Random, site: TrafficSite): number {
  return Math.floor(random.next() ** 2 * site.visitsPerDay * peoplePerVisit);
}

function healthChecks(random: Random, site: TrafficSite, fromMs: number): TrueRequest[][] {
  const { healthCheckMs = 30_000 } = site;
  const checks: TrueRequest[][] = [];
  if (healthCheckMs === 0) return checks;
  for (let timeMs = Math.ceil(fromMs / healthCheckMs) * healthCheckMs; timeMs < fromMs + spanMs; timeMs += healthCheckMs) {
    checks.push([serve(random, site, prober, { timeMs, path: '/healthz', kind: 'health' })]);
  }
  return checks;
}
