/** Where the parts of open visits live: rows of numbers and texts in pages, because 100,000 objects of 30 fields take twice the memory, and the collector's time on top. */

/** The number of a row; once freed it is given to another part. */
export type Part = number;
/** No part: below every row's number. */
export const noPart = -1;

/** Columns of numbers, as in `VisitPart`; each line number stands behind its time. `older` is the next older part of the same token. */
export const col = {
  startMs: 0, startLine: 1, endMs: 2, endLine: 3, requests: 4, bytes: 5, serverMs: 6, flags: 7,
  pageViews: 8, entryMs: 9, entryLine: 10, exitMs: 11, exitLine: 12, createdMs: 13, older: 14,
} as const; // prettier-ignore
/** Columns of texts; an empty `earlier` is none. */
export const txt = {
  token: 0, earlier: 1, site: 2, startInput: 3, endInput: 4, entryInput: 5, exitInput: 6, entryPath: 7, entryReferrer: 8, exitPath: 9,
  referrerHost: 10, country: 11, family: 12, os: 13, device: 14,
} as const; // prettier-ignore
type NumberColumn = (typeof col)[keyof typeof col];
type TextColumn = (typeof txt)[keyof typeof txt];

/** The bits of `flags`. */
export const flag = {
  asset: 1, robotsTxt: 2, bot: 4,
  /** Closed or merged away: what still points here may forget it. */
  gone: 8,
  /** Changed since the state was last taken; `stored` once the state holds it. */
  dirty: 16, stored: 32,
} as const; // prettier-ignore

/** Rows are 16 columns wide. */
const rowShift = 4;
const pageShift = 10;
const rowsOfPage = 1 << pageShift;

export type PartPage = { readonly numbers: Float64Array; readonly texts: string[] };

export class PartRows {
  readonly #pages: PartPage[] = [];
  readonly #free: Part[] = [];

  /** A row for a new part. Only its `dirty` flag is still that of its last part, for the list that may hold it. */
  take(): Part {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    const first = this.#pages.length * rowsOfPage;
    const columns = rowsOfPage << rowShift;
    this.#pages.push({ numbers: new Float64Array(columns), texts: Array.from({ length: columns }, () => '') });
    for (let part = first + rowsOfPage - 1; part > first; part -= 1) this.#free.push(part);
    return first;
  }

  /** Nothing points to the row any more. */
  free(part: Part): void {
    const row = this.row(part);
    this.page(part).texts.fill('', row, row + (1 << rowShift));
    this.#free.push(part);
  }

  page(part: Part): PartPage {
    const page = this.#pages[part >> pageShift];
    if (page === undefined) throw new RangeError(`there is no row ${part}`);
    return page;
  }

  /** Where the row starts in its page. */
  row(part: Part): number {
    return (part & (rowsOfPage - 1)) << rowShift;
  }

  number(part: Part, column: NumberColumn): number {
    return this.page(part).numbers[this.row(part) + column] ?? 0;
  }

  setNumber(part: Part, column: NumberColumn, value: number): void {
    this.page(part).numbers[this.row(part) + column] = value;
  }

  text(part: Part, column: TextColumn): string {
    return this.page(part).texts[this.row(part) + column] ?? '';
  }

  setText(part: Part, column: TextColumn, value: string): void {
    this.page(part).texts[this.row(part) + column] = value;
  }

  has(part: Part, bit: number): boolean {
    return (this.number(part, col.flags) & bit) !== 0;
  }

  raise(part: Part, bit: number): void {
    this.setNumber(part, col.flags, this.number(part, col.flags) | bit);
  }

  lower(part: Part, bit: number): void {
    this.setNumber(part, col.flags, this.number(part, col.flags) & ~bit);
  }
}
