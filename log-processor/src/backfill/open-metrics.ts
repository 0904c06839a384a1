/** Writes a history's counters as OpenMetrics text, family by family, for `promtool tsdb create-blocks-from openmetrics`. */
import { metricNames } from '../metric-names.ts';
import type { MetricName } from '../metric-names.ts';
import type { HistoryVisitors } from './history-visitors.ts';
import { samplesOf } from './minute-points.ts';
import type { MinutePoints } from './minute-points.ts';
import type { BucketSeries, CounterSeries, MinuteTallies } from './minute-tallies.ts';

type Points = Pick<MinutePoints, 'minutes' | 'added'>;
type Pairs = readonly (readonly [name: string, value: string])[];

/**
 * Lines of https://prometheus.io/docs/specs/om/open_metrics_spec/: each family once, each series whole, times in seconds.
 * @param common labels that every series gets
 */
export function* openMetricsLines(tallies: MinuteTallies, visitors: HistoryVisitors, common: Pairs): Generator<string> {
  const counters = grouped([...tallies.counters()].filter(isAudience));
  const histograms = grouped([...tallies.histograms()].filter(isAudience));
  const untilMinute = lastMinute([...tallies.counters()].map(({ points }) => points));
  for (const [name, all] of counters) {
    yield* head(name.replace(/_total$/, ''), 'counter', name);
    for (const { labels, points } of all) yield* series(name, [...named(name, labels), ...common], points, untilMinute);
  }
  for (const [name, all] of histograms) {
    yield* head(name, 'histogram', name);
    for (const one of all) yield* histogram(one, common, untilMinute);
  }
  yield* head('web_visitors_today', 'gauge', 'web_visitors_today');
  for (const { labels, points } of visitors.series()) yield* series('web_visitors_today', [...named('web_visitors_today', labels), ...common], points, untilMinute);
  yield '# EOF';
}

const isAudience = ({ name }: { readonly name: MetricName }): boolean => name.startsWith('web_');

function grouped<S extends CounterSeries | BucketSeries>(all: readonly S[]): [MetricName, S[]][] {
  const families = new Map<MetricName, S[]>();
  for (const one of all) families.set(one.name, [...(families.get(one.name) ?? []), one]);
  return [...families].sort(([a], [b]) => (a < b ? -1 : 1));
}

function* head(family: string, type: string, name: MetricName): Generator<string> {
  yield `# HELP ${family} ${metricNames[name].help}`;
  yield `# TYPE ${family} ${type}`;
}

function* histogram({ name, labels, buckets, sum }: BucketSeries, common: Pairs, untilMinute: number): Generator<string> {
  const bounds: readonly number[] = metricNames[name].buckets;
  const pairs = named(name, labels);
  let below: Points = { minutes: [], added: [] };
  const minutes = [...new Set(buckets.flatMap((bucket) => bucket.minutes))].sort((a, b) => a - b);
  for (const [index, bucket] of buckets.entries()) {
    below = summed(minutes, below, bucket);
    yield* series(`${name}_bucket`, [['le', bound(bounds[index])], ...pairs, ...common], below, untilMinute);
  }
  yield* series(`${name}_sum`, [...pairs, ...common], sum, untilMinute);
  yield* series(`${name}_count`, [...pairs, ...common], below, untilMinute);
}

/** OpenMetrics writes bounds as floats. */
const bound = (value: number | undefined): string => (value === undefined ? '+Inf' : Number.isInteger(value) ? `${value}.0` : String(value));

/** Both at the same minutes, so that the buckets of one moment belong together. */
function summed(minutes: readonly number[], a: Points, b: Points): Points {
  const of = ({ minutes: known, added }: Points): Map<number, number> => new Map(known.map((minute, at) => [minute, added[at] ?? 0]));
  const [left, right] = [of(a), of(b)];
  return { minutes: [...minutes], added: minutes.map((minute) => (left.get(minute) ?? 0) + (right.get(minute) ?? 0)) };
}

function* series(name: string, pairs: Pairs, points: Points, untilMinute: number): Generator<string> {
  const labels = pairs.map(([label, value]) => `${label}="${escaped(value)}"`).join(',');
  for (const [minute, value] of samplesOf(points, untilMinute)) yield `${name}{${labels}} ${value} ${minute * 60}`;
}

const escaped = (value: string): string => value.replace(/[\\"\n]/g, (char) => (char === '\n' ? '\\n' : `\\${char}`));

const named = (name: MetricName, values: readonly string[]): Pairs => metricNames[name].labels.map((label, index) => [label, values[index] ?? ''] as const);

const lastMinute = (all: readonly Points[]): number => all.reduce((latest, { minutes }) => Math.max(latest, minutes.at(-1) ?? 0), 0);
