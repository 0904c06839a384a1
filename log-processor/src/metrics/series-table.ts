/** All committed series with their way to the store: touched, taken, settled; restored at the next start. */
import { metricNames } from '../metric-names.ts';
import type { MetricName } from '../metric-names.ts';
import type { Put } from '../record.ts';
import { Cell } from './cell.ts';
import type { Series } from './cell.ts';
import { HistogramCell } from './histogram-cell.ts';
import { readTallyKey, tallyKey } from './tally-key.ts';

export class SeriesTable {
  readonly #cells = new Map<MetricName, Map<string, Cell>>();
  readonly #histograms = new Map<MetricName, Map<string, HistogramCell>>();
  /** Changed since the last take. */
  readonly #touched = new Set<Series>();
  readonly #onNew: (name: MetricName, labels: readonly string[]) => void;
  /** Taken and not durable yet. */
  #pending: readonly Series[] = [];

  /** @param onNew hears of every series when it is made */
  constructor(onNew: (name: MetricName, labels: readonly string[]) => void) {
    this.#onNew = onNew;
  }

  cell(name: MetricName, labels: readonly string[]): Cell {
    return this.#series(this.#cells, { name, labels, make: (key) => new Cell(key, [...labels], this.#touched) });
  }

  histogram(name: MetricName, labels: readonly string[]): HistogramCell {
    const bounds = metricNames[name].buckets;
    return this.#series(this.#histograms, { name, labels, make: (key) => new HistogramCell(key, [...labels], { bounds, touched: this.#touched }) });
  }

  cells(name: MetricName): Iterable<Cell> {
    return this.#cells.get(name)?.values() ?? [];
  }

  histograms(name: MetricName): Iterable<HistogramCell> {
    return this.#histograms.get(name)?.values() ?? [];
  }

  /** Every change since the last settled take, with the current values. @throws RangeError on a number that is not finite */
  takeChanges(): Put[] {
    for (const series of this.#pending) this.#touched.add(series);
    this.#pending = [...this.#touched];
    this.#touched.clear();
    return this.#pending.map((series) => [series.key, series.take()] as const);
  }

  settle(): void {
    for (const series of this.#pending) series.settle();
    this.#pending = [];
  }

  /** @returns the keys that this version cannot use */
  restore(entries: Iterable<readonly [key: string, value: string]>): string[] {
    const unusable: string[] = [];
    for (const [key, value] of entries) {
      const known = readTallyKey(key);
      const json = parsed(value);
      if (known === null || !(known.type === 'histogram' ? this.histogram(known.name, known.labels) : this.cell(known.name, known.labels)).restore(json)) unusable.push(key);
    }
    return unusable;
  }

  /** Counters and histograms go back to nothing at once; gauges stay. */
  reset(): void {
    for (const [name, family] of this.#cells) {
      if (metricNames[name].type === 'counter') for (const cell of family.values()) cell.reset();
    }
    for (const family of this.#histograms.values()) for (const histogram of family.values()) histogram.reset();
  }

  #series<S extends Series>(families: Map<MetricName, Map<string, S>>, wanted: { name: MetricName; labels: readonly string[]; make: (key: string) => S }): S {
    const { name, labels, make } = wanted;
    let family = families.get(name);
    if (family === undefined) families.set(name, (family = new Map<string, S>()));
    const key = tallyKey(name, labels);
    let series = family.get(key);
    if (series === undefined) {
      this.#onNew(name, labels);
      family.set(key, (series = make(key)));
    }
    return series;
  }
}

/** What is no JSON is a value too: `undefined`, which no series takes. The error is left out because it would quote the text. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
