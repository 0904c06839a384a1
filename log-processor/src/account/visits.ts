/** Visits as merging session windows in event time: takes lines in any order, closes visits in one order, and keeps the ledger opened = closed + open + merged. */
import type { PublicRequest, Put } from '../record.ts';
import { CloseOrder } from './close-order.ts';
import type { Count } from './count.ts';
import { OpenVisits } from './open-visits.ts';
import { VisitLedger, visitLedgerKey } from './visit-ledger.ts';
import { absorb, createPart, type VisitPart } from './visit-part.ts';
import { partKey, readPart, visitPrefix, writePart } from './visit-state.ts';

/** `started`: a new window of this day's token, perhaps the visitor's first of the day. `late`: in no visit. */
export type Joined = 'started' | 'continued' | 'late';

export class Visits {
  readonly #open: OpenVisits;
  readonly #order: CloseOrder<VisitPart>;
  readonly ledger: VisitLedger;
  #dirty: VisitPart[] = [];
  #removed: string[] = [];

  /** @param gapMs 1800 s in milliseconds: a gap of at most this joins */
  constructor(gapMs: number, count: Pick<Count, 'visitsOpened' | 'visitsMerged'>) {
    this.#open = new OpenVisits(gapMs);
    this.ledger = new VisitLedger(count);
    this.#order = new CloseOrder((part) => (part.gone ? null : this.#endOf(part)));
  }

  get openVisits(): number {
    return this.ledger.open;
  }

  /** True when `closeBefore` this limit would have something to do. */
  isDue(limitMs: number): boolean {
    return this.#order.earliestMs < limitMs;
  }

  /** Everything that is open; a visit over midnight has two parts. */
  parts(): Generator<VisitPart> {
    return this.#open.parts();
  }

  /** The same visitor's part of the next day, when the visit goes on there. */
  nextPart(part: VisitPart): VisitPart | null {
    return this.#open.next(part);
  }

  /** The visit that holds a part. */
  visitOf(part: VisitPart): { first: VisitPart; second: VisitPart | null } {
    return this.#open.visitOf(part);
  }

  /** Takes a line of a visitor with today's token; `watermarkMs` as it is after this line. */
  add(request: PublicRequest, token: string, watermarkMs: number): Joined {
    const part = this.#open.find(token, request.timeMs);
    if (part !== null) {
      this.#extend(part, request);
      return 'continued';
    }
    if (request.timeMs < watermarkMs && !this.#joinsOverMidnight(request, token)) return 'late';
    this.#start(request, token);
    return 'started';
  }

  /** Closes every visit that ended before the limit, in the order (end, start, token). */
  closeBefore(limitMs: number, close: (first: VisitPart, second: VisitPart | null) => void): void {
    for (let due = this.#takeDue(limitMs); due !== null; due = this.#takeDue(limitMs)) {
      for (const { first, second } of due) {
        this.ledger.close();
        this.#remove(first);
        if (second !== null) this.#remove(second);
        close(first, second);
      }
    }
  }

  takeChanges(changes: Put[]): void {
    for (const key of this.#removed) changes.push([key, null]);
    for (const part of this.#dirty) {
      part.dirty = false;
      if (part.gone) continue;
      part.stored = true;
      changes.push(writePart(part));
    }
    this.#removed = [];
    this.#dirty = [];
    this.ledger.takeChanges(changes);
  }

  /** Takes back one entry whose key `owns`; all of them before the first line. */
  restore(key: string, value: string): void {
    if (key === visitLedgerKey) {
      this.ledger.restore(value);
      return;
    }
    const part = readPart(key, value);
    this.#open.insert(part);
    this.#order.push(part, part.endMs);
  }

  static owns(key: string): boolean {
    return key === visitLedgerKey || key.startsWith(visitPrefix);
  }

  #extend(part: VisitPart, request: PublicRequest): void {
    const startsSooner = request.timeMs < part.startMs;
    const earlier = request.earlierVisitor ?? part.earlier;
    const learns = part.earlier !== earlier;
    const mayLink = learns || this.#open.hasLater(part.token) || (startsSooner && earlier !== null);
    const visitsBefore = mayLink ? this.#visitsAround(part.token, earlier) : 0;
    absorb(part, request);
    this.#mark(part);
    this.#open.learnEarlier(part, earlier);
    const hasMerged = startsSooner && this.#mergeOlder(part);
    if (mayLink) this.#relinked(part, earlier, visitsBefore);
    else if (hasMerged) this.ledger.change(part.site, -1);
  }

  /** The line may have closed the gap to the part before. */
  #mergeOlder(part: VisitPart): boolean {
    const merged = this.#open.mergeOlder(part);
    if (merged?.stored === true) this.#removed.push(partKey(merged));
    return merged !== null;
  }

  #start(request: PublicRequest, token: string): void {
    const earlier = request.earlierVisitor;
    const mayLink = earlier !== null || this.#open.hasLater(token);
    const visitsBefore = mayLink ? this.#visitsAround(token, earlier) : 0;
    const part = createPart(request, token);
    part.earlier = earlier;
    this.#open.insert(part);
    this.#order.push(part, part.endMs);
    this.#mark(part);
    if (mayLink) this.#relinked(part, earlier, visitsBefore);
    else this.ledger.change(part.site, 1);
  }

  /** Whether a line that starts a new part would lie in a visit that is open on the other side of midnight. */
  #joinsOverMidnight({ timeMs, earlierVisitor }: PublicRequest, token: string): boolean {
    const before = earlierVisitor === null ? null : this.#open.lastBefore(earlierVisitor, timeMs);
    if (before !== null && this.#open.isOpener(before)) return true;
    return this.#open.hasLater(token) && this.#open.firstAfter(token, timeMs) !== null;
  }

  /** Books what a line did to visits over midnight. `earlier` must be what was asked with before. */
  #relinked(part: VisitPart, earlier: string | null, visitsBefore: number): void {
    this.ledger.change(part.site, this.#visitsAround(part.token, earlier) - visitsBefore);
  }

  #visitsAround(token: string, earlier: string | null): number {
    let visits = 0;
    for (const run of this.#open.runsAround(token, earlier)) visits += Math.ceil(run.length / 2);
    return visits;
  }

  #endOf(part: VisitPart): number {
    const { first, second } = this.#open.visitOf(part);
    return second === null ? first.endMs : second.endMs;
  }

  #takeDue(limitMs: number): { first: VisitPart; second: VisitPart | null }[] | null {
    const due = this.#order.takeEarliest(limitMs);
    if (due.length === 0) return null;
    const parts = due.length === 1 ? due : [...new Set(due)];
    const visits = parts.map((part) => ({ part, ...this.#open.visitOf(part) }));
    if (visits.length === 1) return visits;
    // A visit over midnight comes up through both of its parts; it is taken once, by its last.
    const ended = visits.filter(({ part, first, second }) => part === (second ?? first));
    return ended.sort((a, b) => a.first.startMs - b.first.startMs || (a.first.token < b.first.token ? -1 : 1));
  }

  #remove(part: VisitPart): void {
    this.#open.remove(part);
    if (part.stored) this.#removed.push(partKey(part));
  }

  #mark(part: VisitPart): void {
    if (part.dirty) return;
    part.dirty = true;
    this.#dirty.push(part);
  }
}
