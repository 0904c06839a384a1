/**
 * What somebody can do who has everything that leaves the processor, its state and its source, but not the key of the day (T3, T4); who has the
 * key too (T3b, which proves that the attack would work); and what is left of a key when its day is over (T3c).
 */
import { createHash, createHmac, hash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keyFileName } from '../src/keys/key-name.ts';
import { firefox, jsonLine, runRoad } from './road-run.ts';
import type { RoadResult } from './road-run.ts';

const dayMs = 86_400_000;
/** Tuesday noon in Paris; the keys of the day live on while nothing later was read. */
const noonMs = Date.UTC(2026, 8, 15, 10);
const days = ['2026-09-15', '2026-09-16'];
const sites = ['ocean', 'reef'];
const agents = [firefox, 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'];
const host = 'web1';

/** All of the documentation ranges, and some of a private /16. */
const documented = ['192.0.2', '198.51.100', '203.0.113'].flatMap((net) => Array.from({ length: 256 }, (_, at) => `${net}.${at}`));
const wholeSixteen = Array.from({ length: 65_536 }, (_, at) => `10.77.${at >> 8}.${at & 255}`);
const seen = [...documented, ...wholeSixteen.filter((_, at) => at % 331 === 7)];

let home = '';
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'attacker-'));
});
afterAll(() => rmSync(home, { recursive: true }));

const settings = (path: string): Record<string, unknown> => ({
  host,
  inputs: [{ name: 'main', path, start_at: 'beginning' }],
  sites: [{ name: 'ocean', server_names: ['ocean.example'], zone: 'Europe/Paris' }, { name: 'reef', server_names: ['reef.example'], zone: 'Europe/Paris' }],
});

/** Every address on every site, with an error so that its client token shows. */
const linesOf = (addresses: readonly string[], timeMs: number): string =>
  addresses.flatMap((remote_addr, at) => sites.map((site) => `${jsonLine(timeMs + at * 10, { remote_addr, server_name: `${site}.example`, status: '404', http_user_agent: agents[at % 2] ?? '' })}\n`)).join('');

/** Reads the file as far as it goes, at this time. */
const run = (folder: string, nowMs: number, randomKeys: boolean): Promise<RoadResult> =>
  runRoad({ folder, nowMs, inputs: 'followed', settings: settings(join(folder, 'access.log')), randomKeys });

/** Every hexadecimal text of 64 bits or more that came out: tokens in lines and state, hashes of file heads, proofs, receipts. */
function tokensIn({ files, entries }: RoadResult): Set<string> {
  const text = [...Object.values(files).flat(), ...[...entries].flat()].join('\n');
  return new Set(text.match(/(?<![0-9a-f])[0-9a-f]{16,}(?![0-9a-f])/g));
}

/** 16 hexadecimal digits at the start of a token, by their first two bytes: one look says no to nearly every hash. */
class Tokens {
  readonly #byStart = new Map<number, string[]>();
  readonly #maybe = new Uint8Array(65_536);

  constructor(tokens: Iterable<string>) {
    for (const token of tokens) {
      const start = Number.parseInt(token.slice(0, 8), 16);
      this.#byStart.set(start, [...(this.#byStart.get(start) ?? []), token]);
      this.#maybe[start >>> 16] = 1;
    }
  }

