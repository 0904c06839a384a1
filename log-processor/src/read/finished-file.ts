/** Reads a file that nobody writes to any more, plain or gzip by its content, from a remembered offset to its end. */
import type { KeyObject } from 'node:crypto';
import { fingerprint, headBytes, sameContent } from './file-identity.ts';
import type { Fingerprint } from './file-identity.ts';
import { isCount, isObject, narrowFingerprint, parseJson } from './followed-position.ts';
import { LineReader } from './line-reader.ts';
import { openFile } from './open-file.ts';
import type { OpenFile } from './open-file.ts';
import { lostBytes } from './lost-bytes.ts';
import { PositionRefused } from './position-refused.ts';
import type { Chunk, Source } from './source.ts';

export type FinishedOptions = {
  readonly input: string;
  readonly path: string;
  /** As a chunk of this input carried it; null to begin at the first byte. */
  readonly position: string | null;
  /** Key of the fingerprints in positions. */
  readonly identityKey: KeyObject;
  /** Limit for one line without its `\n`; default 262,144. */
  readonly maxLineBytes?: number;
};

type Place = { readonly head: Fingerprint; readonly tail: Fingerprint; readonly offset: number; readonly skipping: boolean };

const version = 1;

/**
 * The offset of a position counts uncompressed bytes: a gzip file is decompressed again up to it.
 * @throws PositionRefused when the position is foreign or belongs to another file; an Error naming the path where it cannot be read
 */
export async function openFinishedFile(options: FinishedOptions): Promise<Source> {
  const { input, path, position, identityKey, maxLineBytes = 262_144 } = options;
  const place = position === null ? null : parsePlace(input, position);
  const file = await openFile(path);
  if (file === null) throw new Error(`${path}: expected a regular file to read`);
  const lines = new LineReader(file.bytes, { read: { buffer: Buffer.alloc(0) }, maxLineBytes });
  const head = fingerprint(identityKey, 'head', await readHead(file));
  if (place !== null && !(await goOn(file, lines, place, identityKey))) {
    await file.bytes.close();
    throw new PositionRefused(input, `the file that it was taken in; ${path} is another one now`);
  }
  const { size } = await file.look();
  return new FinishedFile({ input, file, lines, head, size, identityKey });
}

async function goOn(file: OpenFile, lines: LineReader, place: Place, key: KeyObject): Promise<boolean> {
  return (await sameContent(key, file.bytes, place)) && (await lines.seek(place.offset, place.skipping));
}

type Opened = {
  readonly input: string;
  readonly file: OpenFile;
  readonly lines: LineReader;
  readonly head: Fingerprint;
  /** Bytes on disk. */
  readonly size: number;
  readonly identityKey: KeyObject;
};

class FinishedFile implements Source {
  readonly input: string;
  readonly #opened: Opened;
  #finished = false;

  constructor(opened: Opened) {
    this.input = opened.input;
    this.#opened = opened;
  }

  async read(maxBytes: number): Promise<Chunk> {
    const { input, file, lines } = this.#opened;
    const result = await lines.next(maxBytes, true);
    if (result === 'changed') throw new Error(`input "${input}": the file was rewritten while it was read as a finished one; follow it instead`);
    const lost = lostBytes(result.nulBytes, result.atEnd && !this.#finished ? file.bytes.unreadableBytes() : 0);
    this.#finished ||= result.atEnd;
    return { input, bytes: result.bytes, position: this.#position(), state: this.#finished ? 'finished' : 'more', lost };
  }

  /** For a gzip file the compressed bytes that are left: a lower bound. */
  lagBytes(): number {
    const { file, lines, size } = this.#opened;
    return this.#finished ? 0 : Math.max(0, size - (file.compressedReadTo?.() ?? lines.offset));
  }

  async close(): Promise<void> {
    await this.#opened.file.bytes.close();
  }

  #position(): string {
    const { lines, head, identityKey } = this.#opened;
    const tail = fingerprint(identityKey, 'tail', lines.tail);
    return JSON.stringify({ version, head, tail, offset: lines.offset, skipping: lines.skipping });
  }
}

async function readHead(file: OpenFile): Promise<Buffer> {
  const head = Buffer.alloc(headBytes);
  return head.subarray(0, await file.bytes.readAt(head, 0));
}

function parsePlace(input: string, position: string): Place {
  const place = narrowPlace(parseJson(position));
  if (place === null) throw new PositionRefused(input, `JSON of a finished file, version ${version}`);
  return place;
}

function narrowPlace(value: unknown): Place | null {
  if (!isObject(value) || value['version'] !== version) return null;
  const head = narrowFingerprint(value['head']);
  const tail = narrowFingerprint(value['tail']);
  const { offset, skipping } = value;
  if (head === null || tail === null || !isCount(offset) || tail.bytes > offset) return null;
  return { head, tail, offset, skipping: skipping === true };
}
