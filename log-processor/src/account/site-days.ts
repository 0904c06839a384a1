/** The days of one site that are not over yet, and the chain of receipts of those that are. */
import type { Put } from '../record.ts';
import type { Calendar, Day } from './calendar.ts';
import { DayTotals } from './day-totals.ts';
import { LineLedger } from './line-ledger.ts';
import type { StateFields } from './state-fields.ts';
import { Uniques } from './uniques.ts';

export type OpenDay = { readonly day: Day; readonly totals: DayTotals; readonly uniques: Uniques };

/**
 * Days without traffic get receipts too, so that the chain has no holes, but not for ever: after so many in a row a site falls silent
 * until its next line, and the chain goes on from its last receipt, which names its day.
 */
export const maxEmptyReceipts = 400;

export class SiteDays {
  readonly site: string;
  /** Lines of days whose receipt is written; they go into the next one. */
  readonly late = new LineLedger();
  readonly #calendar: Calendar;
  readonly #open = new Map<string, OpenDay>();
  #current: OpenDay | null = null;
  #closedEndMs: number | null = null;
  #previous: { day: string; sha256: string } | null = null;
  #emptyReceipts = 0;
  #dirty = false;
  #dropped: Put[] = [];

  constructor(site: string, calendar: Calendar) {
    this.site = site;
    this.#calendar = calendar;
  }

  /** Day and hash of the newest receipt. */
  get previous(): { readonly day: string; readonly sha256: string } | null {
    return this.#previous;
  }

  get hasOpenDays(): boolean {
    return this.#open.size > 0;
  }

  dayOf(timeMs: number): Day {
    return this.#calendar.dayOf(this.site, timeMs);
  }

  /** True when the day's receipt is written. */
  isClosed(day: Day): boolean {
    return this.#closedEndMs !== null && day.startMs < this.#closedEndMs;
  }

  /** Marks what does not belong to a day as changed. */
  touch(): void {
    this.#dirty = true;
  }

  /** The day that was opened last, when it holds the time. */
  currentAt(timeMs: number): OpenDay | null {
    const current = this.#current;
    return current !== null && timeMs >= current.day.startMs && timeMs < current.day.endMs ? current : null;
  }

  /** The day's counts so far, if it has any. */
  peek(day: string): OpenDay | undefined {
    return this.#open.get(day);
  }

  /** The day's counts, from zero when this is its first line. */
  open(day: Day): OpenDay {
    if (this.#current?.day === day) return this.#current;
    let open = this.#open.get(day.day);
    if (open === undefined) {
      const id = `${encodeURIComponent(this.site)}/${day.day}/`;
      open = { day, totals: new DayTotals(day, `day/${id}`), uniques: new Uniques(`seen/${id}`) };
      this.#open.set(day.day, open);
    }
    this.#current = open;
    return open;
  }

  /** As `open`, for the day that holds the time. */
  openAt(timeMs: number): OpenDay {
    return this.currentAt(timeMs) ?? this.open(this.dayOf(timeMs));
  }

  /** The next day to get a receipt: the one after the last, or the oldest with a line; null when there is none. */
  nextDay(): Day | null {
    if (this.#closedEndMs !== null && this.#emptyReceipts < maxEmptyReceipts) return this.dayOf(this.#closedEndMs);
    let oldest: Day | null = null;
    for (const { day } of this.#open.values()) if (oldest === null || day.startMs < oldest.startMs) oldest = day;
    return oldest;
  }

  /** The receipt of the open day is written. */
  close({ day, totals, uniques }: OpenDay, sha256: string): void {
    this.#emptyReceipts = totals.lines.isEmpty ? this.#emptyReceipts + 1 : 0;
    this.#closedEndMs = day.endMs;
    this.#previous = { day: day.day, sha256 };
    this.late.clear();
    totals.drop(this.#dropped);
    uniques.drop(this.#dropped);
    this.#open.delete(day.day);
    this.#current = null;
    this.#dirty = true;
  }

  takeChanges(changes: Put[]): void {
    changes.push(...this.#dropped.splice(0));
    for (const { totals, uniques } of this.#open.values()) {
      totals.takeChanges(changes);
      uniques.takeChanges(changes);
    }
    if (!this.#dirty) return;
    this.#dirty = false;
    const { day = null, sha256 = null } = this.#previous ?? {};
    const fields = [this.#closedEndMs, day, sha256, this.#emptyReceipts, this.late.write()];
    changes.push([`ledger/site/${encodeURIComponent(this.site)}`, JSON.stringify(fields)]);
  }

  /** Takes back the entry of the chain. */
  restoreChain(fields: StateFields): void {
    this.#closedEndMs = fields.numberOrNull();
    const day = fields.textOrNull();
    const sha256 = fields.textOrNull();
    this.#previous = day === null || sha256 === null ? null : { day, sha256 };
    this.#emptyReceipts = fields.number();
    this.late.read(fields);
  }
}
