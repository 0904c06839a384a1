/** A file system of 16 MiB in memory, to be filled: only root may mount one. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Place } from '../stack/place.ts';

export type SmallDisk = { readonly path: string; fill(): void; remove(): void };

/** Null where this user may not mount. */
export function openSmallDisk({ folder }: Place): SmallDisk | null {
  const path = join(folder, 'small-disk');
  mkdirSync(path, { recursive: true });
  if (process.getuid?.() !== 0 || spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tidewatch-drill', path]).status !== 0) return null;
  const remove = (): void => void spawnSync('umount', [path]);
  process.once('exit', remove);
  return { path, fill: () => writeFileSync(join(path, 'filler'), Buffer.alloc(15.5 * 1_048_576)), remove };
}
