/** Opens the SQLite file of a state with the settings that make a commit durable, and reads it through once. */
import { DatabaseSync } from 'node:sqlite';
import { StateRefused } from './store.ts';

/**
 * WAL with synchronous=FULL: a commit that returned is on the disk (https://sqlite.org/pragma.html#pragma_synchronous).
 * @throws StateRefused when its pages or tables do not hold together
 */
export function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  try {
    database.exec(`
      PRAGMA locking_mode = EXCLUSIVE; -- no second process, so no shared memory file
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA cache_size = -16000; -- KiB
      PRAGMA wal_autocheckpoint = 8000; -- pages of 8 KiB: a page that changes in every commit is folded in once in 64 MiB
      PRAGMA journal_size_limit = 67108864; -- bytes
    `);
    refuseDamage(database, path);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Reads every page once; `meta` and its row are missing where somebody else wrote into the file. */
function refuseDamage(database: DatabaseSync, path: string): void {
  const damage = database.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
  const tables = database.prepare(`SELECT count(*) AS n FROM sqlite_schema WHERE name IN ('entry', 'outbox', 'meta')`).get()?.['n'];
  const whole = damage === 'ok' && tables === 3 && database.prepare('SELECT head FROM meta').get() !== undefined;
  if (whole) return;
  throw new StateRefused(
    `State ${path}: found damaged pages or missing tables, expected a whole state. Restore it from a backup, or move it away to begin anew.`,
  );
}
