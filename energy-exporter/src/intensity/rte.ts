/** RTE eCO2mix through the open data portal ODRE: what burns in French power stations, every quarter of an hour, without a key. */
import { isPlausible } from './intensity.ts';
import type { Intensity, IntensityProvider } from './intensity.ts';

/** @throws Error, or TooManyRequests */
export type AskJson = (url: string, headers?: Readonly<Record<string, string>>) => Promise<unknown>;

/** Rows of the future are there already, without a value: they are filtered out. https://odre.opendatasoft.com/explore/dataset/eco2mix-national-tr/ */
const query = new URLSearchParams({
  select: 'date_heure,taux_co2',
  where: 'taux_co2 is not null',
  order_by: 'date_heure desc',
  limit: '1',
  timezone: 'UTC',
});

export function createRte(options: { readonly url: string; readonly ask: AskJson }): IntensityProvider {
  const address = `${options.url.replace(/\/$/, '')}/api/explore/v2.1/catalog/datasets/eco2mix-national-tr/records?${query.toString()}`;
  return {
    async fetch() {
      const row = firstRow(await options.ask(address));
      const gramsPerKwh = at(row, 'taux_co2');
      const atMs = Date.parse(String(at(row, 'date_heure')));
      if (!isPlausible(gramsPerKwh) || !Number.isFinite(atMs)) throw new Error('RTE answered without a rate and its time');
      return { gramsPerKwh, zone: 'FR', source: 'rte', method: 'direct-production', atMs };
    },
  };
}

function firstRow(answer: unknown): unknown {
  const rows = at(answer, 'results');
  return Array.isArray(rows) ? rows[0] : undefined;
}

function at(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

/** RTE's own yearly figure for what burns in French power stations: 21.7 g/kWh in 2024 (RTE, Bilan électrique 2024). */
export const rteYearlyMean: Intensity = { gramsPerKwh: 21.7, zone: 'FR', source: 'rte-2024', method: 'direct-production', atMs: Date.UTC(2025, 0, 1) - 1 };
