/** Tells whether one finished file is a copy, or an earlier copy, of another, compressed or not: reading both would count every line twice. */
import { openFile } from './open-file.ts';
import type { Bytes } from './file-bytes.ts';

/** Bytes compared at a time. */
const blockBytes = 262_144;

/** The first pair of paths of which one begins with the whole content of the other; null where there is none. Empty files are nobody's copy. */
export async function findCopies(paths: readonly string[]): Promise<readonly [string, string] | null> {
  // Only files that begin alike are read to the end.
  const byStart = Map.groupBy(await Promise.all(paths.map(async (path) => ({ path, start: await startOf(path) }))), ({ start }) => start);
  byStart.delete('');
  for (const alike of byStart.values()) {
    for (const [index, { path }] of alike.entries()) {
      for (const { path: other } of alike.slice(index + 1)) if (await isBeginningOfOther(path, other)) return [path, other];
    }
  }
  return null;
}

/** The first line, or as much of it as can tell files apart. */
async function startOf(path: string): Promise<string> {
  const file = await openFile(path);
  if (file === null) return '';
  const buffer = Buffer.alloc(1024);
  try {
    const start = buffer.subarray(0, await file.bytes.readAt(buffer, 0));
    const end = start.indexOf(0x0a);
    return start.toString('latin1', 0, end === -1 ? start.length : end + 1);
  } finally {
    await file.bytes.close();
  }
}

async function isBeginningOfOther(path: string, otherPath: string): Promise<boolean> {
  const [file, other] = [await openFile(path), await openFile(otherPath)];
  try {
    return file !== null && other !== null && (await beginAlike(file.bytes, other.bytes));
  } finally {
    await file?.bytes.close();
    await other?.bytes.close();
  }
}

/** True where they are equal to the end of the shorter one. */
async function beginAlike(one: Bytes, other: Bytes): Promise<boolean> {
  const [left, right] = [Buffer.alloc(blockBytes), Buffer.alloc(blockBytes)];
  for (let at = 0; ; at += blockBytes) {
    const [leftBytes, rightBytes] = [await one.readAt(left, at), await other.readAt(right, at)];
    const shorter = Math.min(leftBytes, rightBytes);
    if (!left.subarray(0, shorter).equals(right.subarray(0, shorter))) return false;
    if (shorter < blockBytes) return true;
  }
}
