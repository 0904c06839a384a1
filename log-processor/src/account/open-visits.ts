/** The open visits, found by either token: parts of one day each, joined over midnight where a line proved that two tokens are one visitor. */
import { mergeParts, type VisitPart } from './visit-part.ts';

/**
 * Parts of consecutive days that follow within the gap form a run. A visit is not cut at its first midnight but ends at its second,
 * so a run is read in pairs from its start: days 1 and 2 are one visit, days 3 and 4 the next.
 */
export class OpenVisits {
  readonly #gapMs: number;
  /** Own token -> its newest part; the others hang on `older`. */
  readonly #newest = new Map<string, VisitPart>();
  /** Yesterday's token -> the part of today that is the same visitor. */
  readonly #later = new Map<string, VisitPart>();

  constructor(gapMs: number) {
    this.#gapMs = gapMs;
  }

  /** The newest part of this token, by its own day's token. */
  newest(token: string): VisitPart | undefined {
    return this.#newest.get(token);
  }

  /** True when a part of the next day is known to be the same visitor. */
  hasLater(token: string): boolean {
    return this.#later.size > 0 && this.#later.has(token);
  }

  /** The part of this token that a line at this time belongs to: gaps of at most 1800 s join. */
  find(token: string, timeMs: number): VisitPart | null {
    let part = this.#newest.get(token) ?? null;
    while (part !== null && timeMs < part.startMs - this.#gapMs) part = part.older;
    return part !== null && timeMs <= part.endMs + this.#gapMs ? part : null;
  }

  insert(part: VisitPart): void {
    let newer: VisitPart | null = null;
    let older = this.#newest.get(part.token) ?? null;
    while (older !== null && part.startMs < older.startMs) {
      newer = older;
      older = older.older;
    }
    part.older = older;
    if (newer === null) this.#newest.set(part.token, part);
    else newer.older = part;
    if (part.earlier !== null) this.#later.set(part.earlier, part);
  }

  /** A line told that the part's visitor had this token yesterday. */
  learnEarlier(part: VisitPart, earlier: string | null): void {
    if (earlier === null || part.earlier === earlier) return;
    part.earlier = earlier;
    this.#later.set(earlier, part);
  }

  /** Merges the next older part in where the gap between the two has closed. Returns it, now gone, or null. */
  mergeOlder(part: VisitPart): VisitPart | null {
    const older = part.older;
    if (older === null || part.startMs - older.endMs > this.#gapMs) return null;
    part.older = older.older;
    mergeParts(part, older);
    older.gone = true;
    if (part.earlier !== null) this.#later.set(part.earlier, part);
    return older;
  }

  remove(part: VisitPart): void {
    part.gone = true;
    if (part.earlier !== null && this.#later.get(part.earlier) === part) this.#later.delete(part.earlier);
    let newer = this.#newest.get(part.token) ?? null;
    if (newer === part) {
      if (part.older === null) this.#newest.delete(part.token);
      else this.#newest.set(part.token, part.older);
      return;
    }
    while (newer !== null && newer.older !== part) newer = newer.older;
    if (newer !== null) newer.older = part.older;
  }

  /** The part of the day before that goes on in this one. */
  previous(part: VisitPart): VisitPart | null {
    return part.earlier === null ? null : this.lastBefore(part.earlier, part.startMs);
  }

  /** The last part of yesterday's token when it ended within the gap before the time. */
  lastBefore(earlier: string, timeMs: number): VisitPart | null {
    const part = this.#newest.get(earlier);
    return part !== undefined && timeMs - part.endMs <= this.#gapMs ? part : null;
  }

  /** The part of the next day in which this one goes on. */
  next(part: VisitPart): VisitPart | null {
    return this.#later.size === 0 ? null : this.firstAfter(part.token, part.endMs);
  }

  /** The part of the day after that began within the gap after the time. */
  firstAfter(token: string, timeMs: number): VisitPart | null {
    const part = this.#later.get(token);
    return part !== undefined && part.startMs - timeMs <= this.#gapMs ? part : null;
  }

  /** True when a visit starts with this part: an even number of parts goes before it in its run. */
  isOpener(part: VisitPart): boolean {
    let before = 0;
    for (let at = this.previous(part); at !== null; at = this.previous(at)) before += 1;
    return before % 2 === 0;
  }

  /** The visit that holds the part: its parts of the first and, if there is one, of the second day. */
  visitOf(part: VisitPart): { first: VisitPart; second: VisitPart | null } {
    const previous = this.previous(part);
    if (previous !== null && !this.isOpener(part)) return { first: previous, second: part };
    return { first: part, second: this.next(part) };
  }

  /** All parts, for what looks at every open visit (a scrape, a test). */
  *parts(): Generator<VisitPart> {
    for (const newest of this.#newest.values()) {
      for (let part: VisitPart | null = newest; part !== null; part = part.older) yield part;
    }
  }

  /** The runs that a line of this visitor can touch, each as its parts in order of time. */
  runsAround(token: string, earlier: string | null): VisitPart[][] {
    const near: VisitPart[] = [];
    for (let part = this.#newest.get(token) ?? null; part !== null; part = part.older) near.push(part);
    const yesterday = earlier === null ? undefined : this.#newest.get(earlier);
    const tomorrow = this.#later.get(token);
    for (const part of [yesterday, tomorrow]) if (part !== undefined) near.push(part);
    const starts = new Set(near.map((part) => this.#startOfRun(part)));
    return [...starts].map((start) => this.#runFrom(start));
  }

  #startOfRun(part: VisitPart): VisitPart {
    let start = part;
    for (let at = this.previous(part); at !== null; at = this.previous(at)) start = at;
    return start;
  }

  #runFrom(start: VisitPart): VisitPart[] {
    const run: VisitPart[] = [];
    for (let at: VisitPart | null = start; at !== null; at = this.next(at)) run.push(at);
    return run;
  }
}
