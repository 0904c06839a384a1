/** What one site's day adds up to, by lines as they come and by visits as they close: the audience part of its receipt. */
import { kinds, type AgentClass, type PublicRequest, type Put, type VisitClass } from '../record.ts';
import type { Day } from './calendar.ts';
import type { ClosedVisit } from './closed-visit.ts';
import { LineLedger } from './line-ledger.ts';
import { StateFields } from './state-fields.ts';
import { VisitBreakdown } from './visit-breakdown.ts';

export const agentClasses: readonly AgentClass[] = ['browser', 'bot'];
export const visitClasses: readonly VisitClass[] = ['human', 'bot', 'suspected'];
/** `other` is a status below 100 or above 599. */
export const statusClasses = ['other', '1xx', '2xx', '3xx', '4xx', '5xx'] as const;
/** Sums over the closed visits of one class, in this order in the state. */
export const visitSums = ['visits', 'page_views', 'bounces', 'visitor_days', 'requests', 'bytes', 'duration_ms', 'server_ms'] as const;
const hours = 24;

export class DayTotals {
  readonly day: Day;
  readonly lines = new LineLedger();
  /** Human visits by values; the other classes are only summed. */
  readonly breakdown: VisitBreakdown;
  readonly #key: string;
  /** Requests by agent class, kind and status class; bytes by agent class and kind. */
  readonly #requests: number[] = zeros(agentClasses.length * kinds.length * statusClasses.length);
  readonly #bytes: number[] = zeros(agentClasses.length * kinds.length);
  readonly #visits: number[] = zeros(visitClasses.length * visitSums.length);
  /** Human visits by the hour they started in. */
  readonly #startedByHour: number[] = zeros(hours);
  #dirty = false;

  /** @param keyPrefix of the state entries, such as `day/SITE/2026-11-22/` */
  constructor(day: Day, keyPrefix: string) {
    this.day = day;
    this.#key = `${keyPrefix}totals`;
    this.breakdown = new VisitBreakdown(`${keyPrefix}by/`);
  }

  get startedByHour(): readonly number[] {
    return this.#startedByHour;
  }

  /** Marks the line ledger as changed. */
  touch(): void {
    this.#dirty = true;
  }

  addLine(request: PublicRequest): void {
    const at = rowOf(request.agentClass, kinds.indexOf(request.kind));
    const cell = at * statusClasses.length + statusNumber(request.status);
    this.#requests[cell] = (this.#requests[cell] ?? 0) + 1;
    this.#bytes[at] = (this.#bytes[at] ?? 0) + request.bytes;
    this.#dirty = true;
  }

  /** @param startedHour hour of the site's clocks at the visit's start */
  addVisit(visit: ClosedVisit, startedHour: number): void {
    const row = visitClasses.indexOf(visit.visitClass) * visitSums.length;
    const sums = [
      1, visit.pageViews, Number(visit.bounce), Number(visit.firstToday),
      visit.requests, visit.bytes, visit.endMs - visit.startMs, visit.serverMs,
    ]; // prettier-ignore
    for (const [at, value] of sums.entries()) this.#visits[row + at] = (this.#visits[row + at] ?? 0) + value;
    this.#dirty = true;
    if (visit.visitClass !== 'human') return;
    this.#startedByHour[startedHour] = (this.#startedByHour[startedHour] ?? 0) + 1;
    this.breakdown.add(visit);
  }

  requests(agentClass: AgentClass, kind: number, status: number): number {
    return this.#requests[rowOf(agentClass, kind) * statusClasses.length + status] ?? 0;
  }

  bytes(agentClass: AgentClass, kind: number): number {
    return this.#bytes[rowOf(agentClass, kind)] ?? 0;
  }

  visitSum(visitClass: VisitClass, sum: (typeof visitSums)[number]): number {
    return this.#visits[visitClasses.indexOf(visitClass) * visitSums.length + visitSums.indexOf(sum)] ?? 0;
  }

  takeChanges(changes: Put[]): void {
    this.breakdown.takeChanges(changes);
    if (!this.#dirty) return;
    this.#dirty = false;
    const { startMs, endMs } = this.day;
    const arrays = [this.#requests, this.#bytes, this.#visits, this.#startedByHour, this.lines.write()];
    changes.push([this.#key, JSON.stringify([startMs, endMs, ...arrays])]);
  }

  /** Takes back what the day's `totals` entry says; `readDay` has read the first two fields. */
  restore(fields: StateFields): void {
    for (const target of [this.#requests, this.#bytes, this.#visits, this.#startedByHour]) {
      target.splice(0, target.length, ...fields.numbers(target.length));
    }
    this.lines.read(fields);
  }

  drop(changes: Put[]): void {
    changes.push([this.#key, null]);
    this.breakdown.drop(changes);
  }
}

/** The day of a `totals` entry, and the cursor behind it. */
export function readDay(key: string, value: string, day: string): { day: Day; fields: StateFields } {
  const fields = new StateFields(key, value);
  return { day: { day, startMs: fields.number(), endMs: fields.number() }, fields };
}

function rowOf(agentClass: AgentClass, kind: number): number {
  return (agentClass === 'bot' ? kinds.length : 0) + kind;
}

function statusNumber(status: number): number {
  return status >= 100 && status <= 599 ? Math.floor(status / 100) : 0;
}

function zeros(length: number): number[] {
  return Array.from({ length }, () => 0);
}
