/** The door to OpenTelemetry: what is known at this moment becomes one OTLP message to the collector, in a steady rhythm. */
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import type { MetricProducer } from '@opentelemetry/sdk-metrics';
import { metricDataOf } from './metric-data.ts';
import type { Sample } from './metric-data.ts';

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

/**
 * A metric producer, which is how the specification of OpenTelemetry has metrics sent that something else has counted: the SDK's own instruments would
 * add them up a second time, and repeat a counter for ever whose sensor is gone.
 * https://opentelemetry.io/docs/specs/otel/metrics/sdk/#metricproducer
 */
export function sendMetrics({ url, host, version, everyMs, samples, trouble }: SendOptions): Sending {
  listenToTrouble(trouble);
  const resource = resourceFromAttributes({ 'service.name': 'tidewatch-energy', 'service.version': version, 'service.instance.id': host, 'host.name': host });
  const startMs = Date.now();
  const producer: MetricProducer = {
    collect: () => Promise.resolve({ resourceMetrics: { resource, scopeMetrics: [{ scope: { name: 'tidewatch-energy' }, metrics: metricDataOf(samples(), startMs, Date.now()) }] }, errors: [] }),
  };
  const exporter = new OTLPMetricExporter({ url: `${url.replace(/\/$/, '')}/v1/metrics`, timeoutMillis: Math.min(everyMs, 10_000) });
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: everyMs, exportTimeoutMillis: Math.min(everyMs, 10_000), metricProducers: [producer] });
  const provider = new MeterProvider({ resource, readers: [reader] });
  return { flush: () => provider.forceFlush(), close: () => provider.shutdown() };
}

/** The SDK says what went wrong to one global listener; only that it went wrong is of use, its texts hold whole answers. */
function listenToTrouble(trouble: (reason: string) => void): void {
  const say = (message: unknown): void => trouble(/ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNRESET|timeout|4\d\d|5\d\d/i.exec(String(message))?.[0] ?? 'unknown');
  diag.setLogger({ error: say, warn: say, info: () => undefined, debug: () => undefined, verbose: () => undefined }, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
}
