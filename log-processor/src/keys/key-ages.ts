/** Lists the living keys of a folder that belongs to a running processor: looks at names and dates, opens nothing, changes nothing. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from './key-file.ts';
import { epochOfFile } from './key-name.ts';

/** @returns null where this user cannot look into the folder, or there is none */
export async function listKeyAges(folder: string): Promise<{ site: string; day: string; writtenMs: number }[] | null> {
  try {
    const found = [];
    for (const name of (await readdir(folder)).sort()) {
      const epoch = epochOfFile(name);
      if (epoch !== null) found.push({ ...epoch, writtenMs: (await stat(join(folder, name))).mtimeMs });
    }
    return found;
  } catch (error) {
    // A key that is destroyed while it is looked at is no key any more, and the next look will say so.
    if (['EACCES', 'EPERM', 'ENOENT'].includes(errorCode(error))) return null;
    throw error;
  }
}
