/** One series of a committed histogram: prom-client can show buckets but not restore them, so they live here. */
import type { Series } from './cell.ts';

/** A histogram at one moment: observations per bucket (not cumulative; the last is `+Inf`) and the sum of all values. */
export type Buckets = { readonly counts: readonly number[]; readonly sum: number };

export class HistogramCell implements Series {
  readonly labels: readonly string[];
  readonly key: string;
  /** The durable state; null where the store holds none. */
  committed: Buckets | null = null;
  readonly #bounds: Float64Array;
  readonly #touched: Set<Series>;
  #counts: Float64Array;
  #sum = 0;
  #dirty = false;
  #present = false;
  #taken: Buckets | null = null;

  constructor(key: string, labels: readonly string[], options: { bounds: readonly number[]; touched: Set<Series> }) {
    this.key = key;
    this.labels = labels;
    this.#bounds = Float64Array.from(options.bounds);
    this.#touched = options.touched;
    this.#counts = this.#zeros();
  }

  /** A value lies in the first bucket whose upper bound is not below it. */
  observe(value: number): void {
    let index = 0;
    while (index < this.#bounds.length && value > (this.#bounds[index] ?? Infinity)) index += 1;
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#sum += value;
    if (this.#dirty) return;
    this.#dirty = true;
    this.#present = true;
    this.#touched.add(this);
  }

  /** `{"sum":0.3,"0.1":2,"+Inf":1}`: only buckets that hold something, by their bound, so that changed bounds are noticed. @throws RangeError when the sum is not finite */
  take(): string | null {
    if (!Number.isFinite(this.#sum)) throw new RangeError(`${this.key} has no finite sum`);
    this.#dirty = false;
    this.#taken = this.#present ? { counts: [...this.#counts], sum: this.#sum } : null;
    if (this.#taken === null) return null;
    const filled = this.#taken.counts.map((count, index) => [this.#name(index), count] as const).filter(([, count]) => count > 0);
    return JSON.stringify({ sum: this.#sum, ...Object.fromEntries(filled) });
  }

  settle(): void {
    this.committed = this.#taken;
  }

  clear(): void {
    this.#counts = this.#zeros();
    this.#sum = 0;
    this.#present = false;
    this.#dirty = false;
    this.#touched.add(this);
  }

  reset(): void {
    this.clear();
    this.#taken = null;
    this.committed = null;
  }

  restore(json: unknown): boolean {
    if (typeof json !== 'object' || json === null || !('sum' in json) || typeof json.sum !== 'number') return false;
    const counts = this.#zeros();
    const names = new Map([...counts].map((_, index) => [this.#name(index), index]));
    for (const [name, count] of Object.entries(json)) {
      if (name === 'sum') continue;
      const index = names.get(name);
      if (index === undefined || !Number.isSafeInteger(count)) return false;
      counts[index] = Number(count);
    }
    this.#counts = counts;
    this.#sum = json.sum;
    this.#present = true;
    this.committed = { counts: [...counts], sum: json.sum };
    return true;
  }

  #name(index: number): string {
    return String(this.#bounds[index] ?? '+Inf');
  }

  #zeros(): Float64Array {
    return new Float64Array(this.#bounds.length + 1);
  }
}
