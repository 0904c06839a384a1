import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitPattern } from './split-pattern.ts';

const line = fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom('', 'a', 'ab', 'a+b', '😀', '😁', '$', '^a', 'a\nb'));

test('a pattern divides different lines into two heaps, none of them empty', () => {
  fc.assert(
    fc.property(fc.uniqueArray(line, { minLength: 2, maxLength: 20 }), (lines) => {
      const pattern = new RegExp(splitPattern(lines), 'su');
      const matching = lines.filter((each) => pattern.test(each));
      expect(matching.length).toBeGreaterThan(0);
      expect(matching.length).toBeLessThan(lines.length);
    }),
  );
});

test('a pattern for equal lines matches that line and nothing longer', () => {
  const pattern = new RegExp(splitPattern(['a.b', 'a.b']), 'su');
  expect(['a.b', 'a.bc', 'axb', 'a.'].map((each) => pattern.test(each))).toEqual([true, false, false, false]);
});
