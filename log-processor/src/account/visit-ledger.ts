/** The visits' own ledger: opened = closed + open + merged, at every moment. */
import type { Put } from '../record.ts';
import type { Count } from './count.ts';
import { StateFields } from './state-fields.ts';

export const visitLedgerKey = 'ledger/visits';

export class VisitLedger {
  opened = 0;
  closed = 0;
  merged = 0;
  #dirty = false;
  readonly #count: Pick<Count, 'visitsOpened' | 'visitsMerged'>;

  constructor(count: Pick<Count, 'visitsOpened' | 'visitsMerged'>) {
    this.#count = count;
  }

  get open(): number {
    return this.opened - this.closed - this.merged;
  }

  /** A line changed how many visits are open: up by opening, down by merging. */
  change(site: string, visits: number): void {
    if (visits === 0) return;
    this.#dirty = true;
    if (visits > 0) {
      this.opened += visits;
      this.#count.visitsOpened(site, visits);
      return;
    }
    this.merged -= visits;
    this.#count.visitsMerged(site, -visits);
  }

  close(): void {
    this.closed += 1;
    this.#dirty = true;
  }

  takeChanges(changes: Put[]): void {
    if (this.#dirty) changes.push([visitLedgerKey, JSON.stringify([this.opened, this.closed, this.merged])]);
    this.#dirty = false;
  }

  restore(value: string): void {
    const fields = new StateFields(visitLedgerKey, value);
    this.opened = fields.number();
    this.closed = fields.number();
    this.merged = fields.number();
  }
}
