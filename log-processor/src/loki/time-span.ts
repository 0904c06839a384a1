/** The earliest and the latest nanosecond among lines, without a BigInt per line. */

export class TimeSpan {
  /** Milliseconds; Infinity and -Infinity while empty. */
  firstMs = Infinity;
  lastMs = -Infinity;
  #firstSubNs = 0;
  #lastSubNs = 0;

  /** Takes in the time `timeMs * 1e6 + subNs` nanoseconds, 0 <= subNs < 1e6. */
  stretch(timeMs: number, subNs: number): void {
    if (timeMs < this.firstMs || (timeMs === this.firstMs && subNs < this.#firstSubNs)) {
      this.firstMs = timeMs;
      this.#firstSubNs = subNs;
    }
    if (timeMs > this.lastMs || (timeMs === this.lastMs && subNs > this.#lastSubNs)) {
      this.lastMs = timeMs;
      this.#lastSubNs = subNs;
    }
  }

  get firstNs(): string {
    return decimalNs(this.firstMs, this.#firstSubNs);
  }

  get lastNs(): string {
    return decimalNs(this.lastMs, this.#lastSubNs);
  }
}

/** Nanoseconds in decimal. */
const decimalNs = (timeMs: number, subNs: number): string =>
  timeMs === 0 ? String(subNs) : String(timeMs) + String(subNs).padStart(6, '0');
