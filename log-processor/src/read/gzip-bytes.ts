/** Reads a gzip file as if it were plain: forwards only, all members, as much as a damaged file still holds, in flat memory. */
import type { FileHandle } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import type { Gunzip } from 'node:zlib';
import { ByteQueue } from './byte-queue.ts';
import type { Bytes } from './file-bytes.ts';

// Deflate grows at most 1032 times, so one block gives at most 4 MiB: the bound for a gzip bomb.
const blockBytes = 4096;

/** Going back behind what was dropped starts again from the front. */
export class GzipBytes implements Bytes {
  readonly #handle: FileHandle;
  readonly #block = Buffer.alloc(blockBytes);
  #queue = new ByteQueue();
  #gunzip: Gunzip | null = null;
  #readTo = 0;
  #ended = false;
  #unreadable = 0;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  async readAt(into: Buffer, at: number): Promise<number> {
    if (at < this.#queue.start) this.#rewind();
    this.#queue.dropBefore(at);
    while (this.#queue.end < at + into.length && !this.#ended) {
      await this.#feed();
      this.#queue.dropBefore(at);
    }
    return this.#queue.copy(into, at);
  }

  unreadableBytes(): number {
    return this.#unreadable;
  }

  /** Compressed bytes that were taken in so far. */
  get readTo(): number {
    return this.#readTo;
  }

  async close(): Promise<void> {
    this.#gunzip?.destroy();
    await this.#handle.close();
  }

  #rewind(): void {
    this.#gunzip?.destroy();
    this.#gunzip = null;
    this.#queue = new ByteQueue();
    this.#readTo = 0;
    this.#ended = false;
  }

  async #feed(): Promise<void> {
    const gunzip = (this.#gunzip ??= this.#open());
    const { bytesRead } = await this.#handle.read(this.#block, 0, blockBytes, this.#readTo);
    const error = await pass(gunzip, this.#block.subarray(0, bytesRead));
    if (gunzip.readableEnded || bytesRead === 0) this.#ended = true;
    if (error !== null) {
      const { size } = await this.#handle.stat();
      this.#unreadable = Math.max(1, size - this.#readTo);
      this.#ended = true;
    }
    this.#readTo += bytesRead;
  }

  #open(): Gunzip {
    const queue = this.#queue;
    const gunzip = createGunzip();
    gunzip.on('data', (piece: Buffer) => queue.push(piece));
    gunzip.on('error', ignoreRepeated);
    return gunzip;
  }
}

/** Puts one block through (an empty one ends the stream) and waits until its output is out; answers the error instead of throwing it. */
function pass(gunzip: Gunzip, block: Buffer): Promise<Error | null> {
  return new Promise((resolve) => {
    const settle = (error: Error | null): void => {
      gunzip.off('error', settle).off('end', onEnd);
      resolve(error);
    };
    const onEnd = (): void => settle(null);
    gunzip.on('error', settle).on('end', onEnd);
    // Bytes after the last member end the stream and the call-back of their write never comes.
    if (block.length === 0) gunzip.end();
    else gunzip.write(block, (error) => settle(error ?? null));
  });
}

/** Damage is answered by `pass`; a destroyed stream may report it once more. */
function ignoreRepeated(): void {
  return;
}
