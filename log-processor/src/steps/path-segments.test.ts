import { describe, expect, test } from 'vitest';
import { encodeSegment, foldHashedAsset, foldSegment } from './path-segments.ts';

describe('foldSegment', () => {
  test('judges a segment by itself and by those before it', () => {
    expect(foldSegment('12', [])).toBe(':id');
    expect(foldSegment('12', ['2026'])).toBe('12');
    expect(foldSegment('15', ['2026', '12'])).toBe('15');
    expect(foldSegment('15', ['12'])).toBe(':id');
    expect(foldSegment('jean', ['users'])).toBe(':name');
    expect(foldSegment('', ['users'])).toBe('');
    expect(foldSegment('1999', [])).toBe('1999');
    expect(foldSegment('2126', [])).toBe(':id');
  });

  test('keeps the placeholders of the scrubber', () => {
    expect(foldSegment('a-:email-12345', [])).toBe('a-:email-:id');
  });
});

describe('foldHashedAsset', () => {
  test('folds the hash in the name of an asset only', () => {
    expect(foldHashedAsset('chunk-vendors.4f3a2b1c.css.map')).toBe('chunk-vendors.:hash.css.map');
    expect(foldHashedAsset('3f2a9c.js')).toBe(':hash.js');
    expect(foldHashedAsset('3f2a9c.html')).toBe('3f2a9c.html');
    expect(foldHashedAsset('facade.js')).toBe('facade.js');
    expect(foldHashedAsset('.js')).toBe('.js');
  });
});

describe('encodeSegment', () => {
  test('encodes what must not stand in a template and never throws', () => {
    expect(encodeSegment('a b"\\\'\u202e\ud800é%')).toBe('a%20b%22%5C%27%E2%80%AE%EF%BF%BD%C3%A9%25');
  });
});
