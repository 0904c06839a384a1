import { isUtf8 } from 'node:buffer';
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

/** The slow way: at every place the shortest piece that Node calls UTF-8. */
function decodeSlowly(bytes: Buffer): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const length = [1, 2, 3, 4].find((some) => at + some <= bytes.length && isUtf8(bytes.subarray(at, at + some)));
    text += length === undefined ? String.fromCharCode(0xef00 + bytes.readUInt8(at)) : bytes.toString('utf8', at, at + length);
    at += length ?? 1;
  }
  return text;
}

test('what is well-formed is what Node calls so', () => {
  const pieces = fc.oneof(
    fc.uint8Array({ maxLength: 6 }),
    fc.string({ unit: 'binary', maxLength: 4 }).map((text) => new Uint8Array(Buffer.from(text))),
    fc.constantFrom([0xf0, 0x8f, 0xbf, 0xbf], [0xf0, 0x90, 0x80, 0x80], [0xf4, 0x8f, 0xbf, 0xbf], [0xed, 0x9f, 0xbf], [0xee, 0x80, 0x80], [0xe0, 0x9f, 0xbf], [0xc1, 0xbf]).map((some) => Uint8Array.from(some)),
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 6 }), (some) => {
      const bytes = Buffer.concat(some);
      expect(decodeLine(bytes)).toBe(decodeSlowly(bytes));
    }),
    { numRuns: 5000 },
  );
});

test('10 MB of bad bytes are read', () => {
  expect(decodeLine(Buffer.alloc(10_000_000, 0xff))).toHaveLength(10_000_000);
});
