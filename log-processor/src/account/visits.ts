/** Visits as merging session windows in event time: takes lines in any order, closes visits in one order, and keeps the ledger opened = closed + open + merged. */
import type { AgentClass, PublicRequest, Put } from '../record.ts';
import { absorbLine, startPart } from './absorb-line.ts';
import { CloseOrder, forgotten } from './close-order.ts';
import type { Count } from './count.ts';
import { OpenVisits } from './open-visits.ts';
import { col, flag, noPart, PartRows, txt, type Part } from './part-rows.ts';
import { VisitLedger, visitLedgerKey } from './visit-ledger.ts';
import { readRow, writeRow, type VisitPart } from './visit-part.ts';
import { inOrder, visitOf, visitsAround, type VisitParts } from './visit-runs.ts';
import { partKey, readPart, visitPrefix, writePart } from './visit-state.ts';

/** `started`: a new window of this day's token, perhaps the visitor's first of the day. `late`: in no visit. */
export type Joined = 'started' | 'continued' | 'late';

export class Visits {
  readonly #rows = new PartRows();
  readonly #open: OpenVisits;
  readonly #order: CloseOrder;
  readonly ledger: VisitLedger;
  #dirty: Part[] = [];
  #removed: string[] = [];

  /** @param gapMs 1800 s in milliseconds: a gap of at most this joins */
  constructor(gapMs: number, count: Pick<Count, 'visitsOpened' | 'visitsMerged'>) {
    this.#open = new OpenVisits(gapMs, this.#rows);
    this.ledger = new VisitLedger(count);
    this.#order = new CloseOrder((part) => this.#comesUp(part));
  }

  get openVisits(): number {
    return this.ledger.open;
  }

  /** True when `closeBefore` this limit would have something to do. */
  isDue(limitMs: number): boolean {
    return this.#order.earliestMs < limitMs;
  }

  /** Everything that is open; a visit over midnight has two parts. */
  parts(): Generator<Part> {
    return this.#open.parts();
  }

  /** Site and class of a part with a line in the span (the first instant not included); null when it has none. */
  activeIn(part: Part, afterMs: number, untilMs: number): { readonly site: string; readonly agentClass: AgentClass } | null {
    const rows = this.#rows;
    if (rows.number(part, col.endMs) <= afterMs || rows.number(part, col.startMs) > untilMs) return null;
    return { site: rows.text(part, txt.site), agentClass: rows.has(part, flag.bot) ? 'bot' : 'browser' };
  }

  /** The same visitor's part of the next day, when the visit goes on there; else `noPart`. */
  nextPart(part: Part): Part {
    return this.#open.next(part);
  }

  /** The visit that holds a part. */
  visitOf(part: Part): VisitParts {
    return visitOf(this.#open, part);
  }

  /** Takes a line of a visitor with today's token; `watermarkMs` as it is after this line. */
  add(request: PublicRequest, token: string, watermarkMs: number): Joined {
    const part = this.#open.find(token, request.timeMs);
    if (part !== noPart) {
      this.#extend(part, request, token);
      return 'continued';
    }
    if (request.timeMs < watermarkMs && !this.#joinsOverMidnight(request, token)) return 'late';
    this.#start(request, token);
    return 'started';
  }

  /** Closes every visit that ended before the limit, in the order (end, start, token). */
  closeBefore(limitMs: number, close: (first: VisitPart, second: VisitPart | null) => void): void {
    while (this.isDue(limitMs)) {
      const due = this.#order.takeEarliest(limitMs);
      for (const { first, second } of inOrder(this.#open, this.#rows, due)) {
        this.ledger.close();
        close(this.#remove(first), second === null ? null : this.#remove(second));
      }
      for (const part of due) if (this.#rows.has(part, flag.gone)) this.#rows.free(part);
    }
  }

  takeChanges(changes: Put[]): void {
    for (const key of this.#removed) changes.push([key, null]);
    for (const part of this.#dirty) {
      this.#rows.lower(part, flag.dirty);
      if (this.#rows.has(part, flag.gone)) continue;
      this.#rows.raise(part, flag.stored);
      changes.push(writePart(this.#rows, part));
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
    const read = readPart(key, value);
    const part = this.#rows.take();
    writeRow(this.#rows, part, read);
    this.#rows.raise(part, flag.stored);
    this.#open.insert(part);
    this.#order.push(part, read.endMs);
  }

  static owns(key: string): boolean {
    return key === visitLedgerKey || key.startsWith(visitPrefix);
  }

  #extend(part: Part, request: PublicRequest, token: string): void {
    const startsSooner = request.timeMs < this.#rows.number(part, col.startMs);
    const known = this.#open.earlier(part);
    const earlier = request.earlierVisitor ?? known;
    const mayLink = known !== earlier || this.#open.hasLater(token) || (startsSooner && earlier !== '');
    const visitsBefore = mayLink ? visitsAround(this.#open, token, earlier) : 0;
    absorbLine(this.#rows, part, request);
    this.#mark(part);
    if (known !== earlier) this.#open.learnEarlier(part, earlier);
    const hasMerged = startsSooner && this.#mergeOlder(part);
    if (mayLink) this.ledger.change(request.site, visitsAround(this.#open, token, earlier) - visitsBefore);
    else if (hasMerged) this.ledger.change(request.site, -1);
  }

  /** The line may have closed the gap to the part before. Its row is freed when it comes up. */
  #mergeOlder(part: Part): boolean {
    const merged = this.#open.mergeOlder(part);
    if (merged !== noPart) this.#forget(merged);
    return merged !== noPart;
  }

  #start(request: PublicRequest, token: string): void {
    const earlier = request.earlierVisitor ?? '';
    const mayLink = earlier !== '' || this.#open.hasLater(token);
    const visitsBefore = mayLink ? visitsAround(this.#open, token, earlier) : 0;
    const part = startPart(this.#rows, request, token);
    this.#open.insert(part);
    this.#order.push(part, request.timeMs);
    this.#mark(part);
    this.ledger.change(request.site, mayLink ? visitsAround(this.#open, token, earlier) - visitsBefore : 1);
  }

  /** Whether a line that starts a new part would lie in a visit that is open on the other side of midnight. */
  #joinsOverMidnight({ timeMs, earlierVisitor }: PublicRequest, token: string): boolean {
    const before = earlierVisitor === null ? noPart : this.#open.lastBefore(earlierVisitor, timeMs);
    if (before !== noPart && this.#open.isOpener(before)) return true;
    return this.#open.hasLater(token) && this.#open.firstAfter(token, timeMs) !== noPart;
  }

  /** The end of the visit that holds the part. */
  #comesUp(part: Part): number {
    if (this.#rows.has(part, flag.gone)) {
      this.#rows.free(part);
      return forgotten;
    }
    const { second } = this.visitOf(part);
    return this.#rows.number(second ?? part, col.endMs);
  }

  /** Reads a part for the last time. Its row is freed by its entry in the order. */
  #remove(part: Part): VisitPart {
    this.#open.remove(part);
    this.#forget(part);
    return readRow(this.#rows, part);
  }

  #forget(part: Part): void {
    if (this.#rows.has(part, flag.stored)) this.#removed.push(partKey(this.#rows, part));
  }

  #mark(part: Part): void {
    if (this.#rows.has(part, flag.dirty)) return;
    this.#rows.raise(part, flag.dirty);
    this.#dirty.push(part);
  }
}
