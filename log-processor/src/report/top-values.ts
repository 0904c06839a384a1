/** Counts by value, and shows only what enough visitors share: the same promise as in every other output. */

export type Counted = { readonly value: string; readonly count: number; readonly visitors: number };

type Sums = { count: number; visitors: number };

const folded = 'other';
/** Values kept apart; more different ones are one `other`, so that a log full of made-up paths cannot fill the memory. */
const mostValues = 100_000;

export class TopValues {
  readonly #sums = new Map<string, Sums>();

  /** @param visitors visitor-days that the count stands for: 0 or 1 */
  add(value: string, count = 1, visitors = 0): void {
    let sums = this.#sums.get(value);
    if (sums === undefined) {
      const name = this.#sums.size >= mostValues ? folded : value;
      sums = this.#sums.get(name) ?? { count: 0, visitors: 0 };
      this.#sums.set(name, sums);
    }
    sums.count += count;
    sums.visitors += visitors;
  }

  /** The most frequent first. With `k`, values of fewer visitor-days are one `other`. */
  top(most = Infinity, k = 0): Counted[] {
    const shown = new Map<string, Sums>();
    for (const [value, { count, visitors }] of this.#sums) {
      const name = visitors < k ? folded : value;
      const sums = shown.get(name) ?? { count: 0, visitors: 0 };
      shown.set(name, { count: sums.count + count, visitors: sums.visitors + visitors });
    }
    const all = [...shown].map(([value, sums]) => ({ value, ...sums }));
    // What is folded comes last, however much it is.
    all.sort((a, b) => Number(a.value === folded) - Number(b.value === folded) || b.count - a.count || (a.value < b.value ? -1 : 1));
    return all.slice(0, most);
  }
}
