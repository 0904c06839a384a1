import { describe, expect, test } from 'vitest';
import { isHarmless, measure } from './traits.ts';

describe('measure', () => {
  test('counts what patterns ask for', () => {
    expect(measure('/aB3@x:=a.b-_,c %é9')).toEqual({
      digits: 2, ats: 1, colons: 1, equals: 1, quotes: 0, dots: 1, dashes: 2, slashes: 2, blanks: 1, escapes: 2, longestRun: 3, longestUpperRun: 3,
    }); // prettier-ignore
    expect(measure('abcdef-Ab')).toMatchObject({ longestRun: 6, longestUpperRun: 2 });
    expect(measure('')).toMatchObject({ digits: 0, longestRun: 0, longestUpperRun: 0 });
  });

  test('calls paths of words harmless and anything with a digit, a mark or a long mixed run not', () => {
    for (const text of ['', '/', '/en/coral-reefs/About.html', '/a:b']) expect(isHarmless(measure(text))).toBe(true);
    for (const text of ['/1', 'a@b', '%', '&', '\\', 'é', 'a=b', '::', 'TVRBdU1DNHo', 'a b']) expect(isHarmless(measure(text))).toBe(false);
  });
});
