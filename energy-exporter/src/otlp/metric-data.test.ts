import { AggregationTemporality, DataPointType } from '@opentelemetry/sdk-metrics';
import { expect, test } from 'vitest';
import { metricDataOf } from './metric-data.ts';

test('a counter is a cumulative sum since the start, a gauge is of now, and labels have the names of the semantic conventions', () => {
  const data = metricDataOf([
    { metric: 'hw_energy_joules_total', labels: ['rapl/package-0', 'rapl', 'it', 'package'], value: 12.5 },
    { metric: 'power_sensor_up', labels: ['rapl', 'rapl', 'machine'], value: 1 },
    { metric: 'hw_energy_joules_total', labels: ['rapl/package-1', 'rapl', 'it', 'package'], value: 3 },
  ], 1_700_000_000_250, 1_700_000_005_500); // prettier-ignore
  const [startTime, endTime] = [[1_700_000_000, 250_000_000], [1_700_000_005, 500_000_000]]; // prettier-ignore
  expect(data).toMatchObject([
    {
      descriptor: { name: 'hw.energy', unit: 'J' },
      dataPointType: DataPointType.SUM, isMonotonic: true, aggregationTemporality: AggregationTemporality.CUMULATIVE,
      dataPoints: [
        { value: 12.5, startTime, endTime, attributes: { 'hw.id': 'rapl/package-0', source: 'rapl', scope: 'it', zone: 'package' } },
        { value: 3, startTime, endTime, attributes: { 'hw.id': 'rapl/package-1', source: 'rapl', scope: 'it', zone: 'package' } },
      ],
    },
    { descriptor: { name: 'power.sensor.up', unit: '{sensor}' }, dataPointType: DataPointType.GAUGE, dataPoints: [{ value: 1, endTime, attributes: { 'hw.id': 'rapl', source: 'rapl', zone: 'machine' } }] },
  ]); // prettier-ignore
});

test('what is not among the samples is not sent', () => {
  expect(metricDataOf([], 0, 1)).toEqual([]);
});
