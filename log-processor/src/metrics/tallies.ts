/** The committed numbers: every count and gauge that is durable with the lines it counts, shown only as far as it is durable. */
import { metricNames } from '../metric-names.ts';
import type { LabelsOf, NameOf } from '../metric-names.ts';
import type { Put } from '../record.ts';
import type { Buckets } from './histogram-cell.ts';
import { createLimitedSeries } from './limited-series.ts';
import type { CounterCell, GaugeCell, HistogramSeries } from './limited-series.ts';

export type { CounterCell, GaugeCell, HistogramSeries } from './limited-series.ts';

/** One durable series as `/metrics` shows it; label values in the order of the metric's row. */
export type Shown<V> = { readonly labels: readonly string[]; readonly value: V };

export type Tallies = {
  /** The cell of these label values, made once; keep it, and call `add` on it per line. Values outside a label's rule answer the cell of `other`. */
  counter<N extends NameOf<'counter'>>(name: N, labels: LabelsOf<N>): CounterCell;
  gauge<N extends NameOf<'gauge'>>(name: N, labels: LabelsOf<N>): GaugeCell;
  histogram<N extends NameOf<'histogram'>>(name: N, labels: LabelsOf<N>): HistogramSeries;
  /** Shows the series at 0 as long as nothing was counted, so that a first count is seen as a rise. */
  startAtZero<N extends NameOf<'counter' | 'gauge' | 'histogram'>>(name: N, labels: LabelsOf<N>): void;
  /** Takes away the gauges whose label values begin with these (the countries of yesterday). Cells that are kept stay usable. */
  clear(name: NameOf<'gauge'>, labelsPrefix: readonly string[]): void;
  /** What changed, for one commit. Taking again before `settle` repeats what was not settled. @throws RangeError on a number that is not finite */
  takeChanges(): Put[];
  /** The changes taken last are durable. What was added since then stays uncommitted. */
  settle(): void;
  /** Takes over the entries of the store under `tallyPrefix`. @returns the keys it could not use: of an older or newer version */
  restore(entries: Iterable<readonly [key: string, value: string]>): readonly string[];
  /** Counters and histograms begin at 0 again: the state came from a backup, so the numbers were passed already. Gauges describe the state and stay. */
  reset(): void;
  /** Durable values; a series that starts at zero is there with 0. */
  numbers(name: NameOf<'counter' | 'gauge'>): Shown<number>[];
  /** Durable buckets of a histogram. */
  buckets(name: NameOf<'histogram'>): Shown<Buckets>[];
  /** Sum of `numbers` over all label values. */
  total(name: NameOf<'counter' | 'gauge'>): number;
};

export function createTallies(): Tallies {
  const series = createLimitedSeries();
  const { table } = series;
  const atZero = new Set<string>();
  const numbers: Tallies['numbers'] = (name) => shown(table.cells(name), atZero, 0);

  return {
    counter: (name, labels) => series.counter(name, labels),
    gauge: (name, labels) => series.gauge(name, labels),
    histogram: (name, labels) => series.histogram(name, labels),
    startAtZero(name, labels) {
      atZero.add((metricNames[name].type === 'histogram' ? table.histogram(name, labels) : table.cell(name, labels)).key);
    },
    clear(name, labelsPrefix) {
      for (const cell of table.cells(name)) if (labelsPrefix.every((value, index) => cell.labels[index] === value)) cell.clear();
    },
    takeChanges: () => table.takeChanges(),
    settle: () => table.settle(),
    restore: (entries) => table.restore(entries),
    reset: () => table.reset(),
    numbers,
    buckets: (name) => shown(table.histograms(name), atZero, { counts: Array.from({ length: metricNames[name].buckets.length + 1 }, () => 0), sum: 0 }),
    total: (name) => numbers(name).reduce((sum, { value }) => sum + value, 0),
  };
}

function shown<V>(family: Iterable<{ key: string; labels: readonly string[]; committed: V | null }>, atZero: ReadonlySet<string>, zero: V): Shown<V>[] {
  const series: Shown<V>[] = [];
  for (const { key, labels, committed } of family) {
    if (committed !== null) series.push({ labels, value: committed });
    else if (atZero.has(key)) series.push({ labels, value: zero });
  }
  return series;
}
