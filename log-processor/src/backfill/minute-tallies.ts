/** Counts a history into the same `web_*` series as the running processor, but by the minute of the event instead of the moment of a scrape. */
import { metricNames } from '../metric-names.ts';
import type { MetricName } from '../metric-names.ts';
import { createLabelLimits } from '../metrics/label-limits.ts';
import type { CounterCell, HistogramSeries, Tallies } from '../metrics/tallies.ts';
import { MinutePoints } from './minute-points.ts';

export type CounterSeries = { readonly name: MetricName; readonly labels: readonly string[]; readonly points: MinutePoints };
/** `buckets` are not cumulative; the last is `+Inf`. */
export type BucketSeries = { readonly name: MetricName; readonly labels: readonly string[]; readonly buckets: readonly MinutePoints[]; readonly sum: MinutePoints };

export type MinuteTallies = Pick<Tallies, 'counter' | 'histogram'> & {
  /** The minute that whatever is counted from now on belongs to. */
  at(timeMs: number): void;
  counters(): Iterable<CounterSeries>;
  histograms(): Iterable<BucketSeries>;
};

const minuteMs = 60_000;

export function createMinuteTallies(): MinuteTallies {
  const limits = createLabelLimits();
  const counters = new Map<string, CounterSeries & { readonly cell: CounterCell }>();
  const histograms = new Map<string, BucketSeries & { readonly cell: HistogramSeries }>();
  let now = 0;
  const folded = (name: MetricName, labels: readonly string[]): readonly string[] => {
    const fitting = limits.fold(name, labels);
    limits.occupy(name, fitting);
    return fitting;
  };
  return {
    at: (timeMs) => void (now = Math.floor(timeMs / minuteMs) + 1), // what happens within a minute is seen at its end
    counter(name, given) {
      const labels = folded(name, given);
      const key = JSON.stringify([name, ...labels]);
      let series = counters.get(key);
      if (series === undefined) {
        const points = new MinutePoints();
        counters.set(key, (series = { name, labels, points, cell: { add: (amount) => points.add(now, amount) } }));
      }
      return series.cell;
    },
    histogram(name, given) {
      const labels = folded(name, given);
      const key = JSON.stringify([name, ...labels]);
      let series = histograms.get(key);
      if (series === undefined) histograms.set(key, (series = newHistogram(name, labels, () => now)));
      return series.cell;
    },
    counters: () => counters.values(),
    histograms: () => histograms.values(),
  };
}

function newHistogram(name: MetricName, labels: readonly string[], minute: () => number): BucketSeries & { readonly cell: HistogramSeries } {
  const bounds: readonly number[] = metricNames[name].buckets;
  const buckets = Array.from({ length: bounds.length + 1 }, () => new MinutePoints());
  const sum = new MinutePoints();
  const cell = {
    observe(value: number) {
      const found = bounds.findIndex((bound) => value <= bound);
      buckets[found === -1 ? bounds.length : found]?.add(minute(), 1);
      sum.add(minute(), value);
    },
  };
  return { name, labels, buckets, sum, cell };
}
