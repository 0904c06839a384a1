/** Brings the list of tracked files up to what the folder holds: finds the old ones, reports the lost, adds the new in order. */
import { FolderMoved } from './folder-moved.ts';
import type { Folder, Listed } from './list-folder.ts';
import { locateFile } from './locate-file.ts';
import { openListed } from './open-listed.ts';
import { newPlace, TrackedFile } from './tracked-file.ts';
import type { FollowTools, Lost } from './tracked-file.ts';

// Finished files that are remembered: the newest that can be found again tells which rotated files came later.
const keptAnchors = 2;

/**
 * Changes `files` (oldest first) in place and adds what was lost to `lost`. Run again after an error, it goes on where it stopped.
 * @throws FolderMoved, and errors of the file system
 */
export async function surveyFiles(folder: Folder, files: TrackedFile[], lost: Lost[], tools: FollowTools): Promise<void> {
  const listed = folder.current === null ? folder.rotated : [...folder.rotated, folder.current];
  const taken = await locateAll(files, listed, tools);
  for (const file of files) {
    if (!file.isOpen && !file.place.done && !isBlank(file)) giveUp(file, listed, lost);
  }
  for (const fresh of freshFiles(listed, { taken, files, current: folder.current })) {
    files.push(await openFresh(fresh, tools));
  }
  forget(files, isBlank);
  forgetOldest(files);
}

async function locateAll(files: readonly TrackedFile[], listed: readonly Listed[], tools: FollowTools): Promise<Set<Listed>> {
  const taken = new Set<Listed>();
  const found = new Set<TrackedFile>();
  for (const by of ['inode', 'content'] as const) {
    for (const file of files.filter((other) => !found.has(other) && !isBlank(other))) {
      const free = listed.filter((candidate) => !taken.has(candidate));
      const place = await locateFile(file, free, by, tools.identityKey);
      if (place === null) continue;
      taken.add(place);
      found.add(file);
    }
  }
  return taken;
}

/** A file that was still empty cannot be told from another: whatever it is now comes as a fresh one, in its order. */
function isBlank({ isOpen, place }: TrackedFile): boolean {
  return !isOpen && !place.done && place.head.bytes === 0;
}

function giveUp(file: TrackedFile, listed: readonly Listed[], lost: Lost[]): void {
  const { place } = file;
  place.done = true;
  const rewritten = listed.some((candidate) => candidate.inode === place.inode && candidate.size > 0);
  const reason = rewritten ? 'truncated' : file.lostAs;
  lost.push({ reason, bytes: Math.max(0, place.size - place.offset) });
}

type Known = { readonly taken: ReadonlySet<Listed>; readonly files: readonly TrackedFile[]; readonly current: Listed | null };

/** What came after the newest file that was found again; by the time of the last change where none was. */
function freshFiles(listed: readonly Listed[], { taken, files, current }: Known): Listed[] {
  const anchor = listed.findLastIndex((file) => taken.has(file));
  // Whole seconds, because compressors and archivers cut the time they preserve.
  const sinceMs = Math.floor((files.at(-1)?.place.modifiedMs ?? 0) / 1000) * 1000;
  const later = anchor >= 0 ? listed.slice(anchor + 1) : listed.filter((file) => file === current || file.modifiedMs >= sinceMs);
  return later.filter((file) => !taken.has(file));
}

async function openFresh(fresh: Listed, tools: FollowTools): Promise<TrackedFile> {
  const opened = await openListed(fresh);
  const file = new TrackedFile(newPlace(fresh), tools);
  if (await file.attach(opened, fresh.path)) return file;
  await opened.bytes.close();
  throw new FolderMoved(fresh.path);
}

function forgetOldest(files: TrackedFile[]): void {
  const anchors = files.filter((file) => file.place.done && !file.isOpen);
  const old = new Set(anchors.slice(0, -keptAnchors));
  forget(files, (file) => old.has(file));
}

function forget(files: TrackedFile[], which: (file: TrackedFile) => boolean): void {
  files.splice(0, files.length, ...files.filter((file) => !which(file)));
}
