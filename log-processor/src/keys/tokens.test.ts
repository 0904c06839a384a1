import { createHash, createHmac, createSecretKey, randomBytes } from 'node:crypto';
import CryptoJS from 'crypto-js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAddress } from './parse-address.ts';
import { clientToken, visitorToken } from './tokens.ts';

const secret = randomBytes(32);
const key = createSecretKey(secret);
const site = 'www.ocean-body.example';
const agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

function bytesOf(text: string): Uint8Array {
  const address = parseAddress(text);
  if (address === null) throw new Error('expected an address');
  return address.bytes;
}

/** The definition of the design once more, on another library and another way to build the message. */
function reference(secretBytes: Uint8Array, fields: readonly Uint8Array[]): string {
  const message = fields.map((field) => {
    const length = field.length.toString(16).padStart(8, '0');
    return length + Buffer.from(field).toString('hex');
  });
  const words = CryptoJS.enc.Hex.parse(message.join(''));
  return CryptoJS.HmacSHA256(words, CryptoJS.enc.Hex.parse(Buffer.from(secretBytes).toString('hex'))).toString();
}

const text = (value: string) => new TextEncoder().encode(value);
const anyBytes = fc.oneof(fc.uint8Array({ minLength: 4, maxLength: 4 }), fc.uint8Array({ minLength: 8, maxLength: 8 }));
const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.string({ minLength: 5000, maxLength: 20_000 }));

describe('tokens are what the design says, by an independent implementation', () => {
  test('visitors', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), anyText, anyBytes, anyText, (keyBytes, name, address, userAgent) => {
        const expected = reference(keyBytes, [text('visitor'), text(name), address, text(userAgent)]).slice(0, 32);
        expect(visitorToken(createSecretKey(keyBytes), name, address, userAgent)).toBe(expected);
      }),
      { numRuns: 60 },
    );
  });

  test('clients', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), anyText, anyBytes, (keyBytes, name, address) => {
        const expected = reference(keyBytes, [text('client'), text(name), address]).slice(0, 16);
        expect(clientToken(createSecretKey(keyBytes), name, address)).toBe(expected);
      }),
      { numRuns: 60 },
    );
  });

  test('a user agent of a megabyte, and what follows it', () => {
    const long = 'é'.repeat(1_000_000);
    const address = bytesOf('192.0.2.1');
    const expected = createHmac('sha256', secret).update(message([text('visitor'), text(site), address, text(long)])).digest('hex').slice(0, 32);
    expect(visitorToken(key, site, address, long)).toBe(expected);
    expect(visitorToken(key, site, address, agent)).toBe(reference(secret, [text('visitor'), text(site), address, text(agent)]).slice(0, 32));
  });

  test('a field cannot lend letters to its neighbour, and a visitor is no client', () => {
    const address = bytesOf('192.0.2.1');
    expect(visitorToken(key, 'a', address, 'bc')).not.toBe(visitorToken(key, 'ab', address, 'c'));
    expect(visitorToken(key, site, Uint8Array.of(65, 66, 67, 68), 'x')).not.toBe(visitorToken(key, `${site}A`, Uint8Array.of(66, 67, 68), 'x'));
    expect(visitorToken(key, site, address, '').slice(0, 16)).not.toBe(clientToken(key, site, address));
  });

  test('v4-mapped is its IPv4, and a /64 is one visitor', () => {
    const token = (address: string) => visitorToken(key, site, bytesOf(address), agent);
    expect(token('::ffff:192.0.2.7')).toBe(token('192.0.2.7'));
    expect(token('2001:db8:1:2::1')).toBe(token('2001:db8:1:2:ffff::9'));
    expect(token('2001:db8:1:2::1')).not.toBe(token('2001:db8:1:3::1'));
  });
});

function message(fields: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    fields.flatMap((field) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(field.length);
      return [length, field];
    }),
  );
}

const networks = ['192.0.2.', '198.51.100.', '203.0.113.'];
const dictionary = networks.flatMap((network) => Array.from({ length: 256 }, (_, host) => `${network}${host}`));
const victims = ['192.0.2.9', '198.51.100.77', '203.0.113.255'];

/** What somebody without the key would hash for one address: every way to write it, alone and with all that is public. */
function* guesses(address: string): Generator<Buffer> {
  const bytes = Buffer.from(bytesOf(address));
  const forms = [Buffer.from(address), bytes, Buffer.from(bytes.toString('hex')), Buffer.from(String(bytes.readUInt32BE(0))), Buffer.from(`::ffff:${address}`)];
  for (const form of forms) {
    yield form;
    for (const gap of ['', '|', ' ']) {
      yield Buffer.concat([form, Buffer.from(gap + agent)]);
      yield Buffer.concat([Buffer.from(site + gap), form, Buffer.from(gap + agent)]);
      yield Buffer.concat([Buffer.from('2026-09-27' + gap), form]);
    }
  }
  yield message([text('visitor'), text(site), bytes, text(agent)]);
  yield message([text('client'), text(site), bytes]);
}

const hashes = ['md5', 'sha1', 'sha256', 'sha512', 'blake2b512', 'blake2s256'];
const weakKeys: readonly Uint8Array[] = ['', '2026-09-27', 'localhost', site, 'secret', 'changeme', 'tidewatch'].map(text).concat(new Uint8Array(32));

/** The addresses found behind tokens; a token counts as found by its first 64 bits anywhere in a digest, so by every truncation down to there. */
function attack(tokens: readonly string[], keys: readonly Uint8Array[], tryHashes: boolean): Set<string> {
  const needles = tokens.map((token) => token.slice(0, 16));
  const found = new Set<string>();
  for (const address of dictionary) {
    for (const guess of guesses(address)) {
      const digests = keys.map((known) => createHmac('sha256', known).update(guess).digest('hex'));
      if (tryHashes) for (const hash of hashes) digests.push(createHash(hash).update(guess).digest('hex'));
      if (digests.some((digest) => needles.some((needle) => digest.includes(needle)))) found.add(address);
    }
  }
  return found;
}

describe('T3: an attacker with the whole address space', () => {
  const tokens = victims.flatMap((victim) => [visitorToken(key, site, bytesOf(victim), agent), clientToken(key, site, bytesOf(victim))]);

  test('without the key finds nobody', () => {
    expect([...attack(tokens, weakKeys, true)]).toEqual([]);
  });

  test('T3b: with the key finds everybody (so the attack works, and tokens are pseudonyms while the key lives)', () => {
    expect([...attack(tokens, [secret], false)].sort()).toEqual([...victims].sort());
  });
});

describe('T4: tokens of different days or sites cannot be joined', () => {
  test.each([
    ['another day', (address: Uint8Array) => visitorToken(nextKey, site, address, agent)],
    ['another site', (address: Uint8Array) => visitorToken(key, 'intranet.example', address, agent)],
  ])('%s: every bit agrees as often as chance has it', (_name, other) => {
    let [equal, agreeing, bits] = [0, 0, 0];
    for (const address of dictionary) {
      const [left, right] = [visitorToken(key, site, bytesOf(address), agent), other(bytesOf(address))];
      if (left === right) equal += 1;
      const difference = (BigInt(`0x${left}`) ^ BigInt(`0x${right}`)).toString(2).replaceAll('0', '').length;
      agreeing += 128 - difference;
      bits += 128;
    }
    expect(equal).toBe(0);
    const sigmas = Math.abs(agreeing - bits / 2) / Math.sqrt(bits / 4);
    expect(sigmas).toBeLessThan(5);
  });
});
const nextKey = createSecretKey(randomBytes(32));
