import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import ipaddr from 'ipaddr.js';
import { expect, test } from 'vitest';
import { lookUpCountry as lookUpParsed, openCountries } from './countries.ts';
import { parseAddress } from './keys/parse-address.ts';

const dataFolder = resolve(import.meta.dirname, '../../../shared/data');
const hasData = existsSync(join(dataFolder, 'seart-ghs-2024/access.csv'));
const module = join(import.meta.dirname, 'countries.ts');

function lookUpCountry(text: string): string | null {
  const address = parseAddress(text);
  return address === null ? null : lookUpParsed(address);
}

test('the shared data is there wherever CI runs', () => expect(hasData || process.env.CI !== 'true').toBe(true));

test('private, reserved and documentation addresses, and what is no address, have no country', () => {
  const none = ['192.0.2.1', '198.51.100.1', '203.0.113.1', '10.0.0.1', '127.0.0.1', '169.254.0.1', '255.255.255.255', '2001:db8::1', '::1', 'fe80::1', 'unix:', '', 'x', '999.1.1.1'];
  for (const address of none) expect(lookUpCountry(address), address).toBeNull();
});

/** Runs code in a process of its own, where the network is a mistake; gives back all that it printed. */
function runApart(code: string, environment: Record<string, string> = {}): string {
  const guard = `
    import net from 'node:net'; import dns from 'node:dns'; import http from 'node:http'; import https from 'node:https'; import child from 'node:child_process';
    const refuse = () => { process.stdout.write('NETWORK'); process.exit(9); };
    net.Socket.prototype.connect = refuse; dns.lookup = refuse; http.request = refuse; https.request = refuse; https.get = refuse; child.exec = refuse; child.spawn = refuse; globalThis.fetch = refuse;
    const { lookUpCountry } = await import(${JSON.stringify(module)});
    ${code}`;
  return execFileSync(process.execPath, ['--input-type=module', '-e', guard], { env: { ...process.env, ...environment }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: 30_000 });
}

test('it prints nothing, asks nobody and keeps no process alive', () => {
  // 8.8.8.0/24 is a public resolver's, nobody's home.
  expect(runApart(`if (lookUpCountry({ text: '8.8.8.8', bytes: Uint8Array.of(8, 8, 8, 8) }) !== 'US') process.stdout.write('no country');`)).toBe('');
});

type Network = { readonly first: bigint; readonly last: bigint; readonly bits: 4 | 6; readonly country: string };

/** The networks of MaxMind's own test database; IPv6 by its upper 64 bits, as the library keeps it. */
function readNetworks(): Network[] {
  const written: unknown = JSON.parse(readFileSync(join(dataFolder, 'peer-maxmind-db/source-data/GeoLite2-Country-Test.json'), 'utf8'));
  if (!Array.isArray(written)) throw new TypeError('expected a list');
  return written.flatMap((entry: Record<string, { country?: { iso_code: string } }>) =>
    Object.entries(entry).flatMap(([network, { country }]) => {
      const [address, length] = ipaddr.parseCIDR(network);
      const version = address.kind() === 'ipv4' ? 4 : 6;
      const width = version === 4 ? 32 : 64;
      const first = BigInt(`0x${Buffer.from(address.toByteArray().slice(0, 8)).toString('hex')}`);
      const last = first + (1n << BigInt(width - length)) - 1n;
      return country === undefined ? [] : [{ first, last, bits: version, country: country.iso_code } as const];
    }),
  );
}

function text(number: bigint, bits: 4 | 6): string {
  const bytes = Buffer.from(number.toString(16).padStart(bits === 4 ? 8 : 16, '0'), 'hex');
  return bits === 4 ? bytes.join('.') : `${(bytes.toString('hex').match(/.{4}/g) ?? []).join(':')}::1`;
}

