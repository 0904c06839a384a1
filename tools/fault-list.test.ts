/** A table of promises is worth something only while every test it names is there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { faults } from './fault-list.ts';

const root = join(import.meta.dirname, '..');

test('the list goes from R01 to R60, each once', () => {
  expect(faults.map(({ id }) => id)).toEqual(Array.from({ length: 60 }, (_, index) => `R${String(index + 1).padStart(2, '0')}`));
});

test.each(faults)('$id is held by tests that exist, or says why it does not apply', ({ tests, outcome, remark }) => {
  expect(tests.length > 0 ? outcome : remark).toMatch(/.{5,}/);
  for (const [file, name] of tests) expect(readFileSync(join(root, file), 'utf8'), `${file}: ${name}`).toContain(name);
});
