/** prom-client's own classes with one thing changed: their values come from the durable tallies at the moment of the scrape. */
import { Counter, Gauge, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import { metricNames } from '../metric-names.ts';
import type { MetricName, NameOf } from '../metric-names.ts';
import type { Tallies } from './tallies.ts';

// Each class reads the tallies before its first await: prom-client asks all metrics in one turn, so one scrape is one commit and the ledger balances in it.

class ShownCounter extends Counter {
  readonly #values: () => Sample[];
  constructor(name: MetricName, values: () => Sample[], registry: Registry) {
    super(described(name, registry));
    this.#values = values;
  }
  override async get(): ReturnType<Counter['get']> {
    const values = this.#values();
    return { ...(await super.get()), values };
  }
}

class ShownGauge extends Gauge {
  readonly #values: () => Sample[];
  constructor(name: MetricName, values: () => Sample[], registry: Registry) {
    super(described(name, registry));
    this.#values = values;
  }
  override async get(): ReturnType<Gauge['get']> {
    const values = this.#values();
    return { ...(await super.get()), values };
  }
}

class ShownHistogram extends Histogram {
  readonly name: MetricName;
  readonly help: string;
  readonly #values: () => Sample[];
  constructor(name: MetricName, values: () => Sample[], registry: Registry) {
    super({ ...described(name, registry), buckets: [...metricNames[name].buckets] });
    this.name = name;
    this.help = metricNames[name].help;
    this.#values = values;
  }
  /** What prom-client asks a histogram for, both for text and for its own `get`. */
  getForPromString(): Promise<object> {
    return Promise.resolve({ name: this.name, help: this.help, type: 'histogram', aggregator: 'sum', values: this.#values() });
  }
}

type Sample = { labels: Record<string, string>; value: number; metricName?: string };

/** Registers every committed metric of the table. */
export function showTallies(tallies: Tallies, registry: Registry): void {
  for (const name of Object.keys(metricNames)) {
    if (isCommitted(name, 'counter')) new ShownCounter(name, () => samples(tallies, name), registry);
    else if (isCommitted(name, 'gauge')) new ShownGauge(name, () => samples(tallies, name), registry);
    else if (isCommitted(name, 'histogram')) new ShownHistogram(name, () => bucketSamples(tallies, name), registry);
  }
}

/** A row of the table as prom-client wants it. */
export function described(name: MetricName, registry: Registry): { name: string; help: string; labelNames: readonly string[]; registers: Registry[] } {
  return { name, help: metricNames[name].help, labelNames: metricNames[name].labels, registers: [registry] };
}

function isCommitted<T extends 'counter' | 'gauge' | 'histogram'>(name: string, type: T): name is NameOf<T> {
  if (!Object.hasOwn(metricNames, name)) return false;
  const row = metricNames[name as MetricName];
  return row.committed && row.type === type;
}

function samples(tallies: Tallies, name: NameOf<'counter' | 'gauge'>): Sample[] {
  return tallies.numbers(name).map(({ labels, value }) => ({ labels: named(name, labels), value }));
}

/** Buckets are cumulative on the page, each with its upper bound `le`; `+Inf` equals the count. */
function bucketSamples(tallies: Tallies, name: NameOf<'histogram'>): Sample[] {
  const bounds = metricNames[name].buckets;
  return tallies.buckets(name).flatMap(({ labels, value }) => {
    const common = named(name, labels);
    let count = 0;
    const lines: Sample[] = value.counts.map((inBucket, index) => {
      count += inBucket;
      return { metricName: `${name}_bucket`, labels: { le: String(bounds[index] ?? '+Inf'), ...common }, value: count };
    });
    return [...lines, { metricName: `${name}_sum`, labels: common, value: value.sum }, { metricName: `${name}_count`, labels: common, value: count }];
  });
}

function named(name: MetricName, values: readonly string[]): Record<string, string> {
  return Object.fromEntries(metricNames[name].labels.map((label, index) => [label, values[index] ?? '']));
}
