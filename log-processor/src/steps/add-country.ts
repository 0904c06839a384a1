/** Names the country of an address, remembering the ones it has seen: visitors come again, a look-up costs a microsecond. */

export type CountryTools = {
  /** The country of an address as written, ISO 3166-1 alpha-2; null where the data has none. */
  readonly lookUp: (address: string) => string | null;
  /** Addresses to remember at most. */
  readonly maxKnown?: number;
};

/** Builds `address => country`: two capital letters, or `unknown` for private, reserved and unlisted addresses. */
export function createCountryOf({ lookUp, maxKnown = 20_000 }: CountryTools): (address: string) => string {
  const known = new Map<string, string>();
  return (address) => {
    let country = known.get(address);
    if (country === undefined) {
      if (known.size >= maxKnown) known.clear();
      const found = lookUp(address);
      country = found !== null && /^[A-Z]{2}$/.test(found) ? found : 'unknown';
      known.set(address, country);
    }
    return country;
  };
}
