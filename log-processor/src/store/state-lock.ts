/** Lets one process at a time own a state, by a lock that the kernel takes back when its owner dies, even by kill -9. */
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { DatabaseSync } from 'node:sqlite';
import { faultOf } from './sqlite-errors.ts';
import { StateRefused } from './store.ts';

export type StateLock = { release(): void };

/** A lock that nobody refers to any more would be collected, closed and lost; it is to end with its release or its process. */
const held = new Set<DatabaseSync>();

/**
 * Locks the state `path` through the empty file `path`.lock beside it: nothing is ever written to it, so a full disk does not matter.
 * SQLite holds the lock, because Node has no file locks of its own. `owner` is what a refused second owner is told, in the words of `refusal`.
 * @throws StateRefused when another process has it (reliability.md R50)
 */
export function lockState(path: string, owner = thisProcess(), refusal = stateInUse): StateLock {
  const lockPath = `${path}.lock`;
  createOnce(lockPath);
  const lock = new DatabaseSync(lockPath);
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (faultOf(error) === 'locked') throw new StateRefused(refusal(path, ownerOf(path)), { cause: error });
    if (faultOf(error) === 'broken') throw new StateRefused(`State lock ${lockPath}: expected an empty file. Delete it.`, { cause: error });
    throw error;
  }
  held.add(lock);
  nameOwner(path, owner);
  return {
    release() {
      held.delete(lock);
      lock.close();
    },
  };
}

/** How a process is named to one that is refused. */
export const thisProcess = (): string => `process ${process.pid} on ${hostname()}`;

const stateInUse = (path: string, owner: string): string => `State ${path} is in use by ${owner}. Stop that process, or give this one a state folder of its own.`;

/** Never opens an existing file: closing any handle of it would drop the lock this process may already hold on it (POSIX). */
function createOnce(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}

function nameOwner(path: string, owner: string): void {
  try {
    writeFileSync(`${path}.owner`, owner, { mode: 0o600 });
  } catch (error) {
    // The name is a courtesy to whoever is refused; a full disk must not stop the owner itself.
    if (faultOf(error) !== 'away') throw error;
  }
}

function ownerOf(path: string): string {
  try {
    return readFileSync(`${path}.owner`, 'utf8') || 'another process';
  } catch {
    return 'another process'; // the name is a courtesy, see above
  }
}
