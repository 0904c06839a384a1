/** The days of all sites: which day a line or a visit belongs to, which day is due, and the receipt of one that is over. */
import type { DropReason, PublicRequest, Put, VisitClass } from '../record.ts';
import type { AccountEvent, AccountOptions } from './account-options.ts';
import type { Day } from './calendar.ts';
import type { ClosedVisit } from './closed-visit.ts';
import { readDay } from './day-totals.ts';
import { LineLedger } from './line-ledger.ts';
import { receiptLine } from './receipt.ts';
import { SiteDays, type OpenDay } from './site-days.ts';
import { StateFields } from './state-fields.ts';
import type { VisitPart } from './visit-part.ts';

export type DaysOptions = Pick<AccountOptions, 'calendar' | 'gapMs' | 'graceMs' | 'k' | 'versions' | 'observed' | 'sha256' | 'transferGrams' | 'count'> & {
  readonly emit: (event: AccountEvent) => void;
};
/** A day of a site whose turn it is. */
export type DueDay = { readonly site: SiteDays; readonly day: Day; readonly endMs: number };

const unattributedKey = 'ledger/unattributed';
/** A dropped line's time this far ahead of all others is no time that a day could be opened for. */
const absurdlyAheadMs = 2 * 86_400_000;

export class Days {
  readonly #options: DaysOptions;
  readonly #sites = new Map<string, SiteDays>();
  /** The site of the last line: mostly that of the next. */
  #last: SiteDays | null = null;
  /** Dropped lines without a site or time, until the next receipt takes them. */
  readonly #unattributed = new LineLedger();
  #unattributedDirty = false;
  /** The earliest end of a day that waits for its receipt. */
  #nextEndMs = Infinity;

  constructor(options: DaysOptions) {
    this.#options = options;
  }

  /** Counts a line in its own day, as committed or with the reason why the output refused it; null when that day's receipt is already written. */
  addLine(request: PublicRequest, watermarkMs: number, refused: DropReason | null): OpenDay | null {
    const site = this.#site(request.site);
    const open = this.#openAt(site, request.timeMs, watermarkMs);
    if (open === null) {
      site.late.take(refused);
      site.touch();
      return null;
    }
    open.totals.lines.take(refused);
    open.totals.touch();
    // Health checks are traffic but no audience; the stack's own pages are neither.
    if (request.audience || request.kind === 'health') open.totals.addLine(request);
    return open;
  }

  dropLine(line: { site: string | null; timeMs: number | null; reason: DropReason }, watermarkMs: number): void {
    const newestMs = watermarkMs + this.#options.graceMs;
    const timeMs = line.timeMs === null || line.timeMs > newestMs + absurdlyAheadMs ? newestMs : line.timeMs;
    if (line.site === null || !Number.isFinite(timeMs)) {
      this.#unattributed.drop(line.reason);
      this.#unattributedDirty = true;
      return;
    }
    const site = this.#site(line.site);
    const open = this.#openAt(site, timeMs, watermarkMs);
    if (open === null) {
      site.late.drop(line.reason);
      site.touch();
      return;
    }
    open.totals.lines.drop(line.reason);
    open.totals.touch();
  }

  /** Books the closing of a visit on its last day's token; true when it is that token's first of its class. */
  firstClosed(last: VisitPart, visitClass: VisitClass): boolean {
    const site = this.#site(last.site);
    return site.openAt(last.endMs).uniques.closeVisit(last.token, last.agentClass, visitClass);
  }

