import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAddress } from '../keys/parse-address.ts';
import { createProxyTrust } from './trust-proxy.ts';

const trusting = (...trusted: string[]): ((peer: string, forwardedFor: string) => string | null) => {
  const clientOf = createProxyTrust({ trusted, parseAddress });
  return (peer, forwardedFor) => clientOf(peer, forwardedFor)?.text ?? null;
};

test('without trusted proxies the peer is the client, whatever it claims', () => {
  const clientOf = trusting();
  expect(clientOf('192.0.2.1', '')).toBe('192.0.2.1');
  expect(clientOf('192.0.2.1', '203.0.113.9')).toBe('192.0.2.1');
  expect(clientOf('2001:db8::1', '203.0.113.9, 192.0.2.1')).toBe('2001:db8::1');
});

describe('behind trusted proxies', () => {
  const clientOf = trusting('192.0.2.0/25', '2001:db8:a::/48', '198.51.100.7', 'unix:');
  test.each([
    ['no header', '192.0.2.1', '', '192.0.2.1'],
    ['one address', '192.0.2.1', '203.0.113.9', '203.0.113.9'],
    ['a spoofed left part', '192.0.2.1', '198.51.100.1, 203.0.113.8, 203.0.113.9', '203.0.113.9'],
    ['a spoofed trusted address left of the client', '192.0.2.1', '192.0.2.9, 203.0.113.9', '203.0.113.9'],
    ['a chain of trusted proxies', '192.0.2.1', '203.0.113.9, 198.51.100.7, 192.0.2.77', '203.0.113.9'],
    ['only trusted addresses: the outermost', '192.0.2.1', '198.51.100.7,192.0.2.3', '198.51.100.7'],
    ['IPv6', '2001:db8:a:1::1', '2001:db8:b::2, 2001:db8:a::3', '2001:db8:b::2'],
    ['a v4-mapped proxy', '::ffff:192.0.2.1', '203.0.113.9', '203.0.113.9'],
    ['a v4-mapped proxy in hexadecimal', '::ffff:c000:201', '203.0.113.9', '203.0.113.9'],
    ['ports', '192.0.2.1', '203.0.113.9:4711, 192.0.2.5:80', '203.0.113.9'],
    ['ports of IPv6', '192.0.2.1', '[2001:db8:b::2]:4711', '2001:db8:b::2'],
    ['garbage at the right end stops at the proxy', '192.0.2.1', '203.0.113.9, unknown', '192.0.2.1'],
    ['garbage further left stops at the last trusted one', '192.0.2.1', '203.0.113.9, x, 198.51.100.7', '198.51.100.7'],
    ['a socket named in the header is garbage', '192.0.2.1', '203.0.113.9, unix:', '192.0.2.1'],
    ['empty entries are skipped', '192.0.2.1', ', 203.0.113.9 ,, ,', '203.0.113.9'],
    ['nothing but commas', '192.0.2.1', ' , ,', '192.0.2.1'],
    ['a unix socket', 'unix:', '203.0.113.9', '203.0.113.9'],
    ['an untrusted peer', '203.0.113.1', '203.0.113.9', '203.0.113.1'],
    ['one beside the network', '192.0.2.128', '203.0.113.9', '192.0.2.128'],
    ['one beside the address', '198.51.100.8', '203.0.113.9', '198.51.100.8'],
  ])('%s', (_, peer, forwardedFor, client) => expect(clientOf(peer, forwardedFor)).toBe(client));

  test('a unix socket with nothing behind it has no address', () => {
    for (const header of ['', 'garbage', ' , ']) expect(clientOf('unix:', header)).toBeNull();
    expect(trusting()('unix:', '203.0.113.9')).toBeNull();
    expect(trusting('192.0.2.0/24')('unix:', '203.0.113.9')).toBeNull();
  });

  test('a peer that is no address has none', () => {
    for (const peer of ['', '-', 'localhost', '192.0.2', '192.0.2.256']) expect(clientOf(peer, '203.0.113.9')).toBeNull();
  });

  test('whatever an untrusted client sends, the proxy that wrote the right end decides', () => {
    const entry = fc.oneof(fc.ipV4(), fc.ipV6(), fc.string(), fc.constant('192.0.2.1'));
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 6 }), (spoofed) => {
        expect(clientOf('192.0.2.1', [...spoofed, '203.0.113.9', '192.0.2.8'].join(', '))).toBe('203.0.113.9');
      }),
    );
  });

  test('long lists take no time worth speaking of', () => {
    const began = performance.now();
    clientOf('192.0.2.1', '192.0.2.2,'.repeat(200_000));
    clientOf('192.0.2.1', ','.repeat(1_000_000));
    expect(performance.now() - began).toBeLessThan(3000);
  });
});

test('more peers than are remembered change nothing', () => {
  const clientOf = trusting('10.0.0.0/8');
  for (let number = 0; number < 45_000; number += 1) {
    const peer = `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`;
    if (clientOf(peer, '203.0.113.9') !== '203.0.113.9') throw new Error(`peer ${number} was not trusted`);
  }
});

test('a wrong list stops the start and names every wrong entry', () => {
  for (const entry of ['192.0.2.0/33', '2001:db8::/129', 'localhost', '192.0.2.0/', '192.0.2.0/8/8', '192.0.2.0/-1', '', 'unix:/a']) {
    expect(() => trusting('192.0.2.1', entry), entry).toThrow(TypeError);
  }
  expect(() => trusting('one', '192.0.2.1', 'two')).toThrow(/one, two$/);
});
