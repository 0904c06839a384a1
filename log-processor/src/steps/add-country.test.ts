import { expect, test } from 'vitest';
import { createCountryOf } from './add-country.ts';

const address = (last: number) => ({ text: `192.0.2.${last}`, bytes: Uint8Array.of(192, 0, 2, last) });

test('an address has the country that the data give it, and is unknown where they give none', () => {
  const countryOf = createCountryOf(({ text }) => (text === '192.0.2.1' ? 'FR' : null));
  expect([countryOf(address(1)), countryOf(address(2))]).toEqual(['FR', 'unknown']);
});

test('what is no code of two capital letters is unknown', () => {
  for (const odd of ['', 'fr', 'FRA', '\0\0', 'F1', '--']) expect(createCountryOf(() => odd)(address(1)), odd).toBe('unknown');
});
