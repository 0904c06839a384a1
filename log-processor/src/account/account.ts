/** The fold: public requests in reading order become visits, counts and receipts. No clock, no files, no keys; whatever it needs is handed in. */
import type { AgentClass, DropReason, PublicRequest, Put, VisitClass } from '../record.ts';
import type { AccountEvent, AccountOptions } from './account-options.ts';
import { closeVisit } from './closed-visit.ts';
import { Days } from './days.ts';
import type { OpenDay } from './site-days.ts';
import { noPart } from './part-rows.ts';
import { Visits } from './visits.ts';
import { Watermark, type SourceKind } from './watermark.ts';

export type { AccountEvent } from './account-options.ts';

/** Active is who made a request in the 300 s before watermark + L. */
export const activeForMs = 300_000;
const noEvents: AccountEvent[] = [];

export class Account {
  readonly watermark: Watermark;
  readonly visits: Visits;
  readonly #options: AccountOptions;
  readonly #days: Days;
  #events: AccountEvent[] = [];

  constructor(options: AccountOptions) {
    this.#options = options;
    this.watermark = new Watermark(options.graceMs);
    this.visits = new Visits(options.gapMs, options.count);
    this.#days = new Days({ ...options, emit: (event) => this.#events.push(event) });
  }

  /** A source takes part in the watermark; to be called for all of them before the first line and after each restart. */
  sourceJoined(input: string, kind: SourceKind, nowMs: number): void {
    this.watermark.join(input, kind, nowMs);
  }

  /** One line, in reading order per input. What closes because of it is in the events before the line counts. */
  add(request: PublicRequest, nowMs: number, refused: DropReason | null = null): void {
    const { timeMs, visitor } = request;
    const watermarkMs = this.watermark.advance(request.input, timeMs, nowMs);
    this.#settle(watermarkMs);
    this.#options.count.request(request);
    const open = this.#days.addLine(request, watermarkMs, refused);
    if (!request.audience) return;
    if (open === null) {
      this.#options.count.lateLine(request.site);
      return;
    }
    if (visitor === null) return;
    const joined = this.visits.add(request, visitor, watermarkMs);
    if (joined === 'late') this.#options.count.lateLine(request.site);
    else if (joined === 'started') open.uniques.see(visitor, request.agentClass, request.country);
  }

  /** A line that was not delivered; site and time as far as they could be read. */
  dropped(site: string | null, timeMs: number | null, reason: DropReason): void {
    this.#days.dropLine({ site, timeMs, reason }, this.watermark.valueMs);
  }

  /** A followed input is read to its end. */
  sourceAtEnd(input: string, nowMs: number): void {
    this.#settle(this.watermark.atEnd(input, nowMs));
  }

  /** Nothing will follow from this input. */
  sourceFinished(input: string): void {
    this.#settle(this.watermark.finished(input));
  }

  /** Time passes while the processor reads: senders that are silent leave the watermark. */
  tick(nowMs: number): void {
    this.#settle(this.watermark.tick(nowMs));
  }

  /** The end of finished input: closes everything that is open, days included. No line may follow. */
  finishAll(): void {
    for (let day = this.#days.nextWithLines(); day !== null; day = this.#days.nextWithLines()) {
      this.#closeVisits(day.endMs);
      this.#days.closeNext(day);
    }
    this.#closeVisits(Infinity);
  }

  /** What happened since the last call, oldest first. */
  takeEvents(): readonly AccountEvent[] {
    if (this.#events.length === 0) return noEvents;
    const events = this.#events;
    this.#events = [];
    return events;
  }

  /** What changed since the last call, as entries of a key/value store; null deletes. */
  takeChanges(): Put[] {
    const changes: Put[] = [];
    this.watermark.takeChanges(changes);
    this.visits.takeChanges(changes);
    this.#days.takeChanges(changes);
    return changes;
  }

  /**
   * Takes back what `takeChanges` wrote, before the first line. Entries of other rooms are left alone.
   * @throws Error naming the entry that is not what was written
   */
  restore(entries: Iterable<readonly [key: string, value: string]>): void {
    const ofDays: (readonly [string, string])[] = [];
    for (const [key, value] of entries) {
      if (Visits.owns(key)) this.visits.restore(key, value);
      else if (Watermark.owns(key)) this.watermark.restore(key, value);
      else ofDays.push([key, value]);
    }
    this.#days.restore(ofDays);
  }

  /** Unique visitors of the day of watermark + L so far. */
  visitorsToday(site: string, agentClass: AgentClass): number {
    return this.#days.today(site, this.#newestMs)?.uniques.visitors(agentClass) ?? 0;
  }

  /** The day of watermark + L so far; undefined while nothing of it was read. */
  today(site: string): OpenDay | undefined {
    return this.#days.today(site, this.#newestMs);
  }

  visitorsTodayByCountry(site: string): ReadonlyMap<string, number> {
    return this.#days.today(site, this.#newestMs)?.uniques.byCountry() ?? new Map<string, number>();
  }

  /** Visitors with a request in the 300 s before watermark + L, by site. Looks at every open visit: for a scrape, not for a line. */
  activeVisitors(): Map<string, Record<AgentClass, number>> {
    const active = new Map<string, Record<AgentClass, number>>();
    const newestMs = this.#newestMs;
    for (const part of this.visits.parts()) {
      const found = this.visits.activeIn(part, newestMs - activeForMs, newestMs);
      if (found === null) continue;
      // Over midnight a visitor has two parts and is still one visitor.
      const next = this.visits.nextPart(part);
      if (next !== noPart && this.visits.activeIn(next, newestMs - activeForMs, newestMs) !== null) continue;
      const counts = active.get(found.site) ?? { browser: 0, bot: 0 };
      counts[found.agentClass] += 1;
      active.set(found.site, counts);
    }
    return active;
  }

  get #newestMs(): number {
    return this.watermark.valueMs + this.#options.graceMs;
  }

  /** Closes what the watermark has passed: visits in their order, and each day right after its last visit. */
  #settle(watermarkMs: number): void {
    const limitMs = watermarkMs - this.#options.gapMs;
    for (let day = this.#days.nextDue(limitMs); day !== null; day = this.#days.nextDue(limitMs)) {
      this.#closeVisits(day.endMs);
      this.#days.closeNext(day);
    }
    if (this.visits.isDue(limitMs)) this.#closeVisits(limitMs);
  }

  #closeVisits(limitMs: number): void {
    this.visits.closeBefore(limitMs, (first, second) => {
      const assetsElsewhere = this.#options.sites.get(first.site)?.assetsElsewhere ?? false;
      const isFirst = (visitClass: VisitClass): boolean => this.#days.firstClosed(second ?? first, visitClass);
      const visit = closeVisit(first, second, { assetsElsewhere, isFirst });
      this.#days.addVisit(visit);
      this.#options.count.visitClosed(visit);
      this.#events.push({ type: 'visit', visit });
    });
  }
}
