import { expect, test } from 'vitest';
import { compareRotated, isRotatedName } from './rotated-name.ts';

test.each([
  ['access.log.1', true],
  ['access.log.12.gz', true],
  ['access.log-20260101', true],
  ['access.log-20260101.gz', true],
  ['access.log-2026-01-01T00:00:00', true],
  ['access.log.gz', true],
  ['access.log.old', true],
  ['access-20260101.log', true],
  ['access.1.log.gz', true],
  ['access.log', false],
  ['access.json.log', false],
  ['access2.log', false],
  ['access.log2', false],
  ['access.log.swp', false],
  ['error.log.1', false],
])('%s is a rotated access.log: %s', (name, rotated) => {
  expect(isRotatedName(name, 'access.log')).toBe(rotated);
});

test('orders numbers backwards, dates forwards, and the rest by the last change', () => {
  const sorted = (...names: [string, number][]) =>
    names.map(([name, modifiedMs]) => ({ name, modifiedMs })).sort(compareRotated).map(({ name }) => name);
  expect(sorted(['a.log.2.gz', 9], ['a.log.10.gz', 8], ['a.log.1', 1])).toEqual(['a.log.10.gz', 'a.log.2.gz', 'a.log.1']);
  expect(sorted(['a.log-20260102', 1], ['a.log-20260101.gz', 9])).toEqual(['a.log-20260101.gz', 'a.log-20260102']);
  expect(sorted(['a.log.old', 5], ['a.log.1', 2])).toEqual(['a.log.1', 'a.log.old']);
});
