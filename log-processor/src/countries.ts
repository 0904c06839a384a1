/** The one door to geoip-country: GeoLite2 data inside the package, read into memory once, nothing asked over the network. */
import { createRequire } from 'node:module';

type Library = { lookup(address: string): unknown };

let library: Library | undefined;

/**
 * Country of an address by the local GeoLite2 data (CC BY-SA 4.0, MaxMind), ISO 3166-1 alpha-2; null where it has none.
 * Wants an address as `parseAddress` gives it: no zone, and v4-mapped ones dotted (the library misreads `::ffff:c000:201`).
 * The first call reads 8 MB from the package's folder and throws where that is missing or broken.
 */
export function lookUpCountry(address: string): string | null {
  library ??= open();
  const found = library.lookup(address);
  if (typeof found !== 'object' || found === null || !('country' in found)) return null;
  return typeof found.country === 'string' ? found.country : null;
}

/** The package has no types of its own, so it is narrowed here. */
function open(): Library {
  const loaded: unknown = createRequire(import.meta.url)('geoip-country');
  if (!isLibrary(loaded)) throw new TypeError('geoip-country: expected a function `lookup`; is another version installed?');
  return loaded;
}

function isLibrary(value: unknown): value is Library {
  return typeof value === 'object' && value !== null && 'lookup' in value && typeof value.lookup === 'function';
}
