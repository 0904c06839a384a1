import { describe, expect, test } from 'vitest';
import { decodeBase } from './base-encodings.ts';
import { decodeEscapes } from './escapes.ts';

describe('escapes', () => {
  test.each([
    ['%31%39', '19'],
    ['%2531', '%31'],
    ['%C3%A9', 'é'],
    ['%zz%', '%zz%'],
    ['%ff', '\ufffd'],
    ['%u0031\\u0032\\u{33}\\x34\\065', '12345'],
    ['&#49;&#x32;&commat;&#51', '12@3'],
    ['&eacute;&#1114112;', '&eacute;\ufffd'],
    ['１９２。０', '192.0'],
    ['1\u200b9\u00ad2', '192'],
  ])('%s is %s', (text, decoded) => {
    expect(decodeEscapes(text)).toBe(decoded);
  });
});

describe('base64 and hexadecimal', () => {
  const texts = (token: string): string[] => [...decodeBase(token)];

  test('are read at every alignment, glued to other characters and as UTF-16', () => {
    const address = '192.0.2.77';
    for (const prefix of ['', 'x', 'xy']) {
      expect(texts(Buffer.from(prefix + address).toString('base64')).join('|')).toContain(address);
      expect(texts(`q${Buffer.from(prefix + address).toString('base64')}`).join('|')).toContain(address);
      expect(texts(`z${prefix}${Buffer.from(address).toString('hex')}`).join('|')).toContain(address);
    }
    expect(texts(Buffer.from(address, 'utf16le').toString('base64')).join('|')).toContain(address);
  });

  test('give nothing for words', () => {
    for (const word of ['acidification', 'GreatBarrierReef', 'feedfacefeedface']) expect(texts(word)).toEqual([]);
  });
});
