/** The open visits, found by either token: parts of one day each, joined over midnight where a line proved that two tokens are one visitor. */
import { PartIndex } from './part-index.ts';
import { col, flag, noPart, txt, type Part, type PartRows } from './part-rows.ts';
import { mergeParts, readRow, writeRow } from './visit-part.ts';

/**
 * Parts of consecutive days that follow within the gap form a run. A visit is not cut at its first midnight but ends at its second,
 * so a run is read in pairs from its start: days 1 and 2 are one visit, days 3 and 4 the next.
 */
export class OpenVisits {
  readonly #gapMs: number;
  readonly #rows: PartRows;
  /** Own token -> its newest part; the others hang on `older`. */
  readonly #newest: PartIndex;
  /** Yesterday's token -> the part of today that is the same visitor. */
  readonly #later = new Map<string, Part>();

  constructor(gapMs: number, rows: PartRows) {
    this.#gapMs = gapMs;
    this.#rows = rows;
    this.#newest = new PartIndex(rows);
  }

  /** True when a part of the next day is known to be the same visitor. */
  hasLater(token: string): boolean {
    return this.#later.size > 0 && this.#later.has(token);
  }

  /** The part of this token that a line at this time belongs to: gaps of at most 1800 s join. */
  find(token: string, timeMs: number): Part {
    let part = this.#newest.get(token);
    while (part !== noPart && timeMs < this.#startMs(part) - this.#gapMs) part = this.#older(part);
    return part !== noPart && timeMs <= this.#endMs(part) + this.#gapMs ? part : noPart;
  }

  insert(part: Part): void {
    const token = this.#rows.text(part, txt.token);
    let newer = noPart;
    let older = this.#newest.get(token);
    while (older !== noPart && this.#startMs(part) < this.#startMs(older)) {
      newer = older;
      older = this.#older(older);
    }
    this.#rows.setNumber(part, col.older, older);
    if (newer === noPart) this.#newest.set(token, part);
    else this.#rows.setNumber(newer, col.older, part);
    this.#link(part);
  }

  /** A line told that the part's visitor had this token yesterday. */
  learnEarlier(part: Part, earlier: string): void {
    if (earlier === '' || this.earlier(part) === earlier) return;
    this.#rows.setText(part, txt.earlier, earlier);
    this.#later.set(earlier, part);
  }

  /** The visitor's token of yesterday; empty while no line told it. */
  earlier(part: Part): string {
    return this.#rows.text(part, txt.earlier);
  }

  /** Merges the next older part in where the gap between the two has closed. Returns it, now gone, or `noPart`. */
  mergeOlder(part: Part): Part {
    const older = this.#older(part);
    if (older === noPart || this.#startMs(part) - this.#endMs(older) > this.#gapMs) return noPart;
    const rows = this.#rows;
    rows.setNumber(part, col.older, this.#older(older));
    writeRow(rows, part, mergeParts(readRow(rows, part), readRow(rows, older)));
    rows.raise(older, flag.gone);
    this.#link(part);
    return older;
  }

  remove(part: Part): void {
    const rows = this.#rows;
    rows.raise(part, flag.gone);
    const earlier = this.earlier(part);
    if (earlier !== '' && this.#later.get(earlier) === part) this.#later.delete(earlier);
    const token = rows.text(part, txt.token);
    let newer = this.#newest.get(token);
    if (newer === part) {
      if (this.#older(part) === noPart) this.#newest.delete(token);
      else this.#newest.set(token, this.#older(part));
      return;
    }
    while (newer !== noPart && this.#older(newer) !== part) newer = this.#older(newer);
    if (newer !== noPart) rows.setNumber(newer, col.older, this.#older(part));
  }

  /** The part of the day before that goes on in this one. */
  previous(part: Part): Part {
    const earlier = this.earlier(part);
    return earlier === '' ? noPart : this.lastBefore(earlier, this.#startMs(part));
  }

  /** The last part of yesterday's token when it ended within the gap before the time. */
  lastBefore(earlier: string, timeMs: number): Part {
    const part = this.#newest.get(earlier);
    return part !== noPart && timeMs - this.#endMs(part) <= this.#gapMs ? part : noPart;
  }

  /** The part of the next day in which this one goes on. */
  next(part: Part): Part {
    return this.#later.size === 0 ? noPart : this.firstAfter(this.#rows.text(part, txt.token), this.#endMs(part));
  }

  /** The part of the day after that began within the gap after the time. */
  firstAfter(token: string, timeMs: number): Part {
    const part = this.#later.get(token) ?? noPart;
    return part !== noPart && this.#startMs(part) - timeMs <= this.#gapMs ? part : noPart;
  }

  /** True when a visit starts with this part: an even number of parts goes before it in its run. */
  isOpener(part: Part): boolean {
    let before = 0;
    for (let at = this.previous(part); at !== noPart; at = this.previous(at)) before += 1;
    return before % 2 === 0;
  }

  /** All parts, for what looks at every open visit (a scrape, a test). */
  *parts(): Generator<Part> {
    for (const newest of this.#newest.parts()) {
      for (let part = newest; part !== noPart; part = this.#older(part)) yield part;
    }
  }

  /** The parts that a line of this visitor can touch beside its own: those of its tokens and those of the day after. */
  near(token: string, earlier: string): Part[] {
    const near: Part[] = [];
    for (let part = this.#newest.get(token); part !== noPart; part = this.#older(part)) near.push(part);
    for (const part of [earlier === '' ? noPart : this.#newest.get(earlier), this.#later.get(token) ?? noPart]) if (part !== noPart) near.push(part);
    return near;
  }

  #link(part: Part): void {
    const earlier = this.earlier(part);
    if (earlier !== '') this.#later.set(earlier, part);
  }

  #startMs(part: Part): number {
    return this.#rows.number(part, col.startMs);
  }

  #endMs(part: Part): number {
    return this.#rows.number(part, col.endMs);
  }

  #older(part: Part): Part {
    return this.#rows.number(part, col.older);
  }
}
