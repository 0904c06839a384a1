/** Gives every volume to the user of its service, whatever an image or an older version left there. */
import { chmodSync, chownSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { VolumeOwner } from './volumes.ts';

/**
 * The root of each volume gets its owner and mode; what lies in it changes its owner only where nobody that we know has it, so that a
 * restored backup (root's) and an image's own files become usable, and a raw log keeps the two who share it.
 * @returns names of the volumes that changed
 */
export function giveFolders(root: string, owners: Readonly<Record<string, VolumeOwner>>): string[] {
  const known = new Set(Object.values(owners).map(({ uid }) => uid));
  return Object.entries(owners).flatMap(([name, owner]) => {
    const folder = join(root, name);
    const before = lstatSync(folder);
    const children = giveChildren(folder, owner, known);
    // The owner first: a change of owner takes the set-group-id bit away.
    chownSync(folder, owner.uid, owner.gid);
    chmodSync(folder, owner.mode);
    const same = before.uid === owner.uid && before.gid === owner.gid && (before.mode & 0o7777) === owner.mode;
    return same && children === 0 ? [] : [name];
  });
}

function giveChildren(folder: string, owner: VolumeOwner, known: ReadonlySet<number>): number {
  let changed = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    // A link is somebody's trick: it is neither followed nor given away.
    if (entry.isSymbolicLink()) continue;
    const path = join(folder, entry.name);
    const { uid } = lstatSync(path);
    if (uid !== owner.uid && (uid === 0 || !known.has(uid))) {
      chownSync(path, owner.uid, owner.gid);
      changed += 1;
    }
    if (entry.isDirectory()) changed += giveChildren(path, owner, known);
  }
  return changed;
}