  /** A visit belongs to the day of its last request. */
  addVisit(visit: ClosedVisit): void {
    const site = this.#site(visit.site);
    site.openAt(visit.endMs).totals.addVisit(visit, this.#options.calendar.hourOf(visit.site, visit.startMs));
  }

  /** The counts of the site's day at this time, if there are any yet. */
  today(site: string, timeMs: number): OpenDay | undefined {
    const days = this.#sites.get(site);
    return days !== undefined && Number.isFinite(timeMs) ? days.peek(days.dayOf(timeMs).day) : undefined;
  }

  /** The next day that ended before the limit, in the order (end, site). */
  nextDue(limitMs: number): DueDay | null {
    if (this.#nextEndMs >= limitMs) return null;
    const due = this.#earliest(() => true);
    return due !== null && due.endMs < limitMs ? due : null;
  }

  /** The next day of a site that still has lines without a receipt. */
  nextWithLines(): DueDay | null {
    return this.#earliest((site) => site.hasOpenDays);
  }

  /** Ends the day: its key is due, then its receipt. */
  closeNext({ site, day }: DueDay): void {
    const { count, emit, k, observed, sha256, transferGrams, versions } = this.#options;
    const open = site.open(day);
    emit({ type: 'key_due', site: site.site, day: day.day });
    const { totals, uniques } = open;
    const ledgers = { late: site.late.counts(), unattributed: this.#takeUnattributed(), previous: site.previous };
    const line = receiptLine({ site: site.site, totals, uniques, k, versions, transferGrams, observed: observed(site.site, day.day), ...ledgers });
    site.close(open, sha256(line));
    this.#nextEndMs = this.#earliest(() => true)?.endMs ?? Infinity;
    count.receipt(site.site, day.day);
    emit({ type: 'receipt', site: site.site, day: day.day, line, timestampNs: `${day.endMs - 1}999999` });
  }

  takeChanges(changes: Put[]): void {
    for (const site of this.#sites.values()) site.takeChanges(changes);
    if (this.#unattributedDirty) changes.push([unattributedKey, JSON.stringify([this.#unattributed.write()])]);
    this.#unattributedDirty = false;
  }

  restore(entries: readonly (readonly [key: string, value: string])[]): void {
    for (const [key, value] of entries) this.#restoreFrame(key, value);
    for (const [key, value] of entries) this.#restoreContent(key, value);
    this.#nextEndMs = this.#earliest(() => true)?.endMs ?? Infinity;
  }

  /** First what says which days there are. */
  #restoreFrame(key: string, value: string): void {
    const [room, name = '', day = '', part] = key.split('/');
    if (key === unattributedKey) this.#unattributed.read(new StateFields(key, value));
    else if (room === 'ledger' && name === 'site') this.#site(decodeURIComponent(day)).restoreChain(new StateFields(key, value));
    else if (room === 'day' && part === 'totals') {
      const read = readDay(key, value, day);
      this.#site(decodeURIComponent(name)).open(read.day).totals.restore(read.fields);
    }
  }

  #restoreContent(key: string, value: string): void {
    const [room, name = '', day = '', part] = key.split('/');
    if (room !== 'seen' && (room !== 'day' || part !== 'by')) return;
    const open = this.#site(decodeURIComponent(name)).peek(day);
    if (open === undefined) throw new Error(`state entry "${key}" belongs to a day that is not open; restore the state or begin anew`);
    if (room === 'seen') open.uniques.restore(key, value);
    else open.totals.breakdown.restore(key.slice(`day/${name}/${day}/by/`.length), value);
  }

  #openAt(site: SiteDays, timeMs: number, watermarkMs: number): OpenDay | null {
    const current = site.currentAt(timeMs);
    // An open day that has lines is not closed, and its end is known.
    if (current !== null && current.day.endMs >= this.#nextEndMs && current.day.endMs + this.#options.gapMs >= watermarkMs) return current;
    const day = site.dayOf(timeMs);
    if (site.isClosed(day) || day.endMs + this.#options.gapMs < watermarkMs) return null;
    if (day.endMs < this.#nextEndMs) this.#nextEndMs = day.endMs;
    return site.open(day);
  }

  #site(site: string): SiteDays {
    if (this.#last?.site === site) return this.#last;
    let days = this.#sites.get(site);
    if (days === undefined) this.#sites.set(site, (days = new SiteDays(site, this.#options.calendar)));
    this.#last = days;
    return days;
  }

  #earliest(isWanted: (site: SiteDays) => boolean): DueDay | null {
    let earliest: DueDay | null = null;
    for (const site of this.#sites.values()) {
      const day = isWanted(site) ? site.nextDay() : null;
      if (day === null || (earliest !== null && day.endMs > earliest.endMs)) continue;
      if (earliest === null || day.endMs < earliest.endMs || site.site < earliest.site.site) {
        earliest = { site, day, endMs: day.endMs };
      }
    }
    return earliest;
  }

  #takeUnattributed(): ReturnType<LineLedger['counts']> {
    const counts = this.#unattributed.counts();
    if (!this.#unattributed.isEmpty) this.#unattributedDirty = true;
    this.#unattributed.clear();
    return counts;
  }
}
