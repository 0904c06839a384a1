/**
 * Why the country data are read by ourselves: our look-up beside that of the package that brings the data, on the same random addresses, `node bench/countries.ts [--addresses 300000]`.
 * Both must say the same, which is checked. Half of the addresses are IPv6.
 */
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { lookUpCountry } from '../log-processor/src/countries.ts';
import { parseAddress } from '../log-processor/src/keys/parse-address.ts';
import type { Address } from '../log-processor/src/record.ts';
import { isObject } from '../test/loki-contents.ts';
import { machine, printTable, ratio } from './report.ts';

const { values } = parseArgs({ options: { addresses: { type: 'string', default: '300000' } } });

type LookUp = (address: string) => unknown;
const isLookUp = (value: unknown): value is LookUp => typeof value === 'function';

function randomAddress(index: number): Address {
  const bytes = randomBytes(8);
  const six = `2a${bytes.toString('hex', 0, 1)}:${bytes.toString('hex', 1, 3)}:${bytes.toString('hex', 3, 5)}:${bytes.toString('hex', 5, 7)}::1`;
  const address = parseAddress(index % 2 === 0 ? bytes.subarray(0, 4).join('.') : six);
  if (address === null) throw new Error('what was made as an address is one');
  return address;
}

const library: unknown = createRequire(import.meta.url)('geoip-country');
const lookup = isObject(library) ? library['lookup'] : null;
if (!isLookUp(lookup)) throw new TypeError('expected a function `lookup`');

const programs: Readonly<Record<string, (address: Address) => unknown>> = {
  'our look-up': lookUpCountry,
  geoip_country: ({ text }) => {
    const found: unknown = lookup(text);
    return isObject(found) ? found['country'] : null;
  },
};

const addresses = Array.from({ length: Number(values.addresses) }, (_, index) => randomAddress(index));
for (const program of Object.values(programs)) for (const address of addresses) program(address); // warm
const rows = Object.entries(programs).map(([name, program]) => {
  const { user, system } = process.cpuUsage();
  const answers = addresses.map(program);
  const used = process.cpuUsage();
  return { name, answers, microseconds: (used.user + used.system - user - system) / addresses.length };
});
const [ours, theirs] = rows;
if (ours === undefined || theirs === undefined || ours.answers.some((country, index) => country !== theirs.answers[index])) throw new Error('they did not say the same');
console.log(machine());
printTable(['look-up', 'CPU us an address', 'of the library'], rows.map(({ name, microseconds }) => [name, microseconds.toFixed(2), ratio(microseconds / theirs.microseconds)]));
