import { expect, test } from 'vitest';
import { createCountryOf } from './add-country.ts';

test('a country is looked up once for each address', () => {
  const asked: string[] = [];
  const countryOf = createCountryOf({ lookUp: (address) => (asked.push(address), address === '192.0.2.1' ? 'FR' : null) });
  for (const address of ['192.0.2.1', '192.0.2.2', '192.0.2.1', '192.0.2.2']) countryOf(address);
  expect([countryOf('192.0.2.1'), countryOf('192.0.2.2')]).toEqual(['FR', 'unknown']);
  expect(asked).toEqual(['192.0.2.1', '192.0.2.2']);
});

test('what is no code of two capital letters is unknown', () => {
  for (const odd of ['', 'fr', 'FRA', '\0\0', 'F1', '--']) expect(createCountryOf({ lookUp: () => odd })('192.0.2.1'), odd).toBe('unknown');
});

test('a full memory forgets and still answers', () => {
  let asked = 0;
  const countryOf = createCountryOf({ lookUp: () => ((asked += 1), 'DE'), maxKnown: 2 });
  for (const address of ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.1']) expect(countryOf(address)).toBe('DE');
  expect(asked).toBe(4);
});
