/** Finds the series for label values, within their limits: fast for the values seen before, `other` and an overflow count for those too many. */
import type { MetricName } from '../metric-names.ts';
import type { Cell } from './cell.ts';
import type { HistogramCell } from './histogram-cell.ts';
import { createLabelLimits } from './label-limits.ts';
import type { LabelLimits } from './label-limits.ts';
import { SeriesTable } from './series-table.ts';

/** A number that only grows; `amount` is not negative. */
export type CounterCell = { add(amount: number): void };
export type GaugeCell = { set(value: number): void; add(amount: number): void };
export type HistogramSeries = { observe(value: number): void };

export type LimitedSeries = {
  readonly table: SeriesTable;
  counter(name: MetricName, labels: readonly string[]): CounterCell;
  gauge(name: MetricName, labels: readonly string[]): GaugeCell;
  histogram(name: MetricName, labels: readonly string[]): HistogramSeries;
};

export function createLimitedSeries(): LimitedSeries {
  const limits = createLabelLimits();
  const table = new SeriesTable((name, labels) => limits.occupy(name, labels));
  const overflow = (name: MetricName): Cell => table.cell('logproc_series_overflow_total', [name]);

  const cell = remembered<Cell, CounterCell & GaugeCell>(limits, {
    find: (name, labels) => table.cell(name, labels),
    other: (name, found) => ({
      set: (value) => found.set(value),
      add(amount) {
        found.add(amount);
        overflow(name).add(1);
      },
    }),
  });
  const histogram = remembered<HistogramCell, HistogramSeries>(limits, {
    find: (name, labels) => table.histogram(name, labels),
    other: (name, found) => ({
      observe(value) {
        found.observe(value);
        overflow(name).add(1);
      },
    }),
  });
  return { table, counter: cell, gauge: cell, histogram };
}

/** Remembers only what needed no folding, so the memory is bounded by the series there are. */
function remembered<S extends O, O>(
  limits: LabelLimits,
  make: { find(name: MetricName, labels: readonly string[]): S; other(name: MetricName, found: S): O },
): (name: MetricName, labels: readonly string[]) => O {
  const memory = new Map<MetricName, Map<string, S>>();
  return (name, labels) => {
    // No value with a control character is ever remembered, so a joined text stands for one list only.
    const text = labels.join('\u001f');
    let known = memory.get(name);
    if (known === undefined) memory.set(name, (known = new Map<string, S>()));
    const found = known.get(text);
    if (found !== undefined) return found;
    const folded = limits.fold(name, labels);
    const series = make.find(name, folded);
    if (folded !== labels) return make.other(name, series);
    known.set(text, series);
    return series;
  };
}
