import { isIP } from 'node:net';
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, test } from 'vitest';
import { parseAddress } from './parse-address.ts';

const hex = (text: string) => {
  const address = parseAddress(text);
  return address === null ? null : Buffer.from(address.bytes).toString('hex');
};

describe('addresses that are read', () => {
  test.each([
    ['192.0.2.1', 'c0000201', '192.0.2.1'],
    ['0.0.0.0', '00000000', '0.0.0.0'],
    ['255.255.255.255', 'ffffffff', '255.255.255.255'],
    ['198.51.100.7:5678', 'c6336407', '198.51.100.7'],
    [' 198.51.100.7\t', 'c6336407', '198.51.100.7'],
    ['::ffff:203.0.113.9', 'cb007109', '203.0.113.9'],
    ['::FFFF:cb00:7109', 'cb007109', '203.0.113.9'],
    ['[::ffff:203.0.113.9]:80', 'cb007109', '203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', '20010db800010002', '2001:db8:1:2:3:4:5:6'],
    ['2001:DB8::', '20010db800000000', '2001:DB8::'],
    ['[2001:db8::1]', '20010db800000000', '2001:db8::1'],
    ['[2001:db8::1]:443', '20010db800000000', '2001:db8::1'],
    ['[2001:db8::1%eth0]:443', '20010db800000000', '2001:db8::1'],
    ['2001:db8::1%25', '20010db800000000', '2001:db8::1'],
    ['::1', '0000000000000000', '::1'],
    ['2001:db8::192.0.2.1', '20010db800000000', '2001:db8::192.0.2.1'],
  ])('%j', (text, bytes, alone) => {
    expect([hex(text), parseAddress(text)?.text]).toEqual([bytes, alone]);
  });
});

describe('texts that are none', () => {
  test.each([
    '', ' ', '-', 'unknown', 'unix:', '_hidden', '192.0.2', '192.0.2.', '.192.0.2.1', '192.0.2.1.', '192.0.2.1.5', '192..2.1', '192.0.2.256', '192.0.2.01',
    '0300.0.2.1', '0xc0.0.2.1', '3221225985', '192.0.2.1/24', '192.0.2.-1', '192.0.2.1e', '192.0.2.+1', '192.0.2.1:', '192.0.2.1:65536', '192.0.2.1:123456',
    '192.0.2.1:8a', '192.0.2.1:-1', '192.0.2.1%eth0', '[192.0.2.1]', '[192.0.2.1]:80', '[::1', '::1]', '[]', '[::1]:', '[::1]:99999', '[::1]80', '[[::1]]',
    ':::', '2001:db8::1::2', '2001:db8', '12345::', '::g', '%', '%eth0', '::1%', '::ffff:192.0.2.01', '::ffff:192.0.2.256', '\u0661.0.2.1', '192.0.2.1\u0000',
    '1'.repeat(10_000), '[' + ':'.repeat(5000), 'www.ocean-body.example', 'www.ocean-body.example:80',
  ])('%j', (text) => {
    expect(parseAddress(text)).toBeNull();
  });
});

/** Texts near an address: right ones, and right ones with a letter changed. */
const nearly = fc
  .tuple(fc.oneof(fc.ipV4(), fc.ipV6(), fc.ipV4Extended()), fc.nat(), fc.constantFrom('', '0', ':', '.', 'f', '1', 'g', '::'), fc.boolean())
  .map(([text, place, letter, replace]) => {
    const at = place % (text.length + 1);
    return text.slice(0, at) + letter + text.slice(at + (replace ? 1 : 0));
  })
  .filter((text) => !/^[^:]*\.[^:]*:\d+$/.test(text)); // an IPv4 address with a port is more than node:net reads

describe('agrees with two other implementations', () => {
  test('a text is an address exactly where node:net says so', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), nearly, (address, text) => {
        expect(isIP(address)).not.toBe(0);
        for (const asked of [address, text]) expect(parseAddress(asked) !== null).toBe(isIP(asked) !== 0);
      }),
      { numRuns: 5000 },
    );
  });

  test('the bytes are those of ipaddr.js, and the text gives them again', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const all = ipaddr.process(text).toByteArray();
        expect(hex(text)).toBe(Buffer.from(all.length === 4 ? all : all.slice(0, 8)).toString('hex'));
        expect(hex(parseAddress(text)!.text)).toBe(hex(text));
      }),
      { numRuns: 3000 },
    );
  });

  test('with brackets, a zone or a port the bytes stay the same', () => {
    fc.assert(
      fc.property(fc.ipV6(), fc.nat({ max: 65_535 }), (text, port) => {
        for (const form of [`[${text}]`, `[${text}]:${port}`, `${text}%eth0`, ` ${text} `]) expect(hex(form)).toBe(hex(text));
      }),
    );
    fc.assert(fc.property(fc.ipV4(), fc.nat({ max: 65_535 }), (text, port) => {
        expect(hex(`${text}:${port}`)).toBe(hex(text));
      }),
    );
  });

  test('nothing ever throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseAddress(text)));
  });
});
