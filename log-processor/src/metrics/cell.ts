/** One number of one series in three states: current, on its way to the store, and durable. Only the durable one is shown. */

/** What tallies need of a series, whatever its type. */
export type Series = {
  /** Label values in the order of the metric's row. */
  readonly labels: readonly string[];
  /** The key of its entry in the store. */
  readonly key: string;
  /** Copies the current state aside and returns it as JSON; null where the series has no value (any more). */
  take(): string | null;
  /** What was taken last is durable now. */
  settle(): void;
  /** Forgets the current value; the series is absent until the next change. */
  clear(): void;
  /** Back to nothing at once, on all three levels. */
  reset(): void;
  /** Takes over what the store held. @returns false when it is not the JSON of such a series; then nothing changed */
  restore(json: unknown): boolean;
};

/** The number of a counter or gauge. Resolved once by the caller; `add` is a field addition and a flag. */
export class Cell implements Series {
  readonly labels: readonly string[];
  readonly key: string;
  /** The durable number; null where the store holds none. */
  committed: number | null = null;
  readonly #touched: Set<Series>;
  #value = 0;
  #dirty = false;
  #present = false;
  #taken: number | null = null;

  /** @param touched where the cell reports itself at its first change after each take */
  constructor(key: string, labels: readonly string[], touched: Set<Series>) {
    this.key = key;
    this.labels = labels;
    this.#touched = touched;
  }

  add(amount: number): void {
    this.#value += amount;
    if (!this.#dirty) this.#touch();
  }

  set(value: number): void {
    if (value === this.#value && this.#present) return;
    this.#value = value;
    if (!this.#dirty) this.#touch();
  }

  /** @throws RangeError when the number is not finite: JSON could not hold it, so the bug has to be seen before the commit */
  take(): string | null {
    if (!Number.isFinite(this.#value)) throw new RangeError(`${this.key} is not a finite number`);
    this.#dirty = false;
    this.#taken = this.#present ? this.#value : null;
    return this.#taken === null ? null : JSON.stringify(this.#taken);
  }

  settle(): void {
    this.committed = this.#taken;
  }

  clear(): void {
    this.#value = 0;
    this.#present = false;
    this.#dirty = false; // the next change has to set `present` again
    this.#touched.add(this);
  }

  reset(): void {
    this.clear();
    this.#taken = null;
    this.committed = null;
  }

  restore(json: unknown): boolean {
    if (typeof json !== 'number') return false;
    this.#value = json;
    this.#present = true;
    this.committed = json;
    return true;
  }

  #touch(): void {
    this.#dirty = true;
    this.#present = true;
    this.#touched.add(this);
  }
}
