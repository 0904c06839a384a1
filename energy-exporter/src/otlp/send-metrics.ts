/** The door to OpenTelemetry: what is known at this moment becomes one OTLP message to the collector, in a steady rhythm. */
import { DiagLogLevel, diag } from '@opentelemetry/api';
import type { BatchObservableResult, Observable } from '@opentelemetry/api';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AggregationTemporality, InstrumentType, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { energyMetrics } from '../metric-table.ts';
import type { EnergyMetric } from '../metric-table.ts';

/** One series at this moment; labels in the order of the table. */
export type Sample = { readonly metric: EnergyMetric; readonly labels: readonly string[]; readonly value: number };

export type SendOptions = {
  /** Base address of the collector, such as `http://127.0.0.1:4318`. */
  readonly url: string;
  /** Becomes `instance` in Prometheus. */
  readonly host: string;
  readonly version: string;
  readonly everyMs: number;
  readonly samples: () => readonly Sample[];
  /** Told in words when the collector does not take what is sent. */
  readonly trouble: (reason: string) => void;
};

export type Sending = {
  /** Sends now what is known now. */
  flush(): Promise<void>;
  close(): Promise<void>;
};

/** The SDK repeats a cumulative series for ever; a gauge that is not known any more must end. Counters stay cumulative, as Prometheus needs them. */
class LatestGauges extends OTLPMetricExporter {
  override selectAggregationTemporality(type: InstrumentType): AggregationTemporality {
    return type === InstrumentType.OBSERVABLE_GAUGE ? AggregationTemporality.DELTA : AggregationTemporality.CUMULATIVE;
  }
}

export function sendMetrics(options: SendOptions): Sending {
  const { url, everyMs } = options;
  listenToTrouble(options.trouble);
  const exporter = new LatestGauges({ url: `${url.replace(/\/$/, '')}/v1/metrics`, timeoutMillis: Math.min(everyMs, 10_000) });
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: everyMs, exportTimeoutMillis: Math.min(everyMs, 10_000) });
  const provider = new MeterProvider({
    resource: resourceFromAttributes({ 'service.name': 'tidewatch-energy', 'service.version': options.version, 'service.instance.id': options.host, 'host.name': options.host }),
    readers: [reader],
  });
  const meter = provider.getMeter('tidewatch-energy');
  const instruments = new Map<string, Observable>();
  for (const [name, { otlp, unit, type, help }] of Object.entries(energyMetrics)) {
    const how = { unit, description: help };
    instruments.set(name, type === 'counter' ? meter.createObservableCounter(otlp, how) : meter.createObservableGauge(otlp, how));
  }
  meter.addBatchObservableCallback((result) => observe(result, instruments, options.samples()), [...instruments.values()]);
  return { flush: () => provider.forceFlush(), close: () => provider.shutdown() };
}

function observe(result: BatchObservableResult, instruments: ReadonlyMap<string, Observable>, samples: readonly Sample[]): void {
  for (const { metric, labels, value } of samples) {
    const instrument = instruments.get(metric);
    const names = energyMetrics[metric].labels;
    if (instrument !== undefined) result.observe(instrument, value, Object.fromEntries(names.map((name, index) => [attributeOf(name), labels[index] ?? ''])));
  }
}

/** Semantic conventions write `hw.id`, `cpu.mode` and `container.id` with a dot; Prometheus gets an underscore back. */
function attributeOf(label: string): string {
  return dotted[label] ?? label;
}

const dotted: Readonly<Record<string, string>> = { hw_id: 'hw.id', cpu_mode: 'cpu.mode', container_id: 'container.id', disk_io_direction: 'disk.io.direction' };

/** The SDK says what went wrong to one global listener; only that it went wrong is of use, its texts hold whole answers. */
function listenToTrouble(trouble: (reason: string) => void): void {
  const say = (message: unknown): void => trouble(/ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNRESET|timeout|4\d\d|5\d\d/i.exec(String(message))?.[0] ?? 'unknown');
  diag.setLogger({ error: say, warn: say, info: () => undefined, debug: () => undefined, verbose: () => undefined }, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
}
