/** Keeps the ground truth of generated traffic: what a perfect counter would find, by the definitions of the documentation and nothing of the processor's code. */
import type { AgentClass, Kind, VisitClass } from '../record.ts';
import { createZoneClock, type ZoneClock } from './day-curve.ts';
import type { TrueRequest } from './serve.ts';

/** A longer gap between requests of one visitor starts a new visit, and so does the second midnight in a visit. */
const visitGapMs = 1_800_000;

export type VisitTruth = { visits: number; bounces: number; pageViews: number; requests: number; durationMs: number };

/** All of one site. Days are `yyyy-mm-dd` in its zone. */
export type SiteTruth = {
  readonly lines: number;
  readonly bytes: number;
  /** `browser page 2xx` and the like: agent class, kind, status class. */
  readonly requests: Readonly<Record<string, number>>;
  /** Visitors with at least one request that is no health check, by the day of the request. */
  readonly visitorsByDay: Readonly<Record<string, Readonly<Record<AgentClass, number>>>>;
  /** As if every visit had ended with its last request so far. */
  readonly visits: Readonly<Record<VisitClass, VisitTruth>>;
  /** By the day of a visit's last request. */
  readonly visitsByDay: Readonly<Record<string, Readonly<Record<VisitClass, number>>>>;
  /** Human visits that began in each hour of the site's day: 24 numbers. */
  readonly humanStartsByHour: readonly number[];
};

type OpenVisit = { readonly visitClass: VisitClass; readonly startMs: number; lastMs: number; lastDay: string; midnights: number; pageViews: number; requests: number };

export type SiteLedger = { add(request: TrueRequest): void; result(): SiteTruth };

/** Requests must be added in the order of time. */
export function createSiteLedger(zone: string): SiteLedger {
  const clock = createZoneClock(zone);
  const requests = new Map<string, number>();
  const visitors = new Map<string, Record<AgentClass, Set<string>>>();
  const open = new Map<string, OpenVisit>();
  const closed: OpenVisit[] = [];
  let [lines, bytes] = [0, 0];

  const join = (entry: TrueRequest): void => {
    const { visitor, request } = entry;
    const day = clock.dayOf(request.timeMs);
    setsOf(visitors, day)[visitor.agentClass].add(visitor.key);
    let visit = open.get(visitor.key);
    if (visit !== undefined && (request.timeMs - visit.lastMs > visitGapMs || (visit.midnights === 1 && day !== visit.lastDay))) {
      closed.push(visit);
      visit = undefined;
    }
    visit ??= { visitClass: visitor.visitClass, startMs: request.timeMs, lastMs: request.timeMs, lastDay: day, midnights: 0, pageViews: 0, requests: 0 };
    if (day !== visit.lastDay) visit.midnights += 1;
    visit.lastDay = day;
    visit.lastMs = request.timeMs;
    visit.requests += 1;
    if (isPageView(entry)) visit.pageViews += 1;
    open.set(visitor.key, visit);
  };

  return {
    add: (entry) => {
      lines += 1;
      bytes += entry.request.bytes;
      const name = `${entry.visitor.agentClass} ${entry.kind satisfies Kind} ${Math.floor(entry.request.status / 100)}xx`;
      requests.set(name, (requests.get(name) ?? 0) + 1);
      if (entry.kind !== 'health') join(entry);
    },
    result: () => ({ lines, bytes, requests: Object.fromEntries(requests), visitorsByDay: sizes(visitors), ...summary([...closed, ...open.values()], clock) }),
  };
}

function isPageView({ kind, prefetch, request }: TrueRequest): boolean {
  return kind === 'page' && !prefetch && request.method === 'GET' && ((request.status >= 200 && request.status < 300) || request.status === 304);
}

function setsOf(visitors: Map<string, Record<AgentClass, Set<string>>>, day: string): Record<AgentClass, Set<string>> {
  let sets = visitors.get(day);
  if (sets === undefined) visitors.set(day, (sets = { browser: new Set(), bot: new Set() }));
  return sets;
}

function sizes(visitors: ReadonlyMap<string, Record<AgentClass, Set<string>>>): SiteTruth['visitorsByDay'] {
  return Object.fromEntries([...visitors].map(([day, sets]) => [day, { browser: sets.browser.size, bot: sets.bot.size }]));
}

function summary(visits: readonly OpenVisit[], clock: ZoneClock): Pick<SiteTruth, 'visits' | 'visitsByDay' | 'humanStartsByHour'> {
  const empty = (): VisitTruth => ({ visits: 0, bounces: 0, pageViews: 0, requests: 0, durationMs: 0 });
  const byClass: Record<VisitClass, VisitTruth> = { human: empty(), bot: empty(), suspected: empty() };
  const byDay: Record<string, Record<VisitClass, number>> = {};
  const byHour = Array.from({ length: 24 }, () => 0);
  for (const visit of visits) {
    const sum = byClass[visit.visitClass];
    sum.visits += 1;
    sum.bounces += visit.pageViews === 1 ? 1 : 0;
    sum.pageViews += visit.pageViews;
    sum.requests += visit.requests;
    sum.durationMs += visit.lastMs - visit.startMs;
    (byDay[clock.dayOf(visit.lastMs)] ??= { human: 0, bot: 0, suspected: 0 })[visit.visitClass] += 1;
    const hour = clock.hourOf(visit.startMs);
    if (visit.visitClass === 'human') byHour[hour] = (byHour[hour] ?? 0) + 1;
  }
  return { visits: byClass, visitsByDay: byDay, humanStartsByHour: byHour };
}
