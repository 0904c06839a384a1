/** One NDJSON file that grows, written by position: what a failed write left behind is written over, never doubled. */
import { type FileHandle, open, rename, stat } from 'node:fs/promises';
import { StateRefused } from '../store/store.ts';

export type OutputFile = {
  /** Bytes that are flushed; the length to commit. */
  readonly lengthBytes: number;
  /** Writes all bytes at the end and waits for the disk. After an error nothing of them counts; write them again. */
  append(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
};

/**
 * Opens the file at the length the state has committed and cuts off what is longer: lines of a commit that never was.
 * @throws StateRefused when the file is missing or shorter than that
 */
export async function openCommittedFile(path: string, lengthBytes: number): Promise<OutputFile> {
  const sizeBytes = await sizeOf(path);
  if (sizeBytes < lengthBytes) {
    throw new StateRefused(
      `Output file ${path}: found ${sizeBytes} bytes, expected at least the ${lengthBytes} that are committed. Restore it, or begin anew with an empty output folder and state.`,
    );
  }
  return openAt(path, lengthBytes);
}

/**
 * Opens a file no commit knows of. One that is there already may be somebody's data, so it is moved aside, not cut.
 * @returns where it went, or null where there was none
 */
export async function moveAside(path: string): Promise<string | null> {
  if ((await sizeOf(path)) === 0) return null;
  for (let number = 1; ; number += 1) {
    const aside = `${path}.uncommitted-${number}`;
    if ((await sizeOf(aside)) > 0) continue;
    await rename(path, aside);
    return aside;
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 0;
    throw error;
  }
}

/** Opens or makes the file and cuts it to a length. */
export async function openAt(path: string, lengthBytes: number): Promise<OutputFile> {
  await (await open(path, 'a', 0o600)).close();
  const handle = await open(path, 'r+');
  await handle.truncate(lengthBytes);
  return new PositionedFile(handle, lengthBytes);
}

class PositionedFile implements OutputFile {
  lengthBytes: number;
  readonly #handle: FileHandle;

  constructor(handle: FileHandle, lengthBytes: number) {
    [this.#handle, this.lengthBytes] = [handle, lengthBytes];
  }

  async append(bytes: Uint8Array): Promise<void> {
    try {
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, this.lengthBytes + done);
        done += bytesWritten;
      }
      await this.#handle.datasync();
    } catch (error) {
      // Gives the room back. Where even this fails the next try writes over the rest, and the next start cuts it off.
      await this.#handle.truncate(this.lengthBytes).catch(() => null);
      throw error;
    }
    this.lengthBytes += bytes.length;
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}
