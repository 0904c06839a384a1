/** The noun of the grid: how many grams a kilowatt hour costs, by whom, how reckoned, and of when. */

/**
 * `lifecycle-consumption`: everything from the mine to the plug, imports included. `lifecycle-generation`: the same for what a country generates.
 * `direct-production`: what burns in the country's power stations, nothing else. `market-based`: a supplier's contract.
 * These are different questions; no answer ever stands in for another.
 */
export type IntensityMethod = 'lifecycle-consumption' | 'lifecycle-generation' | 'direct-production' | 'market-based';

export type Intensity = {
  readonly gramsPerKwh: number;
  readonly zone: string;
  /** Label `source`: who says so. */
  readonly source: string;
  readonly method: IntensityMethod;
  /** The moment it is about, in milliseconds since 1970; of a yearly mean the end of its year. */
  readonly atMs: number;
};

export type IntensityProvider = {
  /** The newest value there is. @throws Error where there was no usable answer; TooManyRequests where it must not be asked for a while */
  fetch(): Promise<Intensity>;
};

/** The provider wants to be left alone. */
export class TooManyRequests extends Error {
  readonly waitMs: number;
  constructor(waitMs: number) {
    super(`asked to wait ${Math.ceil(waitMs / 1000)} s`);
    this.waitMs = waitMs;
  }
}

/** No grid of the world is outside of this: 0 is a missing value, and a value beyond means another unit. */
export function isPlausible(gramsPerKwh: unknown): gramsPerKwh is number {
  return typeof gramsPerKwh === 'number' && Number.isFinite(gramsPerKwh) && gramsPerKwh > 0 && gramsPerKwh <= 2000;
}
