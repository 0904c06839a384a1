/** Puts samples into the metric data of the OpenTelemetry SDK: what counts here is counted already, so nothing is left for the SDK's instruments to add up. */
import { ValueType } from '@opentelemetry/api';
import type { HrTime } from '@opentelemetry/api';
import { AggregationTemporality, DataPointType } from '@opentelemetry/sdk-metrics';
import type { DataPoint, MetricData } from '@opentelemetry/sdk-metrics';
import { energyMetrics } from '../metric-table.ts';
import type { EnergyMetric } from '../metric-table.ts';

/** One series at this moment; labels in the order of the table. */
export type Sample = { readonly metric: EnergyMetric; readonly labels: readonly string[]; readonly value: number };

/** Semantic conventions write `hw.id`, `cpu.mode` and `container.id` with a dot; Prometheus gets an underscore back. */
const dotted: Readonly<Record<string, string>> = { hw_id: 'hw.id', cpu_mode: 'cpu.mode', container_id: 'container.id', disk_io_direction: 'disk.io.direction' };

type Kind = { readonly attributes: readonly string[]; readonly of: (dataPoints: DataPoint<number>[]) => MetricData };

const kinds = new Map<string, Kind>(
  Object.entries(energyMetrics).map(([name, { otlp, unit, type, help, labels }]) => {
    const descriptor = { name: otlp, description: help, unit, valueType: ValueType.DOUBLE };
    const common = { descriptor, aggregationTemporality: AggregationTemporality.CUMULATIVE };
    const of = (dataPoints: DataPoint<number>[]): MetricData => (type === 'counter' ? { ...common, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints } : { ...common, dataPointType: DataPointType.GAUGE, dataPoints });
    return [name, { attributes: labels.map((label) => dotted[label] ?? label), of }];
  }),
);

/** The samples of one moment; a series that is not among them ends. Times are in milliseconds since 1970; counters count from `startMs`. */
export function metricDataOf(samples: readonly Sample[], startMs: number, nowMs: number): MetricData[] {
  const [startTime, endTime] = [hrTimeOf(startMs), hrTimeOf(nowMs)];
  const points = new Map<string, DataPoint<number>[]>();
  for (const { metric, labels, value } of samples) {
    const attributes: Record<string, string> = {};
    (kinds.get(metric)?.attributes ?? []).forEach((name, index) => (attributes[name] = labels[index] ?? ''));
    const point = { startTime, endTime, attributes, value };
    const others = points.get(metric);
    if (others === undefined) points.set(metric, [point]);
    else others.push(point);
  }
  return [...points].flatMap(([metric, dataPoints]) => kinds.get(metric)?.of(dataPoints) ?? []);
}

/** Seconds and nanoseconds. */
function hrTimeOf(ms: number): HrTime {
  return [Math.floor(ms / 1000), Math.round((ms % 1000) * 1e6)];
}
