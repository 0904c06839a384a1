/** Quantiles of request times in constant memory: a histogram whose buckets grow by 2 %, so that every answer is within 2 % of the exact one. */

const growth = Math.log(1.02);
/** Up to 2^31 ms. */
const buckets = Math.ceil((31 * Math.LN2) / growth) + 2;

export type Quantiles = { readonly requests: number; readonly p50: number; readonly p90: number; readonly p95: number; readonly p99: number; readonly max: number };

export class Latency {
  readonly #counts = new Float64Array(buckets);
  #requests = 0;
  #maxMs = 0;

  /** @param durationMs whole milliseconds, not below 0 */
  add(durationMs: number): void {
    const bucket = durationMs < 1 ? 0 : Math.min(buckets - 1, 1 + Math.floor(Math.log(durationMs) / growth));
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#requests += 1;
    if (durationMs > this.#maxMs) this.#maxMs = durationMs;
  }

  /** In seconds; null where no line says how long it took. */
  quantiles(): Quantiles | null {
    if (this.#requests === 0) return null;
    const at = (share: number): number => this.#at(share) / 1000;
    return { requests: this.#requests, p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99), max: this.#maxMs / 1000 };
  }

  /** The nearest-rank quantile: the upper end of the bucket that holds it, never above the longest. */
  #at(share: number): number {
    const rank = Math.ceil(share * this.#requests);
    let seen = 0;
    for (let bucket = 0; bucket < buckets; bucket += 1) {
      seen += this.#counts[bucket] ?? 0;
      if (seen >= rank) return bucket === 0 ? 0 : Math.min(this.#maxMs, Math.round(Math.exp(bucket * growth)));
    }
    return this.#maxMs;
  }
}
