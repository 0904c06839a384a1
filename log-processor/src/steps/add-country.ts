/** Names the country of an address. */
import type { Address } from '../record.ts';

/** Builds `address => country`: ISO 3166-1 alpha-2, two capital letters, or `unknown` for private, reserved and unlisted addresses. */
export function createCountryOf(lookUp: (address: Address) => string | null): (address: Address) => string {
  return (address) => {
    const found = lookUp(address);
    return found !== null && /^[A-Z]{2}$/.test(found) ? found : 'unknown';
  };
}
