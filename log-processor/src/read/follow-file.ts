/** Follows one path like a careful tail: through rotations, truncations and restarts, by polling, without losing or doubling a line. */
import { formatPosition, parsePosition } from './followed-position.ts';
import { beginFollowing } from './begin-following.ts';
import { FolderMoved } from './folder-moved.ts';
import type { FollowedFile, FollowOptions } from './follow-options.ts';
import { listFolder, lookAt } from './list-folder.ts';
import type { Folder, Listed } from './list-folder.ts';
import { patiently } from './patiently.ts';
import { retireFile } from './retire-file.ts';
import type { Chunk } from './source.ts';
import { surveyFiles } from './survey-files.ts';
import { TrackedFile } from './tracked-file.ts';
import type { FollowTools, Lost } from './tracked-file.ts';

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
  /** Where the first start began is told, and so committed, before a byte is given out: a rotation while nobody runs cannot hide the file then. */
  #beginningUntold = false;
  #surveyDue = false;
  /** Sizes are not known of one moment: nothing may be read before they are. */
  #refreshDue = false;
  #problem: string | null = null;
  readonly #lost: Lost[] = [];

  constructor(options: FollowOptions) {
    const { input, path, position, identityKey, maxLineBytes = 262_144, nowMs = Date.now } = options;
    [this.input, this.path, this.#options] = [input, path, options];
    this.#tools = { identityKey, maxLineBytes, nowMs, read: { buffer: noBytes } };
    this.#files = position === null ? [] : parsePosition(input, position).map((place) => new TrackedFile(place, this.#tools));
    this.#begun = position !== null;
  }

  problem(): string | null {
    return this.#problem;
  }

  readonly holds = (file: Listed): boolean => this.#files.some((tracked) => tracked.holds(file));

  lagBytes(): number {
    return this.#files.reduce((sum, file) => sum + file.lagBytes(), 0);
  }

  async start(): Promise<void> {
    await this.#patiently(() => this.#begin());
  }

  async read(maxBytes: number): Promise<Chunk> {
    const found = (await this.#patiently(() => this.#next(maxBytes))) ?? 'unsettled';
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
    this.#beginningUntold = true;
  }

  #patiently<T>(work: () => Promise<T>): Promise<T | null> {
    return patiently(this.path, work, (problem) => (this.#problem = problem));
  }

  async #next(maxBytes: number): Promise<Buffer | 'at_end' | 'unsettled' | 'begun'> {
    await this.#begin();
    if (!this.#beginningUntold) return this.#readOn(maxBytes);
    this.#beginningUntold = false;
    return 'begun';
  }

  async #readOn(maxBytes: number): Promise<Buffer | 'at_end' | 'unsettled'> {
    // Lines of files that are still to be found come before all others.
    if (this.#files.some((file) => file.isMissing)) await this.#survey();
    if (this.#refreshDue) await this.#refresh();
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

  /**
   * The newest file first: what nginx puts into a renamed file before it goes on in the new one is then known when the new one's lines are.
   * @param newest what a stat of the newest file just said
   */
  async #refresh(newest?: Listed): Promise<void> {
    this.#refreshDue = true;
    for (const file of this.#files.toReversed()) {
      if ((await file.refresh(file === this.#files.at(-1) ? newest : undefined)) === 'changed') await this.#rewritten(file);
    }
    this.#refreshDue = false;
  }

  async #rewritten(file: TrackedFile): Promise<void> {
    file.lostAs = 'truncated';
    await file.letGo();
    this.#surveyDue = true;
  }

  async #survey(): Promise<void> {
    const folder = await listFolder(this.path, this.#files.map(({ place }) => place.path)); // prettier-ignore
    await this.#refreshAfter(folder);
    this.#refreshDue = true; // also where it fails half-way: newer files may be open already
    await surveyFiles(folder, this.#files, this.#lost, this.#tools);
    this.#surveyDue = false;
    await this.#refresh();
  }

  /** What was written before the newer files of the listing were there is known before one of them is. */
  async #refreshAfter({ current }: Folder): Promise<void> {
    const open = this.#files.filter((file) => file.isOpen);
    await this.#refresh();
    // Emptied since: its copy came later than the listing.
    if (!open.every((file) => file.isOpen)) throw new FolderMoved(current?.path ?? this.path);
  }

  async #retire(maxBytes: number): Promise<Buffer | null> {
    const { graceMs = 10_000 } = this.#options;
    const nowMs = this.#tools.nowMs();
    for (const [index, file] of this.#files.entries()) {
      if (file.isMissing) return null;
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
