import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeLine } from './decode-line.ts';

test('valid UTF-8 is decoded as such', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(decodeLine(Buffer.from(text))).toBe(text);
    }),
  );
});

test('a bad byte becomes one private-use character, the good ones beside it stay what they are', () => {
  expect(decodeLine(Buffer.from('a\xff\xe9b', 'latin1'))).toBe('a\uefff\uefe9b');
  expect(decodeLine(Buffer.concat([Buffer.from('é😀'), Buffer.from([0x80]), Buffer.from('日')]))).toBe('é😀\uef80日');
  // Overlong, surrogate, cut off, beyond Unicode.
  for (const bad of [[0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x82], [0xf4, 0x90, 0x80, 0x80], [0xfe]]) {
    expect(decodeLine(Buffer.from(bad))).toBe(bad.map((byte) => String.fromCharCode(0xef00 + byte)).join(''));
  }
});

test('different bytes never become the same text, unless somebody sends our private-use characters', () => {
  const anyBytes = fc.uint8Array({ maxLength: 12 });
  fc.assert(
    fc.property(anyBytes, anyBytes, (one, other) => {
      fc.pre(Buffer.compare(one, other) !== 0);
      expect(decodeLine(one)).not.toBe(decodeLine(other));
    }),
    { numRuns: 2000 },
  );
});

test('a field reads the same whatever stands beside it', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20 }), fc.uint8Array({ maxLength: 20 }), (left, right) => {
      expect(decodeLine(Buffer.concat([left, Buffer.from('"'), right]))).toBe(`${decodeLine(left)}"${decodeLine(right)}`);
    }),
    { numRuns: 1000 },
  );
});

test('10 MB of bad bytes take no time worth speaking of', () => {
  const began = performance.now();
  expect(decodeLine(Buffer.alloc(10_000_000, 0xff))).toHaveLength(10_000_000);
  expect(performance.now() - began).toBeLessThan(20_000);
});
