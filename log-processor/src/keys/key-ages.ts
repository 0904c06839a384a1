/** Lists what lies in the key folder of a running processor, its keys and what is none of ours: looks at names and dates, opens nothing, changes nothing. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { draftSuffix, errorCode } from './key-file.ts';
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

/** What else a key folder holds; the last is what a file system puts into its own root. */
const known: ReadonlySet<string> = new Set(['identity.key', 'witness', 'lost+found']);

/** Names in a key folder that the processor did not give: they may be copies of keys, which nobody destroys. Empty where this user cannot look. */
export async function listStrangers(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter((name) => epochOfFile(name) === null && !known.has(name) && !name.endsWith(draftSuffix)).sort();
  } catch (error) {
    if (['EACCES', 'EPERM', 'ENOENT'].includes(errorCode(error))) return []; // listKeyAges says that it was not looked at
    throw error;
  }
}