  /** Tokens of which 64 bits stand in the digest, from any byte on: every way to cut it short. */
  found(digest: Buffer): string[] {
    const hits: string[] = [];
    for (let at = 0; at + 8 <= digest.length; at += 1) {
      if (this.#maybe[digest.readUInt16BE(at)] === 0) continue;
      const candidates = this.#byStart.get(digest.readUInt32BE(at)) ?? [];
      const hex = digest.toString('hex', at);
      hits.push(...candidates.filter((token) => hex.startsWith(token.slice(0, 16))));
    }
    return hits;
  }
}

const bytesOf = (address: string): Buffer => Buffer.from(address.split('.').map(Number));
const field = (value: string | Buffer): Buffer => {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};
/** As design section 4 says it; written here a second time on purpose. */
const visitorMessage = (site: string, address: string, agent: string): Buffer => Buffer.concat([field('visitor'), field(site), field(bytesOf(address)), field(agent)]);
const clientMessage = (site: string, address: string): Buffer => Buffer.concat([field('client'), field(site), field(bytesOf(address))]);
const ourMessages = (address: string): Buffer[] => sites.flatMap((site) => [clientMessage(site, address), ...agents.map((agent) => visitorMessage(site, address, agent))]);

/** What others hash. */
function naiveMessages(address: string): Buffer[] {
  const bytes = bytesOf(address);
  const texts = [address, `${address}\n`, String(bytes.readUInt32BE()), bytes.toString('hex'), `::ffff:${address}`, [...bytes].reverse().join('.')];
  const salts = ['', host, ...sites, ...days, ...sites.map((site) => `${site}.example`)];
  const salted = texts.slice(0, 1).flatMap((text) => [...salts.flatMap((salt) => [salt + text, text + salt, `${salt}|${text}`, `${salt}:${text}`]), ...agents.flatMap((agent) => [text + agent, `${text}|${agent}`])]);
  const mapped = Buffer.concat([Buffer.alloc(10), Buffer.from([0xff, 0xff]), bytes]);
  return [bytes, Buffer.from(bytes).reverse(), mapped, ...[...texts, ...salted].map((text) => Buffer.from(text))];
}

const algorithms = ['md5', 'sha1', 'sha256', 'sha512', 'sha3-256', 'blake2b512', 'blake2s256'];
/** Keys without a secret: nothing, zeros, names and dates that everybody knows, what samples show. */
const weakKeys = ['', '\0'.repeat(32), host, 'localhost', ...sites, ...days, ...sites.flatMap((site) => days.map((day) => `${site}${day}`)), 'tidewatch', 'secret', 'changeme', 'sample'].map((key) => Buffer.from(key));

function* hashesOf(messages: readonly Buffer[]): Generator<Buffer> {
  for (const message of messages) for (const algorithm of algorithms) yield hash(algorithm, message, 'buffer');
}

function* macsOf(messages: readonly Buffer[], keys: readonly Buffer[], macAlgorithms: readonly string[]): Generator<Buffer> {
  for (const key of keys) for (const message of messages) for (const algorithm of macAlgorithms) yield createHmac(algorithm, key).update(message).digest();
}

/** Tokens found, by the address that gave them. */
function attack(tokens: Tokens, addresses: readonly string[], guess: (address: string) => Iterable<Buffer>): Map<string, string[]> {
  const hits = new Map<string, string[]>();
  for (const address of addresses) {
    for (const digest of guess(address)) {
      const found = tokens.found(digest);
      if (found.length > 0) hits.set(address, [...(hits.get(address) ?? []), ...found]);
    }
  }
  return hits;
}

/** Every byte below a folder, file by file. */
const filesBelow = (folder: string): Buffer[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)).filter((path) => statSync(path).isFile()).map((path) => readFileSync(path));

