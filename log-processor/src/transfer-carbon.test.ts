/** The transfer estimate says what CO2.js says and what its authors publish, and a robot has no device. */
import { co2 } from '@tgwf/co2';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { segmentsOf, transferGrams, transferTotalGrams } from './transfer-carbon.ts';

test('one megabyte at the world mean: network and device as published, the data centre left out', () => {
  // Sustainable Web Design model 4, https://sustainablewebdesign.org/estimating-digital-emissions, kWh/GB operational + embodied:
  // network 0.059 + 0.013, device 0.080 + 0.081, at 494 g/kWh: 0.072 x 0.494 = 0.035568 g, 0.161 x 0.494 = 0.079534 g
  expect(transferGrams(1_000_000, 'human')).toEqual({ network: 0.035568, device: 0.079534 });
  expect(transferTotalGrams(1_000_000, 'human')).toBe(0.115102);
});

test('a robot has no device', () => {
  expect(transferGrams(1_000_000, 'bot')).toEqual({ network: 0.035568, device: 0 });
  expect(transferTotalGrams(1_000_000, 'bot')).toBe(0.035568);
  expect(transferGrams(1_000_000, 'suspected')).toEqual(transferGrams(1_000_000, 'human'));
});

test('any number of bytes gives what CO2.js gives', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5e9 }), (bytes) => {
      const [ours, theirs] = [transferGrams(bytes, 'human'), segmentsOf(bytes)];
      expect(ours.network / theirs.network).toBeCloseTo(1, 12);
      expect(ours.device / theirs.device).toBeCloseTo(1, 12);
      expect(Math.abs(transferTotalGrams(bytes, 'human') - theirs.network - theirs.device)).toBeLessThanOrEqual(0.500001e-6);
    }),
  );
});

test('nothing transferred is nothing, and no byte count is written with an exponent', () => {
  expect(transferTotalGrams(0, 'human')).toBe(0);
  for (const bytes of [1, 9, 14, 15, 123, 5e9]) expect(String(transferTotalGrams(bytes, 'bot'))).toMatch(/^\d+(?:\.\d{1,6})?$/);
});

test('the figures of CO2.js 0.19.0 are the published ones: 1 MB in the world and in France', () => {
  // CO2.js 0.19.0, src/constants/index.js (kWh/GB: data centre 0.055, network 0.059, device 0.080; embodied 0.012, 0.013, 0.081; world 494 g/kWh, also
  // for everything embodied) and data/output/average-intensities.json (Ember, FRA 44.18 g/kWh).
  const model = new co2({ model: 'swd', version: 4, results: 'segment' });
  const world = model.perByteTrace(1_000_000, false).co2;
  const france = { country: 'FRA' };
  const inFrance = model.perByteTrace(1_000_000, false, { gridIntensity: { dataCenter: france, network: france, device: france } }).co2;
  const close = (value: number): number => expect.closeTo(value, 10) as number;
  expect(world).toMatchObject({ total: close(0.1482), networkCO2e: close(0.035568), consumerDeviceCO2e: close(0.079534), dataCenterCO2e: close(0.033098) });
  expect(inFrance).toMatchObject({
    total: close(0.06093492), totalOperationalCO2e: close(0.00857092), totalEmbodiedCO2e: close(0.052364),
    dataCenterOperationalCO2e: close(0.0024299), networkOperationalCO2e: close(0.00260662), consumerDeviceOperationalCO2e: close(0.0035344),
    dataCenterEmbodiedCO2e: close(0.005928), networkEmbodiedCO2e: close(0.006422), consumerDeviceEmbodiedCO2e: close(0.040014),
  }); // prettier-ignore
});
