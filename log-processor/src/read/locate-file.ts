/** Finds where a remembered file lies now: under its own name, rotated, copied or compressed. */
import type { KeyObject } from 'node:crypto';
import { sameContent, sameHead } from './file-identity.ts';
import { errorCode } from './list-folder.ts';
import type { Listed } from './list-folder.ts';
import { openListed } from './open-listed.ts';
import type { OpenFile } from './open-file.ts';
import type { TrackedFile } from './tracked-file.ts';

/** By its inode and content, or by its content alone. */
export type LocateBy = 'inode' | 'content';

// Copies and compressors keep the time of the last change or make it later; file systems round it.
const clockSlackMs = 2000;

/**
 * The listed file that `file` is, or null. A file that is not open is opened there at its offset, unless it was done and did not grow.
 * @throws FolderMoved, and errors of the file system where the file in question cannot be looked into
 */
export async function locateFile(file: TrackedFile, listed: readonly Listed[], by: LocateBy, key: KeyObject): Promise<Listed | null> {
  if (file.isOpen && by === 'inode') return listed.find((candidate) => file.holds(candidate)) ?? null;
  for (const candidate of listed.filter((other) => worthALook(file, other, by))) {
    if (await tryCandidate(file, candidate, key).catch(unlessRefused(file, by))) return candidate;
  }
  return null;
}

/** What may not be opened: waited for where lines are missing, taken by its inode where nothing has to be read. */
function unlessRefused({ isOpen, place }: TrackedFile, by: LocateBy): (error: unknown) => boolean {
  return (error) => {
    const refused = errorCode(error) === 'EACCES' || errorCode(error) === 'EPERM';
    if (!refused || (!isOpen && !place.done)) throw error;
    return by === 'inode';
  };
}

function worthALook({ place }: TrackedFile, candidate: Listed, by: LocateBy): boolean {
  // An empty file is known by its inode only, and only while it is still empty.
  if (by === 'inode') return candidate.inode === place.inode && (place.head.bytes > 0 || candidate.size === 0);
  return place.head.bytes > 0 && candidate.modifiedMs >= place.modifiedMs - clockSlackMs;
}

async function tryCandidate(file: TrackedFile, candidate: Listed, key: KeyObject): Promise<boolean> {
  const opened = await openListed(candidate);
  let kept = false;
  try {
    if (!(await isTheSame(file, opened, key))) return false;
    const resume = !file.isOpen && (!file.place.done || (!opened.gzip && candidate.size > file.place.offset));
    kept = resume && (await file.attach(opened, candidate.path));
    return kept || !resume;
  } finally {
    if (!kept) await opened.bytes.close();
  }
}

function isTheSame({ isOpen, place }: TrackedFile, opened: OpenFile, key: KeyObject): Promise<boolean> {
  // To recognise what needs no reading the head will do: the tail of a compressed file lies behind all of it.
  if (opened.gzip && (isOpen || place.done)) return sameHead(key, opened.bytes, place);
  return sameContent(key, opened.bytes, place);
}

/** True for errors of the file system, which the world may mend; false for mistakes of the program. */
export function isFileSystemError(error: unknown): boolean {
  return errorCode(error) !== '';
}
