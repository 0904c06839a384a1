/** One NDJSON file that grows, written by position: what a failed write left behind is written over, never doubled. */
import { type FileHandle, open, rename, stat } from 'node:fs/promises';
import { StateRefused } from '../store/store.ts';

export type OutputFile = {
  /** Bytes that are flushed; the length to commit. */
  readonly lengthBytes: number;
  /** Begins to write bytes behind all others, and does not wait; the bytes must not change until `onDisk` is called. */
  begin(bytes: Buffer, onDisk: () => void): void;
  /** Waits until all that was begun is on the disk. After an error nothing of it counts: call again, and what may be missing is written again. */
  settle(): Promise<void>;
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

/** Bytes on their way; `deed` ends with the error, or null. It is null itself where they must be written again. */
type Piece = { readonly bytes: Buffer; readonly at: number; readonly onDisk: () => void; deed: Promise<unknown> | null };

/** How many bytes the system may collect before the disk is set to work, while more lines are read. */
const syncAfterBytes = 4_194_304;

class PositionedFile implements OutputFile {
  lengthBytes: number;
  readonly #handle: FileHandle;
  /** Not known to be on the disk, in the order of the file. */
  #pieces: Piece[] = [];
  /** Where the next piece goes. */
  #endBytes: number;
  #unsyncedBytes = 0;
  /** The sync under way while more is begun; ends with the error, or null. */
  #sync: Promise<unknown> = Promise.resolve(null);
  #isSyncing = false;

  constructor(handle: FileHandle, lengthBytes: number) {
    [this.#handle, this.lengthBytes, this.#endBytes] = [handle, lengthBytes, lengthBytes];
  }

  begin(bytes: Buffer, onDisk: () => void): void {
    const at = this.#endBytes;
    this.#pieces.push({ bytes, at, onDisk, deed: errorOf(this.#write(bytes, at)) });
    this.#endBytes += bytes.length;
    this.#unsyncedBytes += bytes.length;
    if (this.#unsyncedBytes < syncAfterBytes || this.#isSyncing) return;
    this.#unsyncedBytes = 0;
    this.#isSyncing = true;
    this.#sync = this.#syncEarly([...this.#pieces]).finally(() => (this.#isSyncing = false));
  }

  /** An error of the disk is told only once, so it is kept for `settle`. */
  async #syncEarly(pieces: readonly Piece[]): Promise<unknown> {
    const earlier = await this.#sync;
    const error = earlier ?? (await this.#errorOf(pieces));
    if (error === null) this.#release(pieces);
    return error;
  }

  async settle(): Promise<void> {
    const early = await this.#sync;
    this.#sync = Promise.resolve(null);
    const pieces = [...this.#pieces];
    const error = early ?? (await this.#errorOf(pieces));
    if (error !== null) {
      // A write that still runs could land behind its repetition, with bytes of a buffer that was given back by then.
      for (const { deed } of this.#pieces) await deed;
      for (const piece of this.#pieces) piece.deed = null;
      // Gives the room back. Where even this fails the next try writes over the rest, and the next start cuts it off.
      await this.#handle.truncate(pieces[0]?.at ?? this.#endBytes).catch(() => null);
      throw error instanceof Error ? error : new Error('the disk failed without saying how');
    }
    this.#release(pieces);
    this.lengthBytes = this.#endBytes;
    this.#unsyncedBytes = 0;
  }

  /** Waits until the pieces are written and what is written is on the disk. */
  async #errorOf(pieces: readonly Piece[]): Promise<unknown> {
    const ends = await Promise.all(pieces.map((piece) => (piece.deed ??= errorOf(this.#write(piece.bytes, piece.at)))));
    return ends.find((end) => end !== null) ?? errorOf(this.#handle.datasync());
  }

  /** The first pieces are on the disk. */
  #release(pieces: readonly Piece[]): void {
    this.#pieces = this.#pieces.slice(pieces.length);
    for (const { onDisk } of pieces) onDisk();
  }

  async #write(bytes: Buffer, at: number): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, at + done);
      done += bytesWritten;
    }
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

/** Null when it went well; a rejection that nobody waits for yet must not end the process. */
function errorOf(deed: Promise<unknown>): Promise<unknown> {
  return deed.then(
    () => null,
    (error: unknown) => error,
  );
}
