/** IP addresses of both families in every plain spelling: the one thing that must never pass. */
import { mayBeAddressV4, replaceAddressV4 } from './address-v4.ts';
import { mayBeShortAddressV4, replaceShortAddressV4 } from './address-v4-short.ts';
import { mayBeAddressV6, replaceAddressV6 } from './address-v6.ts';
import type { Pattern } from './pattern.ts';


/** IPv6 first, because its last four bytes may be written as IPv4. */
export const address: Pattern<'address'> = {
  name: 'address',
  mayHit: (traits) => mayBeAddressV6(traits) || mayBeAddressV4(traits) || mayBeShortAddressV4(traits),
  replace(text, mark, traits) {
    const withoutV6 = mayBeAddressV6(traits) ? replaceAddressV6(text, mark, traits) : text;
    const withoutV4 = mayBeAddressV4(traits) ? replaceAddressV4(withoutV6, mark, traits) : withoutV6;
    return mayBeShortAddressV4(traits) ? replaceShortAddressV4(withoutV4, mark) : withoutV4;
  },
};
