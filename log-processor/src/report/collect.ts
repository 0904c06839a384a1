/** Counts one history for a report, from the lines and visits that the road gives out; an address never comes this far. */
import type { AccountEvent } from '../account/account-options.ts';
import type { Calendar } from '../account/calendar.ts';
import type { ClosedVisit } from '../account/closed-visit.ts';
import type { PublicRequest } from '../record.ts';
import { LineCounts } from './line-counts.ts';
import type { Period } from './period.ts';
import type { ReportFigures } from './report-figures.ts';
import { VisitCounts } from './visit-counts.ts';

type When = Pick<Calendar, 'dayOf' | 'hourOf' | 'weekdayOf'>;

export class Collector {
  readonly #period: Period;
  readonly #lines = new LineCounts();
  readonly #visits = new VisitCounts();
  readonly #unique = { browser: 0, bot: 0 };
  readonly #rejected = new Map<string, number>();
  /** The day of the last line, and whether it is asked for: lines of a day follow one another. */
  #lastDay = '';
  #lastHolds = false;

  constructor(period: Period) {
    this.#period = period;
  }

  line(request: PublicRequest): null {
    if (request.day !== this.#lastDay) [this.#lastDay, this.#lastHolds] = [request.day, this.#period.holds(request.day)];
    // The monitoring stack's own pages are neither audience nor traffic of the site.
    if (this.#lastHolds && (request.audience || request.kind === 'health')) this.#lines.add(request);
    return null;
  }

  dropped(reason: string): void {
    this.#rejected.set(reason, (this.#rejected.get(reason) ?? 0) + 1);
  }

  /** A visit belongs to the day of its last request, and is whole there: a filter cuts none. */
  visit(visit: ClosedVisit, calendar: When): void {
    const { day } = calendar.dayOf(visit.site, visit.endMs);
    if (!this.#period.holds(day)) return;
    this.#visits.add(visit, calendar.weekdayOf(visit.site, visit.startMs), calendar.hourOf(visit.site, visit.startMs));
    if (visit.visitClass !== 'human') return;
    const sums = this.#lines.dayOf(day);
    sums.visits += 1;
    sums.pageViews += visit.pageViews;
    if (visit.firstToday) sums.visitors += 1;
  }

  /** The receipt of a day knows its unique visitors. */
  event(event: AccountEvent): void {
    if (event.type !== 'receipt' || !this.#period.holds(event.day)) return;
    this.#unique.browser += uniqueIn(event.line, 'browser');
    this.#unique.bot += uniqueIn(event.line, 'bot');
  }

  /** @param linesRead all lines of the files, whatever their day */
  figures(linesRead: number, k: number): Omit<ReportFigures, 'version' | 'files' | 'zone' | 'wanted' | 'lateLines' | 'lostBytes' | 'compare' | 'transferGrams'> {
    const rejected = [...this.#rejected.values()].reduce((sum, lines) => sum + lines, 0);
    return {
      lines: { read: linesRead, parsed: linesRead - rejected, rejected, rejectedBy: Object.fromEntries([...this.#rejected].sort()) },
      ...this.#lines.figures(),
      ...this.#visits.figures(k),
      uniqueVisitors: this.#unique,
    };
  }
}

function uniqueIn(receipt: string, agentClass: 'browser' | 'bot'): number {
  // The receipt writes its keys in one order; there is no other key of this name before it.
  const found = /"unique_visitors":\{"browser":(\d+),"bot":(\d+)\}/.exec(receipt);
  return Number(found?.[agentClass === 'browser' ? 1 : 2] ?? 0);
}
