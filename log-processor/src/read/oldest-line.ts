/** Finds how far back a raw log still goes: raw logs hold addresses, so their age is watched. */
import { listFolder } from './list-folder.ts';
import { openFile } from './open-file.ts';

/** Enough for any line that nginx writes with its usual buffers. */
const lookedBytes = 65_536;

/** Milliseconds since 1970 of a line (without its `\n`), or null where it has no readable time. */
export type LineTime = (line: Buffer) => number | null;

/** A followed path and its rotated siblings, plain or gz, as far as there are any. */
export async function filesOf(path: string): Promise<string[]> {
  const { current, rotated } = await listFolder(path, []).catch(() => ({ current: null, rotated: [] }));
  return (current === null ? rotated : [...rotated, current]).map((file) => file.path);
}

/**
 * The time of the oldest first line among a followed path and its rotated siblings, plain or gz; null where no file has a line.
 * A file that cannot be read does not count: the reader of the path complains about it already.
 */
export async function oldestLineMs(path: string, timeMsOf: LineTime): Promise<number | null> {
  let oldest: number | null = null;
  for (const file of await filesOf(path)) {
    const timeMs = await firstLineMs(file, timeMsOf).catch(() => null);
    if (timeMs !== null && (oldest === null || timeMs < oldest)) oldest = timeMs;
  }
  return oldest;
}

/** The time of the first line of a file, plain or gz, that has one; a torn or foreign line at the start is passed over. @throws errors of the file system */
export async function firstLineMs(path: string, timeMsOf: LineTime): Promise<number | null> {
  const file = await openFile(path);
  if (file === null) return null;
  try {
    const start = Buffer.alloc(lookedBytes);
    const bytes = start.subarray(0, await file.bytes.readAt(start, 0));
    for (let from = 0, end = bytes.indexOf(10); end !== -1; from = end + 1, end = bytes.indexOf(10, from)) {
      const timeMs = timeMsOf(bytes.subarray(from, end));
      if (timeMs !== null) return timeMs;
    }
    return null;
  } finally {
    await file.bytes.close();
  }
}
