/** The folder of one `npm start`: it is emptied, so whoever else uses it has to be found first. */
import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { BadUsage } from './bad-usage.ts';
import { mustBeFree } from './server/server.ts';
import { lockState } from './store/state-lock.ts';

export type StartFolder = {
  /** Emptied and made anew; its lock lies beside it, as `<home>.lock`, because what is inside is removed. */
  readonly home: string;
  readonly host: string;
  readonly port: number;
};

/**
 * Takes the lock, asks for the port, and only then empties the folder.
 * @returns what gives the lock back
 * @throws StateRefused where another start uses the folder, ServerRefused where the port is taken, BadUsage where nothing can be written; the folder is as it was then
 */
export async function openStartFolder({ home, host, port }: StartFolder): Promise<() => void> {
  const release = lock(home);
  try {
    await mustBeFree(host, port);
    rmSync(home, { recursive: true, force: true });
    mkdirSync(home, { recursive: true, mode: 0o700 });
    return release;
  } catch (error) {
    release();
    throw error;
  }
}

function lock(home: string): () => void {
  try {
    mkdirSync(dirname(home), { recursive: true, mode: 0o700 });
    const held = lockState(home, undefined, inUse);
    return () => held.release();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EROFS'))) throw error;
    throw new BadUsage(`${dirname(home)} cannot be written (${error.code}): start in a folder that you may write to`, { cause: error });
  }
}

const inUse = (home: string, owner: string): string => `${home} is in use by another start (${owner}): end that one first, or start in another folder`;
