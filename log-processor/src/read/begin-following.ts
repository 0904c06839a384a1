/** The first start of a followed path: where to begin, and which rotated file is the last one that is none of our business. */
import { FolderMoved } from './folder-moved.ts';
import { lastLineStart } from './last-line-start.ts';
import { listFolder } from './list-folder.ts';
import type { Listed } from './list-folder.ts';
import { isFileSystemError } from './locate-file.ts';
import { openFile } from './open-file.ts';
import { newPlace, TrackedFile } from './tracked-file.ts';
import type { FollowTools } from './tracked-file.ts';

/** @throws FolderMoved, and errors of the file system */
export async function beginFollowing(path: string, startAt: 'end' | 'beginning', tools: FollowTools): Promise<TrackedFile[]> {
  const { current, rotated } = await listFolder(path, []);
  const files: TrackedFile[] = [];
  const newest = rotated.at(-1);
  if (newest !== undefined) files.push(await finishedBefore(newest, tools));
  if (current !== null) files.push(await beginIn(current, startAt, tools));
  return files;
}

/** A rotated file from before the first start counts as read, so that later ones can be told from earlier ones. */
async function finishedBefore(listed: Listed, tools: FollowTools): Promise<TrackedFile> {
  const file = await beginIn(listed, 'read', tools).catch((error: unknown) => {
    // It need not be readable: its name and inode will do.
    if (!isFileSystemError(error)) throw error;
    return new TrackedFile(newPlace(listed), tools);
  });
  await file.letGo();
  file.place.done = true;
  return file;
}

async function beginIn(listed: Listed, startAt: 'end' | 'beginning' | 'read', tools: FollowTools): Promise<TrackedFile> {
  const place = newPlace(listed);
  const opened = await openFile(listed.path);
  if (opened === null) throw new FolderMoved(listed.path);
  const file = new TrackedFile(place, tools);
  try {
    const { size } = await opened.look();
    if (startAt === 'end' && !opened.gzip) Object.assign(place, await lastLineStart(opened.bytes, size, tools.maxLineBytes));
    if (startAt === 'read' && !opened.gzip) place.offset = size;
    if (await file.attach(opened, listed.path)) return file;
    throw new FolderMoved(listed.path);
  } catch (error) {
    await opened.bytes.close();
    throw error;
  }
}
