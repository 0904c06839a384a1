/** Measures the three embedded stores that could hold the state, in one run, as ratios to node:sqlite: `node bench/store-candidates.ts [rounds]`. */
import { randomBytes } from 'node:crypto';
import { closeSync, fdatasyncSync, mkdirSync, mkdtempSync, openSync, readdirSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { open as openLmdb } from 'lmdb';
import { openSqliteStore } from '../log-processor/src/store/sqlite-store.ts';
import type { Put } from '../log-processor/src/record.ts';

const entries = 100_000;
const dirty = 10_000;
const bodyBytes = 300_000;
const rounds = Number(process.argv[2] ?? 20);

/** One store: a commit is durable when its promise is fulfilled, and replaces the body of the commit before. */
type Candidate = { commit(puts: readonly Put[], body: Buffer): Promise<void>; countEntries(): number | Promise<number>; close(): void | Promise<void> };

function sqlite(folder: string): Candidate {
  const store = openSqliteStore({ path: join(folder, 'state.db') });
  return {
    async commit(puts, payload) {
      const bodies = [{ stream: '{}', kind: 'access', input: 'main', lines: 1, firstNs: '0', lastNs: '0', payload }];
      await store.commit({ expectedHead: store.head, puts, bodies, delivered: store.bodies().map((body) => body.id) });
    },
    countEntries: () => [...store.scan('visit/')].length,
    close: () => store.close(),
  };
}

/** LMDB with `overlappingSync` off: on, the promise is fulfilled before the disk has it. */
function lmdb(folder: string): Candidate {
  const database = openLmdb<string | Buffer, string>({ path: folder, overlappingSync: false, encoding: 'binary', compression: false });
  return {
    async commit(puts, body) {
      await database.transaction(() => {
        for (const [key, value] of puts) void (value === null ? database.remove(key) : database.put(key, Buffer.from(value)));
        void database.put('body', body);
      });
      await database.flushed;
    },
    countEntries() {
      let count = 0;
      for (const { value } of database.getRange({ start: 'visit/', end: 'visit0' })) count += String(value).length > 0 ? 1 : 0;
      return count;
    },
    close: () => database.close(),
  };
}

async function level(folder: string): Promise<Candidate> {
  const database = new ClassicLevel<string, Buffer>(folder, { valueEncoding: 'buffer', compression: false });
  await database.open();
  return {
    commit(puts, body) {
      const batch = puts.map(([key, value]) =>
        value === null ? { type: 'del' as const, key } : { type: 'put' as const, key, value: Buffer.from(value) },
      );
      return database.batch([...batch, { type: 'put' as const, key: 'body', value: body }], { sync: true });
    },
    async countEntries() {
      let count = 0;
      for await (const [, value] of database.iterator({ gte: 'visit/', lt: 'visit0' })) count += value.toString().length > 0 ? 1 : 0;
      return count;
    },
    close: () => database.close(),
  };
}

/** The floor: the same bytes appended to a plain file and flushed. */
function plainFile(folder: string): Candidate {
  const handle = openSync(join(folder, 'journal'), 'a');
  let written = entries;
  return {
    commit(puts, body) {
      writeSync(handle, puts.map(([key, value]) => `${key}\n${value ?? ''}\n`).join(''));
      writeSync(handle, body);
      fdatasyncSync(handle);
      written = entries;
      return Promise.resolve();
    },
    countEntries: () => written,
    close: () => closeSync(handle),
  };
}

type Make = (folder: string) => Candidate | Promise<Candidate>;
const candidates: ReadonlyMap<string, Make> = new Map<string, Make>([
  ['node:sqlite', sqlite],
  ['lmdb', lmdb],
  ['classic-level', level],
  ['append + fdatasync', plainFile],
]);

const keyOf = (index: number) => `visit/${(index * 2_654_435_761 % 2 ** 32).toString(16).padStart(8, '0')}${'0'.repeat(24)}`;
const noise = randomBytes(1 << 20).toString('hex');
const valueOf = (index: number) => noise.slice(index % 100_000, (index % 100_000) + 400);
const born = 3000;
const young = 20_000;
let oldest = 0;

/** As visits are: 3,000 begin, 7,000 of the youngest 20,000 go on, the 3,000 oldest are closed. Keys are random, ages are not. */
function visitsChange(round: number): Put[] {
  const newest = oldest + entries;
  const begun = Array.from({ length: born }, (_, place): Put => [keyOf(newest + place), valueOf(place + round)]);
  const touched = Array.from({ length: dirty - born }, (_, place): Put => [keyOf(newest - 1 - ((place * 7919) % young)), valueOf(place * 7 + round)]);
  const closed = Array.from({ length: born }, (_, place): Put => [keyOf(oldest + place), null]);
  return [...begun, ...touched, ...closed];
}

/** The worst case: every tenth entry, whatever its age. */
const scatteredChange = (round: number): Put[] => Array.from({ length: dirty }, (_, place): Put => [keyOf(oldest + ((place * 10 + round) % entries)), valueOf(place * 7 + round)]);

type Figures = { commitMs: number[]; blockedMs: number[]; scatteredMs: number[]; openMs: number; scanMs: number; megabytes: number };

function sizeOf(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).blocks * 512, 0) / 1e6;
}

