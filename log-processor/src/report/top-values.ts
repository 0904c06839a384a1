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

  /** The `most` most frequent first. What they leave, and with `k` values of fewer visitor-days, is one `other`: no count is lost. */
  top(most = Infinity, k = 0): Counted[] {
    const all = [...this.#sums].map(([value, sums]) => ({ value, ...sums }));
    const isNamed = ({ value, visitors }: Counted): boolean => value !== folded && visitors >= k;
    const named = all.filter(isNamed).sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
    const rest = [...all.filter((counted) => !isNamed(counted)), ...named.slice(most)];
    if (rest.length === 0) return named;
    const sum = (of: 'count' | 'visitors'): number => rest.reduce((total, counted) => total + counted[of], 0);
    // What is folded comes last, however much it is.
    return [...named.slice(0, most), { value: folded, count: sum('count'), visitors: sum('visitors') }];
  }
}
