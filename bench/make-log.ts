/**
 * Makes the logs that the benchmarks read, once, below the ignored folder .tidewatch/bench: seeded traffic, or a real shop's log with other addresses.
 * `node bench/make-log.ts [--lines 1000000] [--visits-per-day 100000] [--from shop]`; prints the path.
 */
import { randomBytes, createHmac } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, readSync, renameSync, fstatSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { accessLine } from '../log-processor/src/generate/access-line.ts';
import { createTraffic } from '../log-processor/src/generate/traffic.ts';

const checkout = join(import.meta.dirname, '..');
const folder = join(checkout, '.tidewatch', 'bench');
const shop = join(checkout, '..', 'shared', 'data', 'zanbil-2019', 'long-access.gz');

/** The first or only server name; very dense traffic comes from further ones, and the benchmarks configure one site for all. */
const serverName = 'ocean-body.example';
export const zone = 'Europe/Paris';

export type LogOptions = {
  readonly lines: number;
  /** People's walks begun per day; machines come on top, and a walk makes about 20 lines with everything else. */
  readonly visitsPerDay?: number;
  /** First hour of the log; the traffic follows the curve of a day. */
  readonly startHour?: number;
};

/** 12 hours make a million lines, and ten million lines still lie within the week that Loki takes. */
const usualVisitsPerDay = 100_000;
/** The generator draws ten minutes of one server at once. */
const mostPerServer = 200_000;
const batchLength = 1_048_576;

/** Seeded traffic in nginx/log-format.conf; the same lines for the same options. */
export function seededLog({ lines, visitsPerDay = usualVisitsPerDay, startHour = 0 }: LogOptions): string {
  return once(`seeded-${lines}-${visitsPerDay}-${startHour}`, function* () {
    const share = Math.ceil(visitsPerDay / mostPerServer);
    const sites = Array.from({ length: share }, (_, index) => ({ serverName: index === 0 ? serverName : `${index}.${serverName}`, zone, visitsPerDay: visitsPerDay / share }));
    const traffic = createTraffic({ seed: 'bench', sites, startMs: Date.UTC(2026, 2, 2, startHour), endMs: Infinity });
    let left = lines;
    for (const { text } of traffic.lines()) {
      if (left-- <= 0) return;
      yield text;
    }
  });
}

/** True where the real log lies beside the checkout. */
export const shopLogExists = existsSync(shop);

/**
 * 100,000 lines of a real shop (44 minutes), repeated as often as needed with the addresses of every round replaced by others of 10.0.0.0/8, under
 * a random key that nobody keeps; times, sizes of answers, paths, referrers and agents are real. The format lacks durations: they are made up.
 */
export function shopLog({ lines }: Pick<LogOptions, 'lines'>): string {
  return once(`shop-${lines}`, function* () {
    const source = gunzipSync(readFileSync(shop)).toString('latin1').split('\n');
    const key = randomBytes(32);
    const addresses = new Map<string, string>();
    const addressOf = (address: string, round: number): string => {
      const name = `${round} ${address}`;
      let other = addresses.get(name);
      if (other === undefined) {
        const digest = createHmac('sha256', key).update(name).digest();
        addresses.set(name, (other = `10.${digest[0] ?? 0}.${digest[1] ?? 0}.${digest[2] ?? 0}`));
      }
      return other;
    };
    let left = lines;
    for (let round = 0; ; round += 1) {
      for (const [index, line] of source.entries()) {
        const text = shopLine(line, index, (address) => addressOf(address, round), round * shopSpanMs);
        if (text === null) continue;
        if (left-- <= 0) return;
        yield text;
      }
    }
  });
}

const shopSpanMs = 2_640_000;
const shopFields =
  /^(?<address>\S+) \S+ \S+ \[(?<date>[^\]]+)\] "(?<request>(?:[^"\\]|\\.)*)" (?<status>\d{3}) (?<bytes>\d+) "(?<referrer>(?:[^"\\]|\\.)*)" "(?<agent>(?:[^"\\]|\\.)*)"/;
