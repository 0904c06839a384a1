/** Closed human visits of a day by country, device, browser, system, entry page and referrer, folded again under k when the day is over. */
import type { Put } from '../record.ts';
import type { ClosedVisit } from './closed-visit.ts';
import { StateFields } from './state-fields.ts';

export const dimensions = ['country', 'device', 'browser', 'os', 'entry', 'referrer'] as const;
export type Dimension = (typeof dimensions)[number];
type Sums = { visits: number; visitorDays: number; dirty: boolean; stored: boolean };
/** What a receipt shows of a value. */
export type ValueCounts = { readonly visits: number; readonly visitor_days: number };

const folded = 'other';

export class VisitBreakdown {
  readonly #keyPrefix: string;
  readonly #values: Record<Dimension, Map<string, Sums>> = {
    country: new Map(), device: new Map(), browser: new Map(), os: new Map(), entry: new Map(), referrer: new Map(),
  }; // prettier-ignore
  #dirty: { key: string; sums: Sums }[] = [];

  /** @param keyPrefix of the state entries, such as `day/SITE/2026-11-22/by/` */
  constructor(keyPrefix: string) {
    this.#keyPrefix = keyPrefix;
  }

  add(visit: ClosedVisit): void {
    this.#addTo('country', visit.country, visit.firstToday);
    this.#addTo('device', visit.device, visit.firstToday);
    this.#addTo('browser', visit.family, visit.firstToday);
    this.#addTo('os', visit.os, visit.firstToday);
    if (visit.entry !== null) this.#addTo('entry', visit.entry, visit.firstToday);
    this.#addTo('referrer', visit.referrerHost, visit.firstToday);
  }

  /** Values in alphabetical order; those with fewer than k visitor-days are one `other`. */
  folded(dimension: Dimension, k: number): Record<string, ValueCounts> {
    const shown = new Map<string, { visits: number; visitor_days: number }>();
    for (const [value, { visits, visitorDays }] of this.#values[dimension]) {
      const name = visitorDays < k ? folded : value;
      const sums = shown.get(name) ?? { visits: 0, visitor_days: 0 };
      shown.set(name, { visits: sums.visits + visits, visitor_days: sums.visitor_days + visitorDays });
    }
    // A null prototype, because a path template may be named like a property of Object.
    const result = Object.create(null) as Record<string, ValueCounts>;
    for (const [value, sums] of [...shown].sort(([a], [b]) => (a < b ? -1 : 1))) result[value] = sums;
    return result;
  }

  takeChanges(changes: Put[]): void {
    for (const { key, sums } of this.#dirty) {
      sums.dirty = false;
      sums.stored = true;
      changes.push([key, `[${sums.visits},${sums.visitorDays}]`]);
    }
    this.#dirty = [];
  }

  /** @param name what follows the prefix in the key: `DIMENSION/VALUE` */
  restore(name: string, value: string): void {
    const slash = name.indexOf('/');
    const dimension = dimensions.find((known) => known === name.slice(0, slash));
    const fields = new StateFields(this.#keyPrefix + name, value);
    const sums = { visits: fields.number(), visitorDays: fields.number(), dirty: false, stored: true };
    if (dimension !== undefined) this.#values[dimension].set(name.slice(slash + 1), sums);
  }

  drop(changes: Put[]): void {
    for (const dimension of dimensions) {
      for (const [value, { stored }] of this.#values[dimension]) if (stored) changes.push([this.#keyOf(dimension, value), null]);
    }
  }

  #addTo(dimension: Dimension, value: string, firstToday: boolean): void {
    const values = this.#values[dimension];
    let sums = values.get(value);
    if (sums === undefined) {
      sums = { visits: 0, visitorDays: 0, dirty: false, stored: false };
      values.set(value, sums);
    }
    sums.visits += 1;
    if (firstToday) sums.visitorDays += 1;
    if (sums.dirty) return;
    sums.dirty = true;
    this.#dirty.push({ key: this.#keyOf(dimension, value), sums });
  }

  #keyOf(dimension: Dimension, value: string): string {
    return `${this.#keyPrefix}${dimension}/${value}`;
  }
}
