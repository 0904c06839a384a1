/** IP addresses of both families in every plain spelling: the one thing that must never pass. */
import { replaceAddressV4 } from './address-v4.ts';
import { replaceAddressV6 } from './address-v6.ts';
import type { Pattern } from './pattern.ts';
import type { Traits } from './traits.ts';

function mayBeSpelled(traits: Traits): boolean {
  const joints = Math.max(traits.dots, traits.dashes, traits.slashes);
  return traits.longestRun >= 8 || (joints >= 3 && traits.digits >= 4);
}

/** IPv6 first, because its last four bytes may be written as IPv4. */
export const address: Pattern<'address'> = {
  name: 'address',
  mayHit: (traits) => traits.colons >= 2 || (traits.digits > 0 && mayBeSpelled(traits)),
  replace: (text, mark) => replaceAddressV4(replaceAddressV6(text, mark), mark),
};
