/** The door to CO2.js: yearly means of every country, embedded, so that there is a figure without any network. */
import { averageIntensity } from '@tgwf/co2/data';
import { yearly2025 } from '@tgwf/co2/data/electricity-maps';
import { isPlausible } from './intensity.ts';
import type { Intensity } from './intensity.ts';

export type YearlyTable = 'electricitymaps' | 'ember';

/** The newest year in @tgwf/co2 0.19.0, and that of Ember's table, which names its year in the data file only. */
const electricityMapsYear = 2025;
const emberYear = 2024;

/**
 * Electricity Maps: life cycle, of what is consumed (ODbL, https://portal.electricitymaps.com/datasets). Ember: life cycle, of what is
 * generated (CC BY-SA 4.0, https://ember-energy.org). Null where the table has no such zone.
 */
export function yearlyMean(table: YearlyTable, zone: string): Intensity | null {
  return table === 'electricitymaps' ? ofElectricityMaps(zone) : ofEmber(zone);
}

function ofElectricityMaps(zone: string): Intensity | null {
  const gramsPerKwh = numberOf(Object.hasOwn(yearly2025.data, zone) ? yearly2025.data[zone]?.carbonIntensity.value : undefined);
  return gramsPerKwh === null ? null : { gramsPerKwh, zone, source: `electricitymaps-${electricityMapsYear}`, method: 'lifecycle-consumption', atMs: endOf(electricityMapsYear) };
}

function ofEmber(zone: string): Intensity | null {
  const gramsPerKwh = numberOf(Object.hasOwn(averageIntensity.data, zone) ? averageIntensity.data[zone] : undefined);
  return gramsPerKwh === null ? null : { gramsPerKwh, zone, source: `ember-${emberYear}`, method: 'lifecycle-generation', atMs: endOf(emberYear) };
}

function endOf(year: number): number {
  return Date.UTC(year + 1, 0, 1) - 1;
}

/** A table without types may hold anything, and a zero of one that knows a zone by name only. */
function numberOf(value: unknown): number | null {
  return isPlausible(value) ? value : null;
}
