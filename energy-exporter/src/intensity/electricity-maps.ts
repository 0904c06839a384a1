/** Electricity Maps: life-cycle intensity of what a zone consumes, hour by hour, for those who have a token. */
import { isPlausible } from './intensity.ts';
import type { IntensityProvider } from './intensity.ts';
import type { AskJson } from './rte.ts';

export type ElectricityMapsOptions = {
  readonly url: string;
  readonly zone: string;
  /** Reads the secret again at every call, so that it may change. */
  readonly token: () => Promise<string>;
  readonly ask: AskJson;
};

/** https://docs.electricitymaps.com: the free tier is for private use only, so a site needs a contract. */
export function createElectricityMaps({ url, zone, token, ask }: ElectricityMapsOptions): IntensityProvider {
  const address = `${url.replace(/\/$/, '')}/v3/carbon-intensity/latest?${new URLSearchParams({ zone, emissionFactorType: 'lifecycle' }).toString()}`;
  return {
    async fetch() {
      const answer = await ask(address, { 'auth-token': await token() });
      const gramsPerKwh = at(answer, 'carbonIntensity');
      const atMs = Date.parse(String(at(answer, 'datetime')));
      const factors = at(answer, 'emissionFactorType');
      if (!isPlausible(gramsPerKwh) || !Number.isFinite(atMs)) throw new Error('Electricity Maps answered without an intensity and its time');
      if (factors !== undefined && factors !== 'lifecycle') throw new Error('Electricity Maps answered with other factors than those of the life cycle');
      if (at(answer, 'zone') !== zone) throw new Error('Electricity Maps answered for another zone');
      // What they modelled because the grid's operator had not said yet is told apart, not refused: the newest hour nearly always is.
      const source = at(answer, 'isEstimated') === true ? 'electricitymaps-estimated' : 'electricitymaps';
      return { gramsPerKwh, zone, source, method: 'lifecycle-consumption', atMs };
    },
  };
}

function at(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
