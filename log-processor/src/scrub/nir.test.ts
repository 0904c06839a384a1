import { describe, expect, test } from 'vitest';
import { nirKey } from './nir.ts';
import { createScrubber } from './scrub.ts';

const scrub = createScrubber({});
const withKey = (body: string): string => body + String(nirKey(body)).padStart(2, '0');

describe('NIR', () => {
  test('computes the published key, with 2A as 19 and 2B as 18', () => {
    // 97 - (2550814168025 mod 97) = 38: the example of the social security
    expect(nirKey('2550814168025')).toBe(38);
    expect(nirKey('299072A004123')).toBe(97 - (2990719004123 % 97));
    expect(nirKey('299072B004123')).toBe(97 - (2990718004123 % 97));
  });

  test.each(['1840175123456', '2850578006084', '299072A004123', '799202B004123'])('finds %s with its key', (body) => {
    expect(scrub(withKey(body)).text).toBe(':nir');
    expect(scrub(`a${withKey(body)}b`).text).toBe('a:nirb');
  });

  test('refuses fifteen digits with another key, months 13 to 19 and an order of 0', () => {
    const wrongKey = '1840175123456' + String((nirKey('1840175123456') % 97) + 1).padStart(2, '0');
    for (const text of [wrongKey, '1841375123456', '1840175123000']) expect(scrub(text).hits).not.toContain('nir');
  });
});