/** A key as itself, as text in two alphabets and two cases, at every alignment of base64. */
function spellings(key: Buffer): Buffer[] {
  const base64 = [0, 1, 2].map((offset) => Buffer.concat([Buffer.alloc(offset), key]).toString('base64').slice(offset === 0 ? 0 : offset + 1, -4));
  const texts = [key.toString('hex'), key.toString('hex').toUpperCase(), ...base64, ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'))];
  return [key, Buffer.from(key).reverse(), ...texts.flatMap((text) => [Buffer.from(text), Buffer.from(text, 'utf16le')])];
}

describe('without the key (T3)', () => {
  let tokens: Set<string>;
  let known: Tokens;
  let epochKeys: Buffer[];

  beforeAll(async () => {
    const folder = mkdtempSync(join(home, 'living-'));
    writeFileSync(join(folder, 'access.log'), linesOf(seen, noonMs));
    const result = await run(folder, noonMs + 60_000, true);
    tokens = tokensIn(result);
    known = new Tokens(tokens);
    epochKeys = sites.map((site) => readFileSync(join(folder, 'keys', keyFileName({ site, day: '2026-09-15' }))));
  });

  test('there is something to attack: a visitor and a client for every address and site', () => {
    expect(tokens.size).toBeGreaterThanOrEqual(seen.length * sites.length * 2);
    expect(new Set(epochKeys.map((key) => key.toString('hex'))).size).toBe(2);
  });

  test(`no hash of any address in the log, by ${algorithms.length} functions and in every way to write and salt it, is part of any token`, { timeout: 120_000 }, () => {
    expect([...attack(known, seen, (address) => hashesOf([...naiveMessages(address), ...ourMessages(address)]))]).toEqual([]);
  });

  test(`no HMAC with any of ${weakKeys.length} keys that are no secret either`, { timeout: 120_000 }, () => {
    const guess = (address: string): Iterable<Buffer> => macsOf([...naiveMessages(address).slice(0, 6), ...ourMessages(address)], weakKeys, ['md5', 'sha1', 'sha256', 'sha512', 'blake2b512']);
    expect([...attack(known, seen.filter((_, at) => at % 6 === 0), guess)]).toEqual([]);
  });

  test('nor does going through a whole /16 find anything', { timeout: 120_000 }, () => {
    const guess = function* (address: string): Generator<Buffer> {
      const messages = [Buffer.from(address), bytesOf(address), clientMessage('ocean', address)];
      yield* hashesOf(messages);
      yield* macsOf(messages.slice(2), weakKeys.slice(0, 3), ['sha256']);
    };
    expect([...attack(known, wholeSixteen, guess)]).toEqual([]);
  });

  test('the same attack with a hash for a token finds it, cut in any way: it is not blind', () => {
    const leaky = [hash('sha1', '192.0.2.7', 'hex').slice(0, 16), createHash('sha512').update('203.0.113.9ocean').digest('hex').slice(40, 72), createHmac('sha256', '2026-09-15').update(clientMessage('reef', '10.77.0.7')).digest('hex').slice(0, 32)];
    const found = attack(new Tokens(leaky), ['192.0.2.7', '192.0.2.8', '203.0.113.9', '10.77.0.7'], function* (address) {
      yield* hashesOf(naiveMessages(address));
      yield* macsOf(ourMessages(address), weakKeys, ['sha256']);
    });
    expect([...found.keys()]).toEqual(['192.0.2.7', '203.0.113.9', '10.77.0.7']);
  });

  test('with the key every address is found, which is why they are called pseudonymised (T3b)', { timeout: 120_000 }, () => {
    const found = attack(known, seen, (address) => macsOf(ourMessages(address), epochKeys, ['sha256']));
    expect([...found.keys()]).toEqual(seen);
    for (const [, hits] of found) expect(new Set(hits).size).toBeGreaterThanOrEqual(2 * sites.length);
  });
});

describe('when the day is over (T3c)', () => {
  test('the key is nowhere: not in the key folder, not in the state, not in any output', async () => {
    const folder = mkdtempSync(join(home, 'dead-'));
    const paths = sites.map((site) => join(folder, 'keys', keyFileName({ site, day: '2026-09-15' })));
    writeFileSync(join(folder, 'access.log'), linesOf(seen.slice(0, 50), noonMs));
    await run(folder, noonMs + 60_000, true);
    const keys = paths.map((path) => readFileSync(path));
    const holding = (): number => filesBelow(folder).filter((file) => keys.some((key) => spellings(key).some((spelling) => file.includes(spelling)))).length;
    expect(keys.map((key) => key.length)).toEqual([32, 32]);
    expect(holding()).toBe(sites.length); // the search sees them while they live, and in their own files only

    writeFileSync(join(folder, 'access.log'), linesOf(seen.slice(0, 50), noonMs + dayMs), { flag: 'a' });
    const { counters } = await run(folder, noonMs + dayMs + 60_000, true);
    expect(counters.filter((line) => line.startsWith('logproc_keys_destroyed_total'))).toEqual(sites.map((site) => `logproc_keys_destroyed_total{site="${site}"} 1`));
    expect(paths.map((path) => existsSync(path))).toEqual([false, false]);
    expect(holding()).toBe(0);
  });

  test('and the search finds a key in each of its spellings', () => {
    const key = Buffer.from(Array.from({ length: 32 }, (_, at) => at * 7 + 3));
    const hidden = [key, key.toString('hex'), key.toString('base64'), key.toString('base64url'), Buffer.concat([Buffer.from('ab'), key, Buffer.from('c')]).toString('base64'), Buffer.from(key.toString('hex'), 'utf16le')];
    for (const text of hidden) expect(spellings(key).some((spelling) => Buffer.concat([Buffer.from('x'), Buffer.from(text), Buffer.from('y')]).includes(spelling))).toBe(true);
  });
});

describe('one visitor on two days and two sites (T4)', () => {
  /** site -> day -> tokens in the order of the addresses */
  const shown = new Map<string, string[]>();

  beforeAll(async () => {
    const folder = mkdtempSync(join(home, 'unlinkable-'));
    writeFileSync(join(folder, 'access.log'), linesOf(seen, noonMs) + linesOf(seen, noonMs + dayMs));
    const { files } = await run(folder, noonMs + dayMs + 60_000, false);
    for (const line of files['access'] ?? []) {
      const [, day = '', site = '', visitor = ''] = /^\{"time":"(.{10}).*?"site":"(\w+)".*?"visitor":"(\w+)"/.exec(line) ?? [];
      shown.set(`${site} ${day}`, [...(shown.get(`${site} ${day}`) ?? []), visitor]);
    }
  });

  test('has four tokens that share nothing', () => {
    expect([...shown.keys()].sort()).toEqual(sites.flatMap((site) => days.map((day) => `${site} ${day}`)));
    expect([...shown.values()].map((tokens) => tokens.length)).toEqual([seen.length, seen.length, seen.length, seen.length]);
    expect(new Set([...shown.values()].flat()).size).toBe(4 * seen.length);
    expect(new Set([...shown.values()].flat().map((token) => token.slice(0, 16))).size).toBe(4 * seen.length);
  });

  test('cannot be told from a stranger by what two tokens have in common', () => {
    const lists = [...shown.values()];
    const bits = (token: string): bigint => BigInt(`0x${token}`);
    const ones = (value: bigint): number => value.toString(2).replaceAll('0', '').length;
    for (const [at, first] of lists.entries()) {
      for (const second of lists.slice(at + 1)) {
        const differing = first.reduce((sum, token, index) => sum + ones(bits(token) ^ bits(second[index] ?? '0')), 0);
        const coins = first.length * 128;
        // five standard deviations of a fair coin
        expect(Math.abs(differing - coins / 2)).toBeLessThan((5 * Math.sqrt(coins)) / 2);
      }
    }
  });

  test('nor by the order of the tokens', () => {
    const ranks = (tokens: readonly string[]): number[] => tokens.map((token) => Number.parseInt(token.slice(0, 8), 16) / 2 ** 32 - 0.5);
    const lists = [...shown.values()].map(ranks);
    for (const [at, first] of lists.entries()) {
      for (const second of lists.slice(at + 1)) {
        const covariance = first.reduce((sum, value, index) => sum + value * (second[index] ?? 0), 0) / first.length;
        expect(Math.abs(covariance * 12)).toBeLessThan(5 / Math.sqrt(first.length));
      }
    }
  });
});
