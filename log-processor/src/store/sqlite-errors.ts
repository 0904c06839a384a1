/** Sorts what SQLite and the file system throw into the few cases a store must tell apart, because each asks for another answer. */
import { StateRefused, StoreUnavailable } from './store.ts';

/** `away`: the disk cannot write now. `broken`: the bytes are no state. `locked`: somebody else has it. `bug`: none of these. */
export type Fault = 'away' | 'broken' | 'locked' | 'bug';

// Primary result codes: https://sqlite.org/rescode.html
const sqliteFaults: ReadonlyMap<number, Fault> = new Map([
  [5, 'locked'], // SQLITE_BUSY
  [8, 'away'], // SQLITE_READONLY
  [10, 'away'], // SQLITE_IOERR
  [11, 'broken'], // SQLITE_CORRUPT
  [13, 'away'], // SQLITE_FULL
  [14, 'away'], // SQLITE_CANTOPEN
  [26, 'broken'], // SQLITE_NOTADB
]);
// ENOENT is also what Node says of a folder that cannot be made on a read-only disk.
const systemFaults: ReadonlySet<string> = new Set(['EACCES', 'EDQUOT', 'EFBIG', 'EIO', 'EMFILE', 'ENFILE', 'ENOENT', 'ENOSPC', 'EPERM', 'EROFS']);

/** Which fault an error of node:sqlite or node:fs stands for. */
export function faultOf(error: unknown): Fault {
  if (!(error instanceof Error) || !('code' in error)) return 'bug';
  if (error.code === 'ERR_SQLITE_ERROR' && 'errcode' in error && typeof error.errcode === 'number') {
    return sqliteFaults.get(error.errcode & 0xff) ?? 'bug';
  }
  return typeof error.code === 'string' && systemFaults.has(error.code) ? 'away' : 'bug';
}

/** The error a caller of the store gets for `error`, which arose while doing `deed` to the file `path`. A bug stays what it is. */
export function storeError(error: unknown, deed: string, path: string): unknown {
  const why = error instanceof Error ? error.message : 'unknown error';
  switch (faultOf(error)) {
    case 'away':
      return new StoreUnavailable(`Cannot ${deed} the state ${path}: ${why}. Make room or make the folder writable; it is tried again.`, {
        cause: error,
      });
    case 'broken':
      return new StateRefused(
        `State ${path}: found a torn database (${why}), expected a whole one. Restore it from a backup, or move it away to begin anew.`,
        { cause: error },
      );
    case 'locked':
    case 'bug':
      return error;
  }
}
