/** The one door to geoip-country: GeoLite2 data inside the package, read into memory once, nothing asked over the network. */
import { createRequire } from 'node:module';
import { isIP } from 'node:net';

type Library = { lookup(address: string): unknown };

let library: Library | undefined;

/**
 * Country of an address by the local GeoLite2 data (CC BY-SA 4.0, MaxMind), ISO 3166-1 alpha-2; null where it has none.
 * The first call reads 8 MB from the package's folder and throws where that is missing or broken.
 */
export function lookUpCountry(address: string): string | null {
  library ??= open();
  const found = library.lookup(canonical(address));
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

const mapped = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/;

/** The library takes a v4-mapped address only in its dotted form, and no zone: everything else of IPv6 goes through the URL parser's one spelling. */
function canonical(address: string): string {
  const text = address.split('%', 1)[0] ?? '';
  if (isIP(text) !== 6) return text;
  const host = new URL(`http://[${text}]/`).hostname;
  const [, high, low] = mapped.exec(host) ?? [];
  if (high === undefined || low === undefined) return host.slice(1, -1);
  const bytes = Buffer.from(high.padStart(4, '0') + low.padStart(4, '0'), 'hex');
  return bytes.join('.');
}
