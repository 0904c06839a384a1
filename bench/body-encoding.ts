/**
 * Why the body of a push is written by hand: our encoder beside protobufjs on the same lines, `node bench/body-encoding.ts [--lines 100000] [--rounds 15]`.
 * The lines are what the real road makes of seeded traffic. Both must say the same, which is checked. Snappy is part of a body
 * and the same for both: what it takes is measured too and taken off.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compressSync, uncompressSync } from 'snappy';
import { createBodyBuilder, encodeMetadata } from '../log-processor/src/loki/body.ts';
import { labelString } from '../log-processor/src/loki/label-string.ts';
import { pushRequest } from '../test/loki-model.ts';
import { openBenchHouse, runToEnd, takeBodies } from './bench-house.ts';
import { seededLog } from './make-log.ts';
import { machine, median, printTable, ratio } from './report.ts';

/** As log-processor/src/loki/push-request.ts compresses. */
const copied = { copyOutputData: true };
const labels = { host: 'localhost', input: 'bench', job: 'tidewatch', service_name: 'nginx', site: 'bench', stream: 'access' };
/** About what fits in the mebibyte of one body. */
const linesPerBody = 3000;

type Pairs = readonly (readonly [name: string, value: string])[];
/** Equal sets of metadata are one array, because the output too knows a set it has seen before. */
type Entry = { readonly timeMs: number; readonly subNs: number; readonly line: string; readonly metadata: Pairs };
/** Makes one compressed body. */
type Encode = (entries: readonly Entry[]) => Uint8Array;

/** What a caller keeps of the few sets of metadata that there are. */
function kept<T>(make: (pairs: Pairs) => T): (pairs: Pairs) => T {
  const known = new Map<Pairs, T>();
  return (pairs) => {
    let made = known.get(pairs);
    if (made === undefined) known.set(pairs, (made = make(pairs)));
    return made;
  };
}

const builder = createBodyBuilder({ labels, kind: 'access', input: 'bench' });
const encodedOf = kept(encodeMetadata);
const byHand: Encode = (entries) => {
  for (const { timeMs, subNs, line, metadata } of entries) builder.add(timeMs, subNs, line, encodedOf(metadata));
  return builder.finish().payload;
};

const messagesOf = kept((pairs) => pairs.map(([name, value]) => ({ name, value })));
const message = ({ timeMs, subNs, line, metadata }: Entry): object => ({
  timestamp: { seconds: Math.floor(timeMs / 1000), nanos: (timeMs % 1000) * 1_000_000 + subNs },
  line,
  structuredMetadata: messagesOf(metadata),
});
/** As the library is meant to be used: a message of plain objects, encoded at once. */
const byLibrary: Encode = (entries) => compressSync(pushRequest.encode({ streams: [{ labels: labelString(labels), entries: entries.map(message) }] }).finish(), copied);

type Decoded = { readonly streams: readonly { readonly entries: readonly { readonly timestamp: { readonly seconds: string; readonly nanos: number }; readonly line: string; readonly structuredMetadata: readonly { readonly name: string; readonly value: string }[] }[] }[] };

/** protobufjs gives back what the message above says; its own types cannot say so. */
const decode = (payload: Uint8Array): Decoded => pushRequest.toObject(pushRequest.decode(uncompressSync(Buffer.from(payload)) as Buffer), { longs: String, defaults: true, arrays: true }) as Decoded;

/** The access lines that the whole road makes of a seeded log, with their metadata. */
async function realEntries(lines: number): Promise<Entry[]> {
  const home = mkdtempSync(join(tmpdir(), 'tidewatch-bench-'));
  try {
    const house = await openBenchHouse({ log: seededLog({ lines }), home, output: 'loki' });
    const entries: Entry[] = [];
    const sets = new Map<string, Pairs>();
    const setOf = (pairs: Pairs): Pairs => {
      const name = JSON.stringify(pairs);
      if (!sets.has(name)) sets.set(name, pairs);
      return sets.get(name) ?? pairs;
    };
    takeBodies(house, ({ kind, payload }) => {
      if (kind !== 'access') return;
      for (const { timestamp, line, structuredMetadata } of decode(payload).streams.flatMap((stream) => stream.entries)) {
        const timeMs = Number(timestamp.seconds) * 1000 + Math.floor(timestamp.nanos / 1e6);
        entries.push({ timeMs, subNs: timestamp.nanos % 1e6, line, metadata: setOf(structuredMetadata.map(({ name, value }) => [name, value] as const)) });
      }
    });
    await runToEnd(house);
    await house.close();
    return entries;
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

const { values } = parseArgs({ options: { lines: { type: 'string', default: '100000' }, rounds: { type: 'string', default: '15' } } });
const rounds = Number(values.rounds);
const entries = await realEntries(Number(values.lines));
const bodies: Entry[][] = [];
for (let start = 0; start + linesPerBody <= entries.length; start += linesPerBody) bodies.push(entries.slice(start, start + linesPerBody));
const lines = bodies.length * linesPerBody;
if (lines === 0) throw new Error(`at least ${linesPerBody} lines are needed`);

for (const body of bodies) {
  if (JSON.stringify(decode(byHand(body))) !== JSON.stringify(decode(byLibrary(body)))) throw new Error('the two encoders do not say the same');
}
const plain = bodies.map((body) => uncompressSync(Buffer.from(byLibrary(body))) as Buffer);
const contenders: readonly { readonly name: string; readonly run: (body: number) => Uint8Array }[] = [
  { name: 'by hand', run: (body) => byHand(bodies[body] ?? []) },
  { name: 'protobufjs', run: (body) => byLibrary(bodies[body] ?? []) },
  { name: 'snappy alone', run: (body) => compressSync(plain[body] ?? '', copied) },
];
const nsPerLine = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
let checksum = 0;
for (let round = 0; round < rounds; round += 1) {
  for (const { name, run } of contenders) {
    const start = process.cpuUsage();
    for (let body = 0; body < bodies.length; body += 1) checksum += run(body).length;
    const { user, system } = process.cpuUsage(start);
    nsPerLine.get(name)?.push(((user + system) * 1000) / lines);
  }
}
const middle = (name: string): number => median(nsPerLine.get(name) ?? []);
const snappy = middle('snappy alone');
const base = middle('protobufjs') - snappy;
console.log(`${machine()}\n${lines} lines of ${Math.round(plain.reduce((sum, body) => sum + body.length, 0) / lines)} B with their metadata, ${linesPerBody} a body; medians of ${rounds} rounds in turn (${checksum} B in all)`);
printTable(
  ['encoder', 'CPU ns a line with snappy', 'CPU ns a line without', 'of protobufjs'],
  contenders.map(({ name }) => {
    const without = name === 'snappy alone' ? NaN : middle(name) - snappy;
    return [name, middle(name).toFixed(0), Number.isNaN(without) ? '' : without.toFixed(0), ratio(without / base)];
  }),
);
