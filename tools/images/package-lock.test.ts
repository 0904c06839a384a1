/** `npm ci` checks what it downloads only where package-lock.json has a sum for it: every package has one. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { at, object } from '../../test/compose/compose-file.ts';

const withoutSum = (packages: Readonly<Record<string, unknown>>): string[] => Object.keys(packages).filter((path) => path !== '' && !/^sha512-/.test(String(at(packages[path], 'integrity'))));

test('every package of package-lock.json has its sum', () => {
  const lock: unknown = parse(readFileSync(join(import.meta.dirname, '..', '..', 'package-lock.json'), 'utf8'));
  const packages = object(at(lock, 'packages'));
  expect(Object.keys(packages).length).toBeGreaterThan(100);
  expect(withoutSum(packages)).toEqual([]);
  expect(withoutSum({ ...packages, 'node_modules/express': { version: '5.3.0' } })).toEqual(['node_modules/express']);
});
