/** What one site's day adds up to, by lines as they come and by visits as they close: the audience part of its receipt. */
import { kinds, type AgentClass, type PublicRequest, type Put, type VisitClass } from '../record.ts';
import type { Day } from './calendar.ts';
import type { ClosedVisit } from './closed-visit.ts';
import { kindNumber, statusClasses, statusNumber } from './kind-and-status.ts';
import { LineLedger } from './line-ledger.ts';
import { StateFields } from './state-fields.ts';
import { VisitBreakdown } from './visit-breakdown.ts';

export const agentClasses: readonly AgentClass[] = ['browser', 'bot'];
export const visitClasses: readonly VisitClass[] = ['human', 'bot', 'suspected'];
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
  readonly #requests = new Float64Array(agentClasses.length * kinds.length * statusClasses.length);
  readonly #bytes = new Float64Array(agentClasses.length * kinds.length);
  readonly #visits = new Float64Array(visitClasses.length * visitSums.length);
  /** Human visits by the hour they started in. */
  readonly #startedByHour = new Float64Array(hours);
  #dirty = false;

  /** @param keyPrefix of the state entries, such as `day/SITE/2026-11-22/` */
  constructor(day: Day, keyPrefix: string) {
    this.day = day;
    this.#key = `${keyPrefix}totals`;
    this.breakdown = new VisitBreakdown(`${keyPrefix}by/`);
  }

  get startedByHour(): readonly number[] {
    return [...this.#startedByHour];
  }

  /** Marks the line ledger as changed. */
  touch(): void {
    this.#dirty = true;
  }

  addLine(request: PublicRequest): void {
    const at = rowOf(request.agentClass, kindNumber(request.kind));
    const cell = at * statusClasses.length + statusNumber(request.status);
    this.#requests[cell] = (this.#requests[cell] ?? 0) + 1;
    this.#bytes[at] = (this.#bytes[at] ?? 0) + request.bytes;
    this.#dirty = true;
  }

  /** @param startedHour hour of the site's clocks at the visit's start */
  addVisit(visit: ClosedVisit, startedHour: number): void {
    const row = visitClasses.indexOf(visit.visitClass) * visitSums.length;
    // In the order of `visitSums`.
    this.#addSum(row, 1);
    this.#addSum(row + 1, visit.pageViews);
    this.#addSum(row + 2, visit.bounce ? 1 : 0);
    this.#addSum(row + 3, visit.firstToday ? 1 : 0);
    this.#addSum(row + 4, visit.requests);
    this.#addSum(row + 5, visit.bytes);
    this.#addSum(row + 6, visit.endMs - visit.startMs);
    this.#addSum(row + 7, visit.serverMs);
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
    changes.push([this.#key, `[${startMs},${endMs},${arrays.map((numbers) => `[${numbers.join(',')}]`).join(',')}]`]);
  }

  /** Takes back what the day's `totals` entry says; `readDay` has read the first two fields. */
  restore(fields: StateFields): void {
    for (const target of [this.#requests, this.#bytes, this.#visits, this.#startedByHour]) {
      target.set(fields.numbers(target.length));
    }
    this.lines.read(fields);
  }

  drop(changes: Put[]): void {
    changes.push([this.#key, null]);
    this.breakdown.drop(changes);
  }

  #addSum(at: number, value: number): void {
    this.#visits[at] = (this.#visits[at] ?? 0) + value;
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
