/** Starts the scanner (log-processor/scanner, compiled to scan-line.wasm) and lays out its memory: what stands where is agreed with log-processor/scanner/memory.ts. */
import { readFileSync } from 'node:fs';
import { contractFields, maxLengths } from './fields.ts';
import type { LineFormat } from './formats.ts';

/** The scanner's word tables in its own order, which is that of the fields. Places and bytes are powers of two. */
export const tableSizes = [
  { field: 'peer', places: 32_768, ringBytes: 1_048_576 },
  { field: 'forwardedFor', places: 8192, ringBytes: 524_288 },
  { field: 'serverName', places: 1024, ringBytes: 65_536 },
  { field: 'method', places: 64, ringBytes: 4096 },
  { field: 'uri', places: 65_536, ringBytes: 8_388_608 },
  { field: 'referrer', places: 16_384, ringBytes: 2_097_152 },
  { field: 'userAgent', places: 16_384, ringBytes: 2_097_152 },
  { field: 'purpose', places: 64, ringBytes: 32_768 },
  { field: 'contentType', places: 1024, ringBytes: 262_144 },
] as const;

const places = { separators: 1024, masks: 2560, tables: 3072, records: 4096, numbers: 12_288, window: 16_384 };
const separatorBytes = 96;
const tableBytes = 32;
/** Place of the count of 16-byte groups in a table's header. */
const writtenAt = 16;
const slotBytes = 16;
const pageBytes = 65_536;
/** Bytes of lines that are looked at together. */
export const windowBytes = 131_072;
/** Read behind the last line, and never anything but zeros. */
const padBytes = 64;
/** Numbers of one line. */
export const recordInts = 20;
export const recordDoubles = 4;
export const mostLines = 64;

export type ScannerMemory = {
  readonly window: Buffer;
  /** Address of the first byte of the window. */
  readonly windowAt: number;
  readonly records: Uint32Array;
  readonly numbers: Float64Array;
  /** Reads lines from one address up to another. @returns how many had the expected shape */
  scan(from: number, end: number): number;
  /** Overwrites everything that was read. */
  forget(): void;
};

/** Compiled once for all scanners. */
let code: WebAssembly.Module | undefined;

/** @param seed a random number that nobody outside knows, so that nobody can choose texts with equal hashes */
export function startScanner(seed: number, format: LineFormat = 'json'): ScannerMemory {
  code ??= new WebAssembly.Module(readFileSync(new URL('scan-line.wasm', import.meta.url)));
  const { exports } = new WebAssembly.Instance(code);
  const { memory, scan, scanCombined, forget, setSeed } = exports;
  if (!(memory instanceof WebAssembly.Memory) || !isCallable(scan) || !isCallable(scanCombined) || !isCallable(forget) || !isCallable(setSeed)) throw new TypeError('scan-line.wasm: expected memory, scan, scanCombined, forget and setSeed');
  const layout = layTables(places.window + windowBytes + padBytes);
  memory.grow(Math.ceil(layout.end / pageBytes) - memory.buffer.byteLength / pageBytes);
  const bytes = Buffer.from(memory.buffer);
  writeSeparators(bytes);
  writeMasks(bytes);
  writeTables(bytes, layout.tables);
  setSeed(seed, Math.imul(seed, 0x2c1b3c6d));
  return {
    window: bytes.subarray(places.window, places.window + windowBytes),
    windowAt: places.window,
    records: new Uint32Array(memory.buffer, places.records, mostLines * recordInts),
    numbers: new Float64Array(memory.buffer, places.numbers, mostLines * recordDoubles),
    scan: format === 'json' ? scan : (from, end) => scanCombined(from, end, format === 'combined' ? 1 : 0),
    forget() {
      bytes.fill(0, places.records, places.window + windowBytes + padBytes);
      layout.tables.forEach((table, index) => wipe(bytes, table, bytes.readUInt32LE(places.tables + index * tableBytes + writtenAt)));
      writeTables(bytes, layout.tables);
      forget();
    },
  };
}

/** What the compiler exports takes and gives numbers only. */
const isCallable = (value: unknown): value is (...numbers: number[]) => number => typeof value === 'function';

type Table = { readonly slots: number; readonly ring: number; readonly guesses: number; readonly places: number; readonly ringBytes: number; readonly most: number };

/** Slots, guesses and ring of each table, one behind the other. */
function layTables(from: number): { tables: readonly Table[]; end: number } {
  let end = Math.ceil(from / 64) * 64;
  const take = (bytes: number): number => (end += bytes) - bytes;
  const tables = tableSizes.map(({ field, places: count, ringBytes }) => ({
    slots: take(count * slotBytes),
    guesses: take(count * 4 + 64),
    ring: take(ringBytes),
    places: count,
    ringBytes,
    most: maxLengths[field],
  }));
  return { tables, end };
}

/** Overwrites what the table holds. What was never written is left alone: it takes no memory of the machine. */
function wipe(bytes: Buffer, { slots, guesses, ring, places: count, ringBytes }: Table, writtenGroups: number): void {
  bytes.fill(0, slots, slots + count * slotBytes);
  bytes.fill(0, guesses, guesses + (count + 1) * 4);
  bytes.fill(0, ring, ring + Math.min(ringBytes, writtenGroups * 16));
}

function writeTables(bytes: Buffer, tables: readonly Table[]): void {
  tables.forEach(({ slots, places: count, ring, ringBytes, guesses, most }, index) => {
    [slots, count - 1, ring, ringBytes / 16, 0, 0, guesses, most].forEach((number, place) => bytes.writeUInt32LE(number, places.tables + index * tableBytes + place * 4));
  });
}

/** What stands before each field and after the last. */
function writeSeparators(bytes: Buffer): void {
  const texts = [...contractFields.map((name, index) => `${index === 0 ? '{' : '",'}"${name}":"`), '"}'];
  texts.forEach((text, index) => {
    const at = places.separators + index * separatorBytes;
    bytes.write(text, at, 'latin1');
    bytes.fill(0xff, at + 32, at + 32 + text.length);
    bytes.writeUInt32LE(text.length, at + 64);
  });
}

function writeMasks(bytes: Buffer): void {
  for (let count = 0; count < 16; count += 1) bytes.fill(0xff, places.masks + count * 16, places.masks + count * 16 + count);
}
