/** One file on its way through a followed path: its place, and while it is open its lines and a watch for rewriting. */
import type { KeyObject } from 'node:crypto';
import type { LostReason } from '../record.ts';
import { fingerprint, headBytes } from './file-identity.ts';
import type { FilePlace } from './followed-position.ts';
import { LineReader } from './line-reader.ts';
import type { ReadBuffer } from './line-reader.ts';
import { lostBytes } from './lost-bytes.ts';
import type { Listed } from './list-folder.ts';
import type { OpenFile } from './open-file.ts';
import type { Chunk } from './source.ts';

export type Lost = Chunk['lost'][number];

/** What all files of one followed path share. */
export type FollowTools = {
  readonly identityKey: KeyObject;
  readonly maxLineBytes: number;
  readonly read: ReadBuffer;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
};

type Opened = { readonly file: OpenFile; readonly lines: LineReader; readonly device: string; head: Buffer };

const nothing = { bytes: Buffer.alloc(0), lost: [] };

export class TrackedFile {
  readonly place: FilePlace;
  readonly #tools: FollowTools;
  #opened: Opened | null = null;
  #drained = false;
  /** Name by which the reason is known when the rest cannot be found again. */
  lostAs: LostReason = 'vanished';
  /** When it was opened or grew last. */
  grownMs: number;
  /** When a newer file was first seen to be written to. */
  supersededMs: number | null = null;
  unlinked = false;

  constructor(place: FilePlace, tools: FollowTools) {
    this.place = place;
    this.#tools = tools;
    this.grownMs = tools.nowMs();
  }

  get isOpen(): boolean {
    return this.#opened !== null;
  }

  /** Not read to its end, and not found yet. */
  get isMissing(): boolean {
    return this.#opened === null && !this.place.done;
  }

  get isGzip(): boolean {
    return this.#opened?.file.gzip === true;
  }

  /** True while this very file is open; inodes of open files are never given to others. */
  holds(file: Listed): boolean {
    return this.#opened !== null && this.#opened.device === file.device && this.place.inode === file.inode;
  }

  /** Goes on in an opened file from the remembered offset. False, and nothing is kept, where it is too short. */
  async attach(file: OpenFile, path: string): Promise<boolean> {
    const lines = new LineReader(file.bytes, this.#tools);
    const head = await readHead(file);
    if (!(await lines.seek(this.place.offset, this.place.skipping))) return false;
    const { inode, device, size, modifiedMs } = await file.look();
    this.#opened = { file, lines, device, head };
    this.grownMs = this.#tools.nowMs();
    Object.assign(this.place, { path, inode, size: file.gzip ? this.place.offset : size, modifiedMs, done: false });
    this.#remember();
    return true;
  }

  /** Whole lines that are there; with `last`, also a last one without its end. */
  async read(maxBytes: number, last: boolean): Promise<{ readonly bytes: Buffer; readonly lost: readonly Lost[] } | 'changed'> {
    const opened = this.#opened;
    if (opened === null || this.#drained) return nothing;
    const { lines, file } = opened;
    const askedBytes = file.gzip ? maxBytes : this.#askedBytes(lines, last);
    if (askedBytes === 0) return nothing;
    const result = await lines.next(Math.min(maxBytes, askedBytes), last || file.gzip, opened.head);
    if (result === 'changed') return 'changed';
    if (file.gzip && result.atEnd) this.#drained = true;
    await this.#growHead(opened);
    this.#remember();
    return { bytes: result.bytes, lost: lostBytes(result.nulBytes, this.#drained ? file.bytes.unreadableBytes() : 0) };
  }

  /** One byte more than is known to be there, so that the end is seen as the end; 0 where there is nothing to read. */
  #askedBytes(lines: LineReader, last: boolean): number {
    const aheadBytes = this.place.size - lines.offset;
    if (aheadBytes <= 0 || (this.place.size <= lines.seen && !last)) return 0;
    return aheadBytes + 1;
  }

  /** Looks whether the file grew or was rewritten; `file` is what a stat of it just said. */
  async refresh(file?: Listed): Promise<'same' | 'changed'> {
    const opened = this.#opened;
    if (opened === null || opened.file.gzip) return 'same';
    const now = file ?? (await this.#look(opened));
    if (now.size < opened.lines.offset) return 'changed';
    if (now.modifiedMs === this.place.modifiedMs && now.size === this.place.size) return 'same';
    if (!(await this.#untouched(opened))) return 'changed';
    if (now.size > this.place.size) this.grownMs = this.#tools.nowMs();
    this.place.size = now.size;
    this.place.modifiedMs = now.modifiedMs;
    await this.#growHead(opened);
    this.#remember();
    return 'same';
  }

  /** Bytes that are known to be there and not read. */
  lagBytes(): number {
    return this.place.done || this.isGzip ? 0 : Math.max(0, this.place.size - this.place.offset);
  }

  async letGo(): Promise<void> {
    const opened = this.#opened;
    this.#opened = null;
    await opened?.file.bytes.close();
  }

  async #look(opened: Opened): Promise<Listed> {
    const now = await opened.file.look();
    this.unlinked = now.links === 0;
    return now;
  }

  async #untouched({ file, lines, head }: Opened): Promise<boolean> {
    const now = Buffer.alloc(head.length);
    if ((await file.bytes.readAt(now, 0)) < head.length || !now.equals(head)) return false;
    const { tail } = lines;
    const tailNow = Buffer.alloc(tail.length);
    return (await file.bytes.readAt(tailNow, lines.offset - tail.length)) === tail.length && tailNow.equals(tail);
  }

  async #growHead(opened: Opened): Promise<void> {
    const { file, head } = opened;
    if (file.gzip || head.length >= Math.min(headBytes, this.place.size)) return;
    const grown = await readHead(file);
    // Emptied since it was looked at: the next look will say so, and until then it is known by what it was.
    if (grown.subarray(0, head.length).equals(head)) opened.head = grown;
  }

  #remember(): void {
    if (this.#opened === null) return;
    const { lines, head, file } = this.#opened;
    const { place } = this;
    const { identityKey } = this.#tools;
    if (place.head.bytes !== head.length || place.head.hash === '') place.head = fingerprint(identityKey, 'head', head);
    if (place.offset !== lines.offset || place.tail.hash === '') place.tail = fingerprint(identityKey, 'tail', lines.tail);
    place.offset = lines.offset;
    place.skipping = lines.skipping;
    place.size = file.gzip ? lines.seen : Math.max(place.size, lines.seen);
  }
}

async function readHead(file: OpenFile): Promise<Buffer> {
  const head = Buffer.alloc(headBytes);
  return head.subarray(0, await file.bytes.readAt(head, 0));
}

/** The place of a file that nothing was read of yet. */
export function newPlace({ path, inode, size, modifiedMs }: Listed): FilePlace {
  const none = { bytes: 0, hash: '' };
  return { path, inode, head: none, tail: none, offset: 0, size, modifiedMs, skipping: false, done: false };
}
