/** IP addresses of both families in every plain spelling: the one thing that must never pass. */
import { replaceAddressV4 } from './address-v4.ts';
import { replaceShortAddressV4 } from './address-v4-short.ts';
import { replaceAddressV6 } from './address-v6.ts';
import type { Pattern } from './pattern.ts';
import type { Traits } from './traits.ts';

function mayBeSpelled(traits: Traits): boolean {
  const joints = Math.max(traits.dots, traits.dashes, traits.slashes);
  return traits.longestRun >= 8 || (joints >= 3 && traits.digits >= 4);
}

/** A host of two or three numbers needs a dot and what stands before a host; a hexadecimal one an `x`, which is not counted. */
const mayBeShort = (traits: Traits): boolean => traits.dots >= 1 && traits.digits >= 2;

/** IPv6 first, because its last four bytes may be written as IPv4. */
export const address: Pattern<'address'> = {
  name: 'address',
  mayHit: (traits) => traits.colons >= 2 || (traits.digits > 0 && (mayBeSpelled(traits) || mayBeShort(traits))),
  replace: (text, mark) => replaceShortAddressV4(replaceAddressV4(replaceAddressV6(text, mark), mark), mark),
};
