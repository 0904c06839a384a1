/** Turns the configured grid into what is kept up to date and what stands fixed; headline and shape of the day are told apart by their method. */
import type { EnergyConfig } from '../../log-processor/src/config-energy.ts';
import { createElectricityMaps } from './intensity/electricity-maps.ts';
import type { Intensity } from './intensity/intensity.ts';
import { keepIntensity } from './intensity/keep-intensity.ts';
import type { KeptIntensity } from './intensity/keep-intensity.ts';
import { createRte, rteYearlyMean } from './intensity/rte.ts';
import type { AskJson } from './intensity/rte.ts';

export type GridTools = {
  readonly energy: EnergyConfig;
  /** The yearly mean of the zone; null where the table has none. */
  readonly headline: Intensity | null;
  readonly nowMs: () => number;
  readonly ask: AskJson;
  readonly secret: (path: string) => Promise<string>;
  readonly trouble: (provider: string, reason: string | null) => void;
};

export type Grid = { readonly kept: readonly KeptIntensity[]; readonly fixed: readonly Intensity[] };

export function openGrid({ energy, headline, nowMs, ask, secret, trouble }: GridTools): Grid {
  const kept: KeptIntensity[] = [];
  const fixed: Intensity[] = [];
  const { grid_zone: zone, electricity_maps_token_file: tokenFile, supplier } = energy;
  const everyMs = energy.grid_interval_minutes * 60_000;
  if (tokenFile !== undefined) {
    const provider = createElectricityMaps({ url: energy.electricity_maps_url, zone, token: () => secret(tokenFile), ask });
    kept.push(keepIntensity({ provider, yearlyMean: headline, everyMs, nowMs, trouble: (reason) => trouble('Electricity Maps', reason) }));
  } else if (headline !== null) fixed.push(headline);
  if (energy.rte) {
    const provider = createRte({ url: energy.rte_url, ask });
    kept.push(keepIntensity({ provider, yearlyMean: rteYearlyMean, everyMs, nowMs, trouble: (reason) => trouble('RTE', reason) }));
  }
  if (supplier !== undefined) fixed.push({ gramsPerKwh: supplier.grams_per_kwh, zone, source: supplier.reference, method: 'market-based', atMs: nowMs() });
  return { kept, fixed };
}