async function timed<T>(deed: () => T | Promise<T>): Promise<[T, number]> {
  const start = performance.now();
  const result = await deed();
  return [result, performance.now() - start];
}

const median = (values: readonly number[]) => [...values].sort((left, right) => left - right)[values.length >> 1] ?? NaN;
const root = mkdtempSync(join(process.env['BENCH_FOLDER'] ?? tmpdir(), 'store-candidates-'));
try {
  const open = new Map<string, Candidate>();
  const figures = new Map<string, Figures>();
  for (const [name, make] of candidates) {
    const folder = join(root, name.replaceAll(/\W/g, '_'));
    mkdirSync(folder);
    const candidate = await make(folder);
    for (let from = 0; from < entries; from += dirty) {
      await candidate.commit(Array.from({ length: dirty }, (_, place): Put => [keyOf(from + place), valueOf(place)]), randomBytes(bodyBytes));
    }
    open.set(name, candidate);
    figures.set(name, { commitMs: [], blockedMs: [], scatteredMs: [], openMs: 0, scanMs: 0, megabytes: 0 });
  }
  // Interleaved, so that a slow moment of the machine or the disk hits all of them.
  for (let round = 0; round < rounds * 2; round += 1) {
    const scattered = round >= rounds;
    const change = scattered ? scatteredChange(round) : visitsChange(round);
    if (!scattered) oldest += born;
    for (const [name, candidate] of open) {
      const body = randomBytes(bodyBytes);
      const start = performance.now();
      const committing = candidate.commit(change, body);
      const blockedMs = performance.now() - start;
      await committing;
      const figure = figures.get(name)!;
      (scattered ? figure.scatteredMs : figure.commitMs).push(performance.now() - start);
      if (!scattered) figure.blockedMs.push(blockedMs);
    }
  }
  for (const [name, make] of candidates) {
    const folder = join(root, name.replaceAll(/\W/g, '_'));
    const figure = figures.get(name)!;
    figure.megabytes = sizeOf(folder);
    await open.get(name)?.close();
    const [candidate, openMs] = await timed(() => make(folder));
    const [count, scanMs] = await timed(() => candidate.countEntries());
    if (count !== entries) throw new Error(`${name} has ${count} entries, expected ${entries}`);
    Object.assign(figure, { openMs, scanMs });
    await candidate.close();
  }
  const base = figures.get('node:sqlite')!;
  const cell = (value: number, of: number) => `${value.toFixed(1).padStart(8)} (${(value / of).toFixed(2)}x)`.padEnd(20);
  console.log(`${rounds} commits of ${dirty} dirty 400-byte values and one ${bodyBytes}-byte body, ${entries} entries; medians, in brackets the ratio to node:sqlite\n`);
  console.log(['store'.padEnd(20), 'commit ms', 'slowest ms', 'blocks loop ms', 'scattered ms', 'open ms', 'read all ms', 'MB on disk'].map((head) => head.padEnd(20)).join(''));
  for (const [name, { commitMs, blockedMs, scatteredMs, openMs, scanMs, megabytes }] of figures) {
    const row = [
      cell(median(commitMs), median(base.commitMs)),
      cell(Math.max(...commitMs), Math.max(...base.commitMs)),
      cell(median(blockedMs), median(base.blockedMs)),
      cell(median(scatteredMs), median(base.scatteredMs)),
      cell(openMs, base.openMs),
      cell(scanMs, base.scanMs),
      cell(megabytes, base.megabytes),
    ];
    console.log(name.padEnd(20) + row.join(''));
  }
} finally {
  rmSync(root, { recursive: true, force: true });
}
