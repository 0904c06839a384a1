/** Follows one path like a careful tail: through rotations, truncations and restarts, by polling, without losing or doubling a line. */
import type { KeyObject } from 'node:crypto';
import { formatPosition, parsePosition } from './followed-position.ts';
import { beginFollowing } from './begin-following.ts';
import { errorCode, lookAt } from './list-folder.ts';
import type { Listed } from './list-folder.ts';
import { FolderMoved, isFileSystemError } from './locate-file.ts';
import { retireFile } from './retire-file.ts';
import type { Chunk, Source } from './source.ts';
import { surveyFiles } from './survey-files.ts';
import { TrackedFile } from './tracked-file.ts';
import type { FollowTools, Lost } from './tracked-file.ts';

export type FollowOptions = {
  readonly input: string;
  readonly path: string;
  /** As a chunk of this input carried it; null at the first start. */
  readonly position: string | null;
  /** Where the first start begins in a file that is there already. */
  readonly startAt: 'end' | 'beginning';
  /** Key of the fingerprints in positions. */
  readonly identityKey: KeyObject;
  /** Limit for one line without its `\n`; default 262,144. */
  readonly maxLineBytes?: number;
  /** How long a file that was rotated away is watched for late writes after the last one; default 10,000. */
  readonly graceMs?: number;
  /** Milliseconds since 1970; default the system's clock. */
  readonly nowMs?: () => number;
};

/** A source that also says what keeps it from reading. */
export type FollowedFile = Source & {
  readonly path: string;
  /** Names the path and what was expected; null while all is well. Never holds a byte of a line. */
  problem(): string | null;
};

const noBytes = Buffer.alloc(0);

/**
 * Opens a path to follow. It need not exist yet. What the file system refuses is retried at every read and told by `problem()`.
 * @throws PositionRefused when the position is not one of a followed path
 */
export async function openFollowedFile(options: FollowOptions): Promise<FollowedFile> {
  const follower = new Follower(options);
  await follower.start();
  return follower;
}

class Follower implements FollowedFile {
  readonly input: string;
  readonly path: string;
  readonly #options: FollowOptions;
  readonly #tools: FollowTools;
  #files: TrackedFile[];
  #begun: boolean;
  #surveyDue = false;
  #problem: string | null = null;
  readonly #lost: Lost[] = [];

  constructor(options: FollowOptions) {
    const { input, path, position, identityKey, maxLineBytes = 262_144, nowMs = Date.now } = options;
    this.input = input;
    this.path = path;
    this.#options = options;
    this.#tools = { identityKey, maxLineBytes, nowMs, read: { buffer: noBytes } };
    this.#files = position === null ? [] : parsePosition(input, position).map((place) => new TrackedFile(place, this.#tools));
    this.#begun = position !== null;
  }

  problem(): string | null {
    return this.#problem;
  }

  lagBytes(): number {
    return this.#files.reduce((sum, file) => sum + file.lagBytes(), 0);
  }

  async start(): Promise<void> {
    await this.#patiently(() => this.#begin());
  }

  async read(maxBytes: number): Promise<Chunk> {
    const found = (await this.#patiently(() => this.#readOn(maxBytes))) ?? 'unsettled';
    const lost = this.#lost.splice(0);
    const position = formatPosition(this.#files.map((file) => file.place));
    return { input: this.input, position, lost, ...(typeof found === 'string' ? { bytes: noBytes, state: found } : { bytes: found, state: 'more' }) };
  }

  async close(): Promise<void> {
    for (const file of this.#files) await file.letGo();
  }

  async #begin(): Promise<void> {
    if (this.#begun) return;
    this.#files = await beginFollowing(this.path, this.#options.startAt, this.#tools);
    this.#begun = true;
  }

  /** What the file system refuses is a broken world: nothing is read now, and the next read tries again. */
  async #patiently<T>(work: () => Promise<T>): Promise<T | null> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof FolderMoved) return null;
      if (!isFileSystemError(error)) throw error;
      this.#problem = `${this.path}: expected a folder and log files that can be read, but got ${errorCode(error)}; trying again`;
      return null;
    }
  }

  async #readOn(maxBytes: number): Promise<Buffer | 'at_end' | 'unsettled'> {
    await this.#begin();
    // Lines of files that are still to be found come before all others.
    if (this.#files.some((file) => file.isMissing)) await this.#survey();
    const early = await this.#readFiles(maxBytes);
    if (early !== null) return early;
    await this.#look();
    const grown = await this.#readFiles(maxBytes);
    if (grown !== null) return grown;
    if (this.#surveyDue) await this.#survey();
    const last = (await this.#readFiles(maxBytes)) ?? (await this.#retire(maxBytes));
    return last ?? (this.#surveyDue || this.#files.some((file) => file.isMissing) ? 'unsettled' : 'at_end');
  }

  /** The oldest file that has something comes first; what is still to be found holds up all that is newer. */
  async #readFiles(maxBytes: number): Promise<Buffer | null> {
    for (const file of this.#files) {
      if (file.isMissing) return null;
      const bytes = await this.#readOne(file, maxBytes, false);
      if (bytes === 'changed') return null;
      if (bytes.length > 0) return bytes;
    }
    return null;
  }

  async #readOne(file: TrackedFile, maxBytes: number, last: boolean): Promise<Buffer | 'changed'> {
    const result = await file.read(maxBytes, last);
    if (result === 'changed') {
      await this.#rewritten(file);
      return result;
    }
    this.#lost.push(...result.lost);
    return result.bytes;
  }

  /** One stat of the path while all is quiet. */
  async #look(): Promise<void> {
    const current = await lookAt(this.path);
    const settled = current !== null && this.#files.at(-1)?.holds(current) === true;
    await this.#refresh(settled ? current : undefined);
    // Where there is none now, more than one may have been there since the last look, and lie among the rotated files.
    if (!settled) this.#surveyDue = true;
    this.#problem = current === null ? `${this.path}: expected a log file, but there is none; looking again at every read` : null;
  }

  /** @param newest what a stat of the newest file just said */
  async #refresh(newest?: Listed): Promise<void> {
    for (const file of this.#files) {
      if ((await file.refresh(file === this.#files.at(-1) ? newest : undefined)) === 'changed') await this.#rewritten(file);
    }
  }

  async #rewritten(file: TrackedFile): Promise<void> {
    file.lostAs = 'truncated';
    await file.letGo();
    this.#surveyDue = true;
  }

  async #survey(): Promise<void> {
    await surveyFiles(this.path, this.#files, this.#lost, this.#tools);
    this.#surveyDue = false;
    // What nginx put into a renamed file before it opened the new one comes before the lines of the new one.
    await this.#refresh();
  }

  async #retire(maxBytes: number): Promise<Buffer | null> {
    const { graceMs = 10_000 } = this.#options;
    const nowMs = this.#tools.nowMs();
    for (const [index, file] of this.#files.entries()) {
      const newer = this.#files.slice(index + 1);
      if (!retireFile(file, newer, { graceMs, nowMs })) continue;
      const bytes = await this.#readOne(file, maxBytes, true);
      if (bytes === 'changed') return null;
      if (bytes.length > 0) return bytes;
      file.place.done = true;
      await file.letGo();
    }
    return null;
  }
}
