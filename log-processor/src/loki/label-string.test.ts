import { describe, expect, test } from 'vitest';
import { labelString, quote } from './label-string.ts';

describe('a label string', () => {
  test('sorts its keys and leaves out empty values, which are no labels to Loki', () => {
    expect(labelString({ job: 'tidewatch', input: '', host: 'a' })).toBe('{host="a", job="tidewatch"}');
  });

  test.each([
    ['a"b\\c', '"a\\"b\\\\c"'],
    ['line\nfeed\ttab\r', '"line\\nfeed\\ttab\\r"'],
    ['\u0000\u001b\u007f', '"\\x00\\x1b\\x7f"'],
    ['é😀', '"é😀"'],
    ['lone \ud800, \ufffd', '"lone ?, ?"'],
  ])('quotes %j as Go does', (text, quoted) => {
    expect(quote(text)).toBe(quoted);
  });

  test('refuses a name that is no label name, and a stream without labels', () => {
    expect(() => labelString({ 'a-b': 'c' })).toThrow(RangeError);
    expect(() => labelString({ a: '' })).toThrow(RangeError);
  });
});