const shopDate = /^(\d\d)\/(\w{3})\/(\d{4}):(\d\d:\d\d:\d\d) ([+-]\d\d)(\d\d)$/;

function shopLine(line: string, index: number, addressOf: (address: string) => string, laterMs: number): string | null {
  const fields = shopFields.exec(line)?.groups;
  if (fields === undefined) return null;
  const field = (name: string): string => raw(fields[name] ?? '');
  const [method = '', uri = ''] = field('request').split(' ');
  return accessLine({
    timeMs: Date.parse(field('date').replace(shopDate, '$1 $2 $3 $4 GMT$5$6')) + laterMs + (index % 1000),
    remoteAddress: addressOf(field('address')),
    forwardedFor: '',
    serverName,
    method,
    uri,
    status: Number(field('status')),
    bytes: Number(field('bytes')),
    durationMs: index % 700,
    upstreamMs: index % 3 === 0 ? -1 : index % 690,
    referrer: dash(field('referrer')),
    userAgent: dash(field('agent')),
    purpose: '',
    contentType: '',
  });
}

/** What the combined format writes for nothing. */
const dash = (text: string): string => (text === '-' ? '' : text);

/** The bytes that the combined format wrote as `\xHH`, as one character each. */
const raw = (text: string): string => text.replace(/\\x([0-9A-Fa-f]{2})/g, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16)));

/** Writes a log unless it is there; half a log never has its name. Every character is one byte. */
function once(name: string, lines: () => Generator<string>): string {
  const path = join(folder, `${name}.json.log`);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  const file = openSync(unfinished, 'w', 0o600);
  let batch = '';
  for (const line of lines()) {
    batch += `${line}\n`;
    if (batch.length >= batchLength) batch = (writeSync(file, batch, null, 'latin1'), '');
  }
  writeSync(file, batch, null, 'latin1');
  closeSync(file);
  renameSync(unfinished, path);
  return path;
}

/** The times of the first and the last line, milliseconds since 1970. */
export function spanOf(path: string): { readonly firstMs: number; readonly lastMs: number } {
  const file = openSync(path, 'r');
  const { size } = fstatSync(file);
  const timesAt = (position: number): number[] => {
    const piece = Buffer.alloc(Math.min(size, 65_536));
    const length = readSync(file, piece, 0, piece.length, position);
    return [...piece.toString('latin1', 0, length).matchAll(/^\{"msec":"(\d+)\.(\d{3})"/gm)].map(([, seconds, milliseconds]) => Number(seconds) * 1000 + Number(milliseconds));
  };
  const span = { firstMs: timesAt(0).at(0) ?? NaN, lastMs: timesAt(Math.max(0, size - 65_536)).at(-1) ?? NaN };
  closeSync(file);
  return span;
}

/** Copies a log so that its last line is `endMs` (by whole seconds): Loki takes nothing older than a week. */
export function shiftedLog(from: string, to: string, endMs: number): void {
  const bytes = readFileSync(from);
  const laterSeconds = Math.floor((endMs - spanOf(from).lastMs) / 1000);
  const at = '{"msec":"'.length;
  for (let start = 0; start < bytes.length; start = bytes.indexOf(10, start) + 1) {
    bytes.write(String(Number(bytes.toString('latin1', start + at, start + at + 10)) + laterSeconds), start + at, 'latin1');
  }
  const file = openSync(to, 'w', 0o600);
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
  closeSync(file);
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { lines: { type: 'string', default: '1000000' }, 'visits-per-day': { type: 'string' }, from: { type: 'string', default: 'seeded' } } });
  const lines = Number(values.lines);
  if (values.from === 'shop' && !shopLogExists) throw new Error('the real log is not beside this checkout; see CONTRIBUTING.md');
  console.log(values.from === 'shop' ? shopLog({ lines }) : seededLog({ lines, ...(values['visits-per-day'] === undefined ? {} : { visitsPerDay: Number(values['visits-per-day']) }) }));
}