test.skipIf(!hasData)("MaxMind's test networks, in the library's own form, come out exactly at both ends and on neither side (skipped without the shared data)", () => {
  const networks = readNetworks();
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-countries-'));
  try {
    for (const [bits, name] of [[4, 'geoip-country.dat'], [6, 'geoip-country6.dat']] as const) {
      const records = networks.filter((network) => network.bits === bits).toSorted((a, b) => (a.first < b.first ? -1 : 1));
      const half = bits === 4 ? 8 : 16;
      const hex = (number: bigint): string => number.toString(16).padStart(half, '0');
      writeFileSync(join(folder, name), Buffer.concat(records.map(({ first, last, country }) => Buffer.concat([Buffer.from(hex(first) + hex(last), 'hex'), Buffer.from(country)]))));
    }
    const inside = (number: bigint, bits: 4 | 6): string | null => networks.find((network) => network.bits === bits && number >= network.first && number <= network.last)?.country ?? null;
    const asked = networks.flatMap(({ first, last, bits }) => [first - 1n, first, last, last + 1n].map((number) => [text(number, bits), inside(number, bits)] as const));
    const countries = openCountries(folder);
    const answers = asked.map(([address]) => countries.lookUp(parseAddress(address)?.bytes ?? Uint8Array.of()));
    expect(networks).toHaveLength(242);
    expect(answers).toEqual(asked.map(([, country]) => country));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.skipIf(!hasData)('real addresses come out as another database said, but for a few in a hundred (skipped without the shared data)', () => {
  const csv = readFileSync(join(dataFolder, 'seart-ghs-2024/access.csv'), 'utf8');
  const told = new Map([...csv.matchAll(/'ip': '([^']+)'[^\n]*'country': \{'name': [^\n]*?'code': '([A-Z]{2})'/g)].map(([, address = '', country = '']) => [address, country]));
  let same = 0;
  for (const [address, country] of told) {
    if (lookUpCountry(address) === country) same += 1;
  }
  // Aggregates only: an address must not get into a report of a failed test.
  expect(told.size).toBeGreaterThan(360);
  expect(same / told.size).toBeGreaterThan(0.9);
});

test('one address has one country, however it is written', () => {
  const written = ['8.8.8.8', '::ffff:8.8.8.8', '::ffff:808:808', '0:0:0:0:0:ffff:808:808', '8.8.8.8:4711'];
  for (const address of written) expect(lookUpCountry(address), address).toBe('US');
});

/** Where IPv6 is given out: 2001::/16, 2400::/12, 2600::/12, 2800::/12, 2a00::/12, 2c00::/12. */
const blocks = [0x2001, 0x2400, 0x2600, 0x2800, 0x2a00, 0x2c00];

function randomSix(index: number): string {
  const block = (blocks[index % 6] ?? 0) + (index % 6 === 0 ? 0 : randomInt(16));
  return `${[block, randomInt(65_536), randomInt(65_536), randomInt(65_536)].map((group) => group.toString(16)).join(':')}::1`;
}

const randomFour = (): string => Array.from({ length: 4 }, () => randomInt(256)).join('.');

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const countryIn = (answer: unknown): unknown => (isObject(answer) ? answer['country'] : null);
type LookUp = (address: string) => unknown;
const isLookUp = (value: unknown): value is LookUp => typeof value === 'function';

test('it says of 200,000 random addresses what the package that brings the data says', () => {
  const library: unknown = createRequire(import.meta.url)('geoip-country');
  if (!isObject(library) || !isLookUp(library['lookup'])) throw new TypeError('expected the library');
  let found = 0;
  let different = 0;
  for (let index = 0; index < 200_000; index += 1) {
    const address = index % 2 === 0 ? randomFour() : randomSix(index >> 1);
    const country = countryIn(library['lookup'](address));
    if (country !== null) found += 1;
    if (lookUpCountry(address) !== country) different += 1;
  }
  expect(found).toBeGreaterThan(50_000);
  expect(different).toBe(0);
});
