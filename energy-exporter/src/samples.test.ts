import { expect, test } from 'vitest';
import { EnergyLedger } from './energy-ledger.ts';
import { embodiedGramsPerHour } from './facts.ts';
import { samplesOf } from './samples.ts';

const facts = { host: 'made', pue: { ratio: 1.5, datacenter: 'room', source: 'configured', period: '2025' }, embodiedGramsPerHour: null, prices: [], hosting: null } as const;

test('what is not known or not limited has no series; a sensor that is down is 0, and a moment is in seconds', () => {
  const ledger = new EnergyLedger(() => 0);
  ledger.fail({ name: 'wall', source: 'plug' });
  const unlimited = { cpuSeconds: 2, memoryBytes: null, memoryLimitBytes: Infinity, readBytes: null, writtenBytes: null, cpuLimit: 0 };
  const intensity = { gramsPerKwh: 31, zone: 'FR', source: 'electricitymaps', method: 'lifecycle-consumption', atMs: 1_700_000_000_000 } as const;
  const samples = samplesOf({ ledger, cpuTimes: null, services: new Map([['web', unlimited]]), containers: new Map(), intensities: [intensity], facts });
  expect(samples.map(({ metric, value }) => [metric, value])).toEqual([
    ['power_sensor_up', 0],
    ['container_cpu_time_seconds_total', 2],
    ['carbon_intensity_grams_per_kwh', 31],
    ['carbon_intensity_timestamp_seconds', 1_700_000_000],
    ['pue_ratio', 1.5],
  ]);
});

test('1313 kg over 4 years are 37.446 g in each of their 35,064 hours', () => {
  expect(embodiedGramsPerHour(1313, 4)).toBeCloseTo(1_313_000 / 35_064, 10);
});
