/** Deletes rotated raw logs: they hold addresses, so none is kept longer than it is needed. */
import { lstat, unlink } from 'node:fs/promises';
import { parsePosition } from './followed-position.ts';
import type { FilePlace } from './followed-position.ts';
import { listFolder, unlessMissing } from './list-folder.ts';
import type { Folder, Listed } from './list-folder.ts';
import { firstLineMs } from './oldest-line.ts';
import type { LineTime } from './oldest-line.ts';

export type DeleteOptions = {
  readonly input: string;
  /** The followed path, which itself is never deleted. */
  readonly path: string;
  /** The position as it is durable; null before the first commit. */
  readonly position: string | null;
  /** Milliseconds since 1970: what was changed last before this was there before we followed the path, and was never read. */
  readonly sinceMs: number;
  /** Milliseconds since 1970: a file that is read to its end goes when its last change is older, because the receipts of its days are written. */
  readonly receiptsUntilMs: number;
  /** Milliseconds since 1970: what was changed last before this goes, read or not. What was not is found missing by its reader, which counts it as lost. */
  readonly oldestMs: number;
  /** With it, a file whose first line is from before `oldestMs` goes too, unless it was changed after `restedMs`: its reader must have had time. */
  readonly firstLine?: { readonly timeMsOf: LineTime; readonly restedMs: number };
};

/**
 * Paths that were deleted, oldest first. Regular files only: a link is not followed, and it is left alone.
 * @throws FolderMoved while a rotation is under way, and errors of the file system
 */
export async function deleteRawLogs(options: DeleteOptions): Promise<string[]> {
  const { input, path, position, sinceMs, receiptsUntilMs } = options;
  const folder = await listFolder(path, []);
  const finished = finishedFiles(folder, position === null ? [] : parsePosition(input, position));
  const deleted: string[] = [];
  for (const file of folder.rotated) {
    const isDone = finished.has(file) && file.modifiedMs >= sinceMs && file.modifiedMs < receiptsUntilMs;
    if ((isDone || (await isTooOld(file, options))) && (await isStill(file))) {
      await unlink(file.path);
      deleted.push(file.path);
    }
  }
  return deleted;
}

/** A file that cannot be read goes by its last change: its first line is not known. */
async function isTooOld({ path, modifiedMs }: Listed, { oldestMs, firstLine }: DeleteOptions): Promise<boolean> {
  if (modifiedMs < oldestMs) return true;
  if (firstLine === undefined || modifiedMs >= firstLine.restedMs) return false;
  const firstMs = await firstLineMs(path, firstLine.timeMsOf).catch(() => null);
  return firstMs !== null && firstMs < oldestMs;
}

/** What is read comes before what is being read, in the order of rotation: so everything older than the oldest unfinished place is finished. */
function finishedFiles({ current, rotated }: Folder, places: readonly FilePlace[]): ReadonlySet<Listed> {
  const all = current === null ? rotated : [...rotated, current];
  const first = all.findIndex((file) => places.some((place) => place.inode === file.inode && !isRead(place, file)));
  const last = all.findLastIndex((file) => places.some((place) => place.inode === file.inode));
  return new Set(all.slice(0, first >= 0 ? first : last + 1));
}

/** A file that is read to its end may still be open for a late line of nginx: that it has not grown since is seen by its size. */
function isRead({ done, offset }: FilePlace, { size }: Listed): boolean {
  return done && offset >= size;
}

async function isStill({ path, inode }: Listed): Promise<boolean> {
  const stats = await lstat(path, { bigint: true }).catch(unlessMissing(null));
  return stats !== null && stats.isFile() && String(stats.ino) === inode;
}
