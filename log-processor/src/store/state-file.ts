/** Says what a state file is before SQLite touches it, and makes a new one so that a crash never leaves half of one. */
import { closeSync, existsSync, fstatSync, fsyncSync, openSync, readSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StateRefused } from './store.ts';

/** `TdWt`: marks a SQLite file as a state of this program. */
const applicationId = 0x54645774;
/** Grows when a release changes the tables; an older format is then changed in place, a newer one refused. */
const formatVersion = 1;

/** `entry` keeps rows in the order they came: what a commit changes is mostly young, so it lies on few pages (measured: bench/store-candidates.ts). */
const schema = `
  PRAGMA page_size = 8192;
  BEGIN;
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${formatVersion};
  CREATE TABLE entry (key TEXT NOT NULL UNIQUE, value TEXT NOT NULL) STRICT;
  CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    stream TEXT NOT NULL, kind TEXT NOT NULL, input TEXT NOT NULL, lines INTEGER NOT NULL,
    first_ns TEXT NOT NULL, last_ns TEXT NOT NULL, checksum INTEGER NOT NULL, payload BLOB NOT NULL
  ) STRICT;
  CREATE TABLE meta (one INTEGER PRIMARY KEY CHECK (one = 1), head INTEGER NOT NULL, clean INTEGER NOT NULL, program TEXT NOT NULL) STRICT;
  INSERT INTO meta VALUES (1, 0, 1, '');
  COMMIT;
`;

/**
 * Makes sure that a whole state of this format lies at `path`; makes a new one where there is none. The caller holds the lock.
 * @throws StateRefused for anything that is no such state (reliability.md R44)
 */
export function ensureStateFile(path: string): void {
  const found = examine(path);
  if (found === 'ours') return;
  if (found !== 'none') throw new StateRefused(`State ${path}: ${found}`);
  if (existsSync(`${path}-wal`)) {
    throw new StateRefused(
      `State ${path}: found only its journal ${path}-wal, expected the state beside it. Restore both from one backup, or move the journal away.`,
    );
  }
  createStateFile(path);
}

/** Built under another name and renamed when it is whole: after a crash there is either no state or a complete one. */
function createStateFile(path: string): void {
  const draft = `${path}.new`;
  for (const leftover of [draft, `${draft}-journal`]) rmSync(leftover, { force: true });
  closeSync(openSync(draft, 'wx', 0o600));
  const database = new DatabaseSync(draft);
  try {
    database.exec(schema);
  } finally {
    database.close();
  }
  renameSync(draft, path);
  syncFolder(dirname(path));
}

/** Makes the names in a folder durable (reliability.md R47). */
function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** `ours`, `none`, or a sentence saying what was found, what was expected and what to do. */
function examine(path: string): string {
  const header = readHeader(path);
  if (header === null || header.sizeBytes === 0) return 'none';
  const { bytes, sizeBytes } = header;
  if (bytes.length < 100 || bytes.toString('latin1', 0, 16) !== 'SQLite format 3\0') {
    return `found ${sizeBytes} bytes that are no SQLite file, expected a Tidewatch state. Move the file away, or name another state folder.`;
  }
  // Offsets of the file header: https://sqlite.org/fileformat.html#the_database_header
  const [version, id] = [bytes.readUInt32BE(60), bytes.readUInt32BE(68)];
  if (id !== applicationId) return 'found the SQLite file of another program, expected a Tidewatch state. Name another state folder.';
  if (version > formatVersion) {
    return `found format ${version} of a newer Tidewatch, expected at most ${formatVersion}. Update Tidewatch, or restore an older backup.`;
  }
  if (version < 1) return `found format ${version}, expected 1 to ${formatVersion}. The file is damaged: restore a backup, or move it away.`;
  return 'ours';
}

function readHeader(path: string): { bytes: Buffer; sizeBytes: number } | null {
  if (!existsSync(path)) return null;
  const handle = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(100);
    const length = readSync(handle, bytes, 0, bytes.length, 0);
    return { bytes: bytes.subarray(0, length), sizeBytes: fstatSync(handle).size };
  } finally {
    closeSync(handle);
  }
}
