/** The output without Loki: anonymised lines appended to one NDJSON file a kind, whose committed length is part of the commit. */
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Put } from '../record.ts';
import { StoreUnavailable } from '../store/store.ts';
import { moveAside, openAt, openCommittedFile, type OutputFile } from './output-file.ts';

export type FileOutput = {
  /** Files that no commit knew of, under the names they were moved to. */
  readonly movedAside: readonly string[];
  /** Bytes (as UTF-16 units) that wait for `flush`. */
  readonly bufferedLength: number;
  /** Puts a line, without its line feed, into the buffer of its kind (`access`, `visit`, `day`). */
  add(kind: string, line: string): void;
  /**
   * Writes what was added and waits for the disk. What it returns, `file/<kind>` and the new length in bytes, goes into the next commit;
   * a length that is never committed is cut off at the next start.
   * @throws StoreUnavailable when the disk is full or fails: nothing is lost, call it again
   */
  flush(): Promise<readonly Put[]>;
  close(): Promise<void>;
};

export type FileOutputOptions = {
  /** Made with mode 0700 where it is missing. */
  readonly folder: string;
  /** Kind -> committed length in bytes, from the entries `file/<kind>` of the state. */
  readonly lengths: ReadonlyMap<string, number>;
};

/**
 * Opens the output folder and brings every file to its committed length.
 * @throws StateRefused when a file is missing or shorter than its committed length
 * @throws StoreUnavailable when the folder cannot be written
 */
export async function openFileOutput(options: FileOutputOptions): Promise<FileOutput> {
  const { folder, lengths } = options;
  return waiting(folder, async () => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const files = new Map<string, OutputFile>();
    for (const [kind, lengthBytes] of lengths) files.set(kind, await openCommittedFile(pathOf(folder, kind), lengthBytes));
    return new NdjsonOutput(folder, files);
  });
}

class NdjsonOutput implements FileOutput {
  readonly movedAside: string[] = [];
  bufferedLength = 0;
  readonly #folder: string;
  readonly #files: Map<string, OutputFile>;
  readonly #buffers = new Map<string, string>();
  #flushing = false;

  constructor(folder: string, files: Map<string, OutputFile>) {
    [this.#folder, this.#files] = [folder, files];
  }

  add(kind: string, line: string): void {
    this.#buffers.set(kind, `${this.#buffers.get(kind) ?? ''}${line}\n`);
    this.bufferedLength += line.length + 1;
  }

  async flush(): Promise<readonly Put[]> {
    if (this.#flushing) throw new Error('a flush is still under way');
    this.#flushing = true;
    try {
      return await waiting(this.#folder, () => this.#flushKinds());
    } finally {
      this.#flushing = false;
    }
  }

  /** A kind leaves the buffer when it is on the disk; the others wait for the next try. */
  async #flushKinds(): Promise<readonly Put[]> {
    for (const [kind, text] of [...this.#buffers]) {
      const file = await this.#fileOf(kind);
      await file.append(Buffer.from(text));
      this.#takeOut(kind, text.length);
    }
    return [...this.#files].map(([kind, file]): Put => [`file/${kind}`, String(file.lengthBytes)]);
  }

  /** Lines that were added while the disk was busy stay. */
  #takeOut(kind: string, length: number): void {
    const rest = this.#buffers.get(kind)?.slice(length) ?? '';
    if (rest === '') this.#buffers.delete(kind);
    else this.#buffers.set(kind, rest);
    this.bufferedLength -= length;
  }

  async #fileOf(kind: string): Promise<OutputFile> {
    const existing = this.#files.get(kind);
    if (existing !== undefined) return existing;
    const path = pathOf(this.#folder, kind);
    const aside = await moveAside(path);
    if (aside !== null) this.movedAside.push(aside);
    const file = await openAt(path, 0);
    this.#files.set(kind, file);
    await syncFolder(this.#folder);
    return file;
  }

  async close(): Promise<void> {
    for (const file of this.#files.values()) await file.close();
    this.#files.clear();
  }
}

/** Only names of kinds become names of files. */
function pathOf(folder: string, kind: string): string {
  if (!/^[a-z][a-z0-9_-]{0,63}$/.test(kind)) throw new Error('a kind of output is named by small letters, digits, - and _');
  return join(folder, `${kind}.ndjson`);
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const waitFor: ReadonlySet<string> = new Set(['EACCES', 'EDQUOT', 'EFBIG', 'EIO', 'EMFILE', 'ENFILE', 'ENOENT', 'ENOSPC', 'EPERM', 'EROFS']);

/** What the disk refuses now is worth another try; every other error is passed on. */
async function waiting<T>(folder: string, deed: () => Promise<T>): Promise<T> {
  try {
    return await deed();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!waitFor.has(code)) throw error;
    throw new StoreUnavailable(`Cannot write to the output folder ${folder} (${code}). Make room or make it writable; it is tried again.`, {
      cause: error,
    });
  }
}
