/** How many lines of a day were committed or dropped, and why: the part of a receipt that proves that nothing went missing. */
import { dropReasons, type DropReason } from '../record.ts';
import type { StateFields } from './state-fields.ts';

/** The ledger as a receipt shows it; only reasons that occurred. */
export type LineCounts = { readonly committed: number; readonly dropped: Readonly<Partial<Record<DropReason, number>>> };

export class LineLedger {
  committed = 0;
  readonly #dropped: number[] = dropReasons.map(() => 0);

  /** A line that was counted: committed, or refused by the output for this reason. */
  take(refused: DropReason | null): void {
    if (refused === null) this.committed += 1;
    else this.drop(refused);
  }

  drop(reason: DropReason): void {
    const at = dropReasons.indexOf(reason);
    this.#dropped[at] = (this.#dropped[at] ?? 0) + 1;
  }

  get isEmpty(): boolean {
    return this.committed === 0 && this.#dropped.every((lines) => lines === 0);
  }

  counts(): LineCounts {
    const dropped: Partial<Record<DropReason, number>> = {};
    for (const [at, reason] of dropReasons.entries()) {
      const lines = this.#dropped[at] ?? 0;
      if (lines > 0) dropped[reason] = lines;
    }
    return { committed: this.committed, dropped };
  }

  /** The counts as one field of a state entry. */
  write(): number[] {
    return [this.committed, ...this.#dropped];
  }

  read(fields: StateFields): void {
    const [committed, ...dropped] = fields.numbers(1 + dropReasons.length);
    this.committed = committed ?? 0;
    this.#dropped.splice(0, dropReasons.length, ...dropped);
  }

  clear(): void {
    this.committed = 0;
    this.#dropped.fill(0);
  }
}
