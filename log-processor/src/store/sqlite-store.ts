/** The durable store on node:sqlite: one transaction, flushed to the disk, is one commit of the road. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { lockState, thisProcess, type StateLock } from './state-lock.ts';
import { ensureStateFile } from './state-file.ts';
import { faultOf, storeError } from './sqlite-errors.ts';
import { openDatabase } from './open-database.ts';
import { type OutboxRows, openOutboxRows } from './outbox-rows.ts';
import { scanEntries } from './scan-entries.ts';
import { numberOf } from './sqlite-row.ts';
import type { Change, Store, StoredBody } from './store.ts';

export type SqliteStoreOptions = {
  /** The state file; its folder is made with mode 0700 where it is missing. Beside it live `-wal`, `.lock` and `.owner`. */
  readonly path: string;
  /** What a second process that wants the same state is told of this one. */
  readonly lockOwner?: string;
  /** Name and version of the program that writes, kept in the file. */
  readonly program?: string;
};

/**
 * Opens a state, or makes a new one where there is none.
 * @throws StateRefused when it is torn, foreign, of a newer format or in use
 * @throws StoreUnavailable when the folder cannot be written
 */
export function openSqliteStore(options: SqliteStoreOptions): Store {
  const { path, lockOwner = thisProcess(), program = 'tidewatch' } = options;
  let lock: StateLock | null = null;
  let database: DatabaseSync | null = null;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    lock = lockState(path, lockOwner);
    ensureStateFile(path);
    database = openDatabase(path);
    return new SqliteStore({ path, lock, database, program });
  } catch (error) {
    database?.close();
    lock?.release();
    throw storeError(error, 'open', path);
  }
}

class SqliteStore implements Store {
  readonly closedCleanly: boolean;
  readonly #path: string;
  readonly #lock: StateLock;
  readonly #database: DatabaseSync;
  readonly #outbox: OutboxRows;
  readonly #advance;
  readonly #put;
  readonly #remove;
  #head: number;
  #committed = false;
  #open = true;

  constructor(parts: { path: string; lock: StateLock; database: DatabaseSync; program: string }) {
    const { path, lock, database, program } = parts;
    [this.#path, this.#lock, this.#database] = [path, lock, database];
    const meta = database.prepare('SELECT head, clean FROM meta').get();
    this.#head = numberOf(meta?.['head']);
    this.closedCleanly = meta?.['clean'] === 1;
    this.#advance = database.prepare('UPDATE meta SET head = head + 1 WHERE head = ?');
    this.#put = database.prepare('INSERT INTO entry (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value');
    this.#remove = database.prepare('DELETE FROM entry WHERE key = ?');
    this.#outbox = openOutboxRows(database, path);
    database.prepare('UPDATE meta SET clean = 0, program = ?').run(program);
  }

  get head(): number {
    return this.#head;
  }

  get outboxBytes(): number {
    return this.#outbox.payloadBytes;
  }

  commit(change: Change): Promise<'committed' | 'fenced'> {
    return new Promise((resolve) => resolve(this.#commitNow(change)));
  }

  #commitNow(change: Change): 'committed' | 'fenced' {
    this.#mustBeOpen();
    let added: readonly StoredBody[];
    try {
      this.#database.exec('BEGIN IMMEDIATE');
      if (this.#advance.run(change.expectedHead).changes !== 1) {
        this.#database.exec('ROLLBACK');
        return 'fenced';
      }
      for (const [key, value] of change.puts) {
        if (value === null) this.#remove.run(key);
        else this.#put.run(key, value);
      }
      added = this.#outbox.write(change);
      this.#database.exec('COMMIT');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      if (faultOf(error) === 'away') this.#foldJournal();
      throw storeError(error, 'write', this.#path);
    }
    this.#outbox.apply(added, change.delivered);
    this.#head = change.expectedHead + 1;
    this.#committed = true;
    return 'committed';
  }

  /** The journal holds pages many times over; folded into the state it gives room back, so that the next try may go in. */
  #foldJournal(): void {
    try {
      this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch (error) {
      // Where the disk takes nothing at all the journal stays as it is: it is whole, and the caller waits anyway.
      if (faultOf(error) !== 'away') throw error;
    }
  }

  scan(prefix: string): Iterable<readonly [key: string, value: string]> {
    this.#mustBeOpen();
    return scanEntries(this.#database, prefix);
  }

  bodies(): readonly StoredBody[] {
    return this.#outbox.list();
  }

  payload(id: number): Uint8Array {
    this.#mustBeOpen();
    return this.#outbox.payload(id);
  }

  /** A state found unclean to which nothing was committed stays unclean: what the crash left open is still open. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    try {
      if (this.closedCleanly || this.#committed) this.#database.exec('UPDATE meta SET clean = 1');
    } catch (error) {
      // A disk that cannot take the mark leaves an unclean state, which the next start knows how to treat.
      if (faultOf(error) !== 'away') throw error;
    } finally {
      this.#database.close();
      this.#lock.release();
    }
  }

  #mustBeOpen(): void {
    if (!this.#open) throw new Error(`the state ${this.#path} was closed`);
  }
}
