/** The one door to the data of geoip-country: GeoLite2 inside the package, read into memory once, nothing asked over the network. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { CountryRanges } from './country-ranges.ts';
import type { Address } from './record.ts';

let ranges: CountryRanges | undefined;

/**
 * Country of an address by the local GeoLite2 data (CC BY-SA 4.0, MaxMind), ISO 3166-1 alpha-2; null where it has none.
 * The first call reads 8 MB from the package's folder and throws where they are missing or broken. A test holds that it says what the package says.
 */
export function lookUpCountry({ bytes }: Address): string | null {
  ranges ??= openCountries(join(dirname(createRequire(import.meta.url).resolve('geoip-country/package.json')), 'data'));
  return ranges.lookUp(bytes);
}

/** @param folder with `geoip-country.dat` and `geoip-country6.dat` */
export const openCountries = (folder: string): CountryRanges =>
  new CountryRanges(readFileSync(join(folder, 'geoip-country.dat')), readFileSync(join(folder, 'geoip-country6.dat')));
