/** The output without Loki: anonymised lines appended to one NDJSON file a kind, whose committed length is part of the commit. */
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Put } from '../record.ts';
import { StoreUnavailable } from '../store/store.ts';
import { LineBuffer } from './line-buffer.ts';
import { moveAside, openAt, openCommittedFile, type OutputFile } from './output-file.ts';

export type FileOutput = {
  /** Files that no commit knew of, under the names they were moved to. */
  readonly movedAside: readonly string[];
  /** The buffer of a kind (`access`, `visit`, `day`), to be filled in place with whole lines. */
  bufferOf(kind: string): LineBuffer;
  /**
   * Writes what was added before the call and waits for the disk. What it returns, `file/<kind>` and the new length in bytes, goes into the
   * next commit; a length that is never committed is cut off at the next start. Lines that are added meanwhile wait for the next flush.
   * @throws StoreUnavailable when the disk is full or fails: nothing is lost, call it again for the same lines
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
  readonly #folder: string;
  readonly #files: Map<string, OutputFile>;
  readonly #buffers = new Map<string, LineBuffer>();
  /** Filled bytes of kinds whose file is not open yet, or that came after the cut of the flush under way. */
  #waiting = new Map<string, Buffer[]>();
  /** What the flush under way, or the one to be tried again, has still to begin; null while there is none. */
  #cut: Map<string, Buffer[]> | null = null;
  #flushing = false;

  constructor(folder: string, files: Map<string, OutputFile>) {
    [this.#folder, this.#files] = [folder, files];
  }

  bufferOf(kind: string): LineBuffer {
    let buffer = this.#buffers.get(kind);
    if (buffer === undefined) this.#buffers.set(kind, (buffer = new LineBuffer((filled) => this.#begin(kind, filled))));
    return buffer;
  }

  /** What is filled is written while more is added; it counts when it is flushed. */
  #begin(kind: string, filled: Buffer): void {
    const file = this.#files.get(kind);
    if (file !== undefined && this.#cut === null) this.#write(kind, file, filled);
    else this.#waiting.set(kind, [...(this.#waiting.get(kind) ?? []), filled]);
  }

  async flush(): Promise<readonly Put[]> {
    if (this.#flushing) throw new Error('a flush is still under way');
    this.#flushing = true;
    try {
      const cut = this.#cut ?? this.#cutHere();
      const puts = await waiting(this.#folder, () => this.#flushKinds(cut));
      this.#cut = null;
      this.#beginWaiting();
      return puts;
    } finally {
      this.#flushing = false;
    }
  }

  /** Lines added from now on belong to the next flush. */
  #cutHere(): Map<string, Buffer[]> {
    for (const buffer of this.#buffers.values()) buffer.handOver();
    const cut = this.#waiting;
    [this.#waiting, this.#cut] = [new Map<string, Buffer[]>(), cut];
    return cut;
  }

  #beginWaiting(): void {
    for (const [kind, pieces] of this.#waiting) {
      const file = this.#files.get(kind);
      if (file === undefined) continue;
      this.#waiting.delete(kind);
      for (const bytes of pieces) this.#write(kind, file, bytes);
    }
  }

  /** The disk takes all kinds at once; what fails of them waits for the next try. */
  async #flushKinds(cut: Map<string, Buffer[]>): Promise<readonly Put[]> {
    for (const [kind, pieces] of [...cut]) {
      const file = await this.#fileOf(kind);
      cut.delete(kind);
      for (const bytes of pieces) this.#write(kind, file, bytes);
    }
    const ends = await Promise.allSettled([...this.#files.values()].map((file) => file.settle()));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    return [...this.#files].map(([kind, file]): Put => [`file/${kind}`, String(file.lengthBytes)]);
  }

  #write(kind: string, file: OutputFile, bytes: Buffer): void {
    file.begin(bytes, () => this.bufferOf(kind).giveBack(bytes));
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
