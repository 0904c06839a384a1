/** The door to prom-client: everything on `/metrics`, the durable tallies beside what this process measures of itself. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { labelRules, metricNames } from '../metric-names.ts';
import type { LabelsOf, MetricName, NameOf } from '../metric-names.ts';
import { startKnownSeries } from './known-series.ts';
import type { KnownLabels } from './known-series.ts';
import { described, showTallies } from './shown-metrics.ts';
import type { Tallies } from './tallies.ts';

export type MetricsRegistry = {
  readonly contentType: string;
  /** The Prometheus text format, version 0.0.4, of one moment. */
  text(): Promise<string>;
  /** One push to the sink ended this way. */
  pushed(stream: string, outcome: string, seconds: number): void;
  /** One commit took so long. */
  committed(seconds: number): void;
  /** Sets a measure of this process; null takes it away, for what does not exist (no raw log, no previous key). */
  gauge<N extends NameOf<'gauge', false>>(name: N, labels: LabelsOf<N>, value: number | null): void;
};

export type RegistryOptions = {
  readonly tallies: Tallies;
  readonly version: string;
  /** The commit the program was built from; `unknown` where nobody said. */
  readonly revision: string;
  readonly known: KnownLabels;
  /** Called at the start of every scrape, to set gauges that are cheaper asked than kept. */
  readonly refresh?: () => void;
};

export function createRegistry(options: RegistryOptions): MetricsRegistry {
  const registry = new Registry();
  startKnownSeries(options.tallies, options.known);
  showTallies(options.tallies, registry);
  const pushes = new Counter(described('logproc_pushes_total', registry));
  const pushSeconds = new Histogram(timed('logproc_push_duration_seconds', registry));
  const commitSeconds = new Histogram(timed('logproc_commit_duration_seconds', registry));
  const gauges = liveGauges(registry);
  gauges('logproc_build_info', [options.version, options.revision], 1);
  const fold = smallVocabulary();
  // Process, heap, event loop and garbage collector: numbers and type names, neither arguments nor environment.
  collectDefaultMetrics({ register: registry });

  return {
    contentType: registry.contentType,
    text() {
      options.refresh?.();
      return registry.metrics();
    },
    pushed(stream, outcome, seconds) {
      pushes.inc({ stream: fold('stream', stream), outcome: fold('outcome', outcome) });
      pushSeconds.observe(seconds);
    },
    committed: (seconds) => commitSeconds.observe(seconds),
    gauge: gauges,
  };
}

/** Gauges of this process by name; absent until they are set. */
function liveGauges(registry: Registry): MetricsRegistry['gauge'] {
  const gauges = new Map<string, Gauge>();
  for (const name of Object.keys(metricNames)) {
    if (!isLiveGauge(name)) continue;
    const gauge = new Gauge(described(name, registry));
    if (metricNames[name].labels.length === 0) gauge.remove(); // prom-client would show 0 before anything was measured
    gauges.set(name, gauge);
  }
  return (name, labels, value) => {
    const gauge = gauges.get(name);
    if (value === null) gauge?.remove(...labels);
    else gauge?.set(Object.fromEntries(metricNames[name].labels.map((label, index) => [label, labels[index] ?? ''])), value);
  };
}

function isLiveGauge(name: string): name is NameOf<'gauge', false> {
  if (!Object.hasOwn(metricNames, name)) return false;
  const row = metricNames[name as MetricName];
  return row.type === 'gauge' && !row.committed;
}

/** Streams and outcomes are the code's own words; the limit is for the day one of them is not. */
function smallVocabulary(): (label: 'stream' | 'outcome', value: string) => string {
  const words = { stream: new Set<string>(), outcome: new Set<string>() };
  return (label, value) => {
    const rule = labelRules[label];
    const known = words[label];
    if (!known.has(value) && rule !== undefined && 'atMost' in rule && known.size >= rule.atMost) return 'other';
    known.add(value);
    return value;
  };
}

function timed(name: NameOf<'histogram', false>, registry: Registry): ReturnType<typeof described> & { buckets: number[] } {
  return { ...described(name, registry), buckets: [...metricNames[name].buckets] };
}
