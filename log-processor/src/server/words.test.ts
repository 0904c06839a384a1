import { describe, expect, test } from 'vitest';
import { bytes, count, countryName, duration, few, percent } from './words.ts';

describe('words', () => {
  test.each([[0, '0 s'], [59.4, '59 s'], [59.5, '1 min 0 s'], [95, '1 min 35 s'], [3600, '1 h 0 min'], [86_400, '24 h 0 min'], [172_800, '2 days']])('%d seconds are %s', (seconds, said) => {
    expect(duration(seconds)).toBe(said);
  });
  test.each([[0, '0 B'], [1023, '1023 B'], [1024, '1.0 KiB'], [64 * 1024 ** 2, '64.0 MiB'], [500 * 1024, '500 KiB'], [2 ** 60, '1048576 TiB']])('%d bytes are %s', (value, said) => {
    expect(bytes(value)).toBe(said);
  });
  test('nothing of nothing is a dash', () => {
    expect([percent(1, 3), percent(0, 0), percent(1, 1000), percent(0, 5)]).toEqual(['33 %', '–', '< 1 %', '0 %']);
  });
  test('numbers are grouped', () => {
    expect(count(1_234_567)).toBe('1,234,567');
  });
  test('few people are not counted out', () => {
    expect([few(0, 5), few(1, 5), few(4, 5), few(5, 5), few(1, 1)]).toEqual(['0', 'under 5', 'under 5', '5', '1']);
  });
  test.each([['FR', 'France'], ['unknown', 'unknown'], ['other', 'other'], ['QQ', 'QQ']])('country %s is %s', (code, said) => {
    expect(countryName(code)).toBe(said);
  });
});
