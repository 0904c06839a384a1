/** The ledger of a backfill: every line, visit and receipt that was read is in Loki, was there before, or is missing for a named reason. */
import type { HistoryKind } from './half-hours.ts';

const entryKinds = ['lines', 'visits', 'receipts'] as const;
export type EntryKind = (typeof entryKinds)[number];

/** What the entries of a stream are. */
export const entryKindOf: Readonly<Record<HistoryKind, EntryKind>> = { access: 'lines', stack: 'lines', visit: 'visits', day: 'receipts' };

/** Where an entry ended: `in_loki` by this run, `there_before` by an earlier one, `outside` the wanted days, `past_retention` too old to be kept, `refused` by Loki, `in_metrics` where nothing goes to Loki. */
const ends = ['in_loki', 'there_before', 'in_metrics', 'outside', 'past_retention', 'refused'] as const;
export type End = (typeof ends)[number];

const words: Readonly<Record<End, string>> = {
  in_loki: 'new in Loki',
  there_before: 'there before',
  in_metrics: 'in the metrics',
  outside: 'outside the days asked for',
  past_retention: 'older than Loki keeps',
  refused: 'refused by Loki',
};

export class HistoryLedger {
  readonly #ends = new Map<string, number>();
  readonly #made = new Map<EntryKind, number>();
  readonly #dropped = new Map<string, number>();

  /** Something came out of the files. */
  made(kind: EntryKind): void {
    this.#made.set(kind, (this.#made.get(kind) ?? 0) + 1);
  }

  end(kind: EntryKind, end: End, count: number): void {
    const key = `${kind}/${end}`;
    this.#ends.set(key, (this.#ends.get(key) ?? 0) + count);
  }

  dropped(reason: string): void {
    this.#dropped.set(reason, (this.#dropped.get(reason) ?? 0) + 1);
  }

  count(kind: EntryKind, end: End): number {
    return this.#ends.get(`${kind}/${end}`) ?? 0;
  }

  /** @param linesRead as the reader counted them */
  text(linesRead: number): { readonly text: string; readonly balanced: boolean } {
    const dropped = [...this.#dropped.values()].reduce((sum, lines) => sum + lines, 0);
    let balanced = true;
    const rows = entryKinds.map((kind) => {
      const read = kind === 'lines' ? linesRead : (this.#made.get(kind) ?? 0);
      const parts = ends.map((end) => ({ end, count: this.count(kind, end) })).filter(({ count }) => count > 0);
      const sum = parts.reduce((total, { count }) => total + count, kind === 'lines' ? dropped : 0);
      if (sum !== read) balanced = false;
      const said = [...parts.map(({ end, count }) => `${words[end]} ${number(count)}`), ...(kind === 'lines' ? [`dropped ${number(dropped)}`] : [])];
      return `${kind.padEnd(8)} ${kind === 'lines' ? 'read' : 'made'} ${number(read)} = ${said.join(' + ') || '0'}   ${sum === read ? 'balanced' : 'NOT BALANCED'}`;
    });
    const reasons = [...this.#dropped].sort().map(([reason, lines]) => `${reason} ${number(lines)}`);
    return { balanced, text: [...rows, ...(reasons.length === 0 ? [] : [`         dropped: ${reasons.join(', ')}`])].join('\n') };
  }
}

const number = (value: number): string => value.toLocaleString('en-US');
