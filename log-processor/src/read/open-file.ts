/** Opens a regular file for reading and tells by its first bytes whether it is compressed. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { plainBytes } from './file-bytes.ts';
import type { Bytes } from './file-bytes.ts';
import { GzipBytes } from './gzip-bytes.ts';
import { listed, unlessMissing } from './list-folder.ts';
import type { Listed } from './list-folder.ts';

export type OpenFile = {
  readonly bytes: Bytes;
  readonly gzip: boolean;
  /** Compressed bytes taken in so far, where it is compressed. */
  readonly compressedReadTo?: () => number;
  /** The file as it is now; `links` is 0 once it has no name any more. */
  look(): Promise<Listed & { readonly links: number }>;
};

/** Null where there is no regular file. @throws errors of the file system but ENOENT */
export async function openFile(path: string): Promise<OpenFile | null> {
  // O_NONBLOCK: a named pipe would block the opening until somebody writes.
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(unlessMissing(null));
  if (handle === null) return null;
  try {
    return await describe(handle, path);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function describe(handle: FileHandle, path: string): Promise<OpenFile | null> {
  if (!(await handle.stat()).isFile()) {
    await handle.close();
    return null;
  }
  const start = Buffer.alloc(2);
  await handle.read(start, 0, 2, 0);
  const gzip = start[0] === 0x1f && start[1] === 0x8b;
  const look = async (): Promise<Listed & { links: number }> => {
    const stats = await handle.stat({ bigint: true });
    return { ...listed(path, stats), links: Number(stats.nlink) };
  };
  if (!gzip) return { bytes: plainBytes(handle), gzip, look };
  const bytes = new GzipBytes(handle);
  return { bytes, gzip, look, compressedReadTo: () => bytes.readTo };
}
