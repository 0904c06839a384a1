/** The position of a followed path: the files that are not finished yet, oldest first, as JSON without a byte of any line. */
import type { Fingerprint } from './file-identity.ts';
import { PositionRefused } from './position-refused.ts';

/** What is remembered of one file. */
export type FilePlace = {
  /** Where it was seen last, symbolic links resolved. */
  path: string;
  /** Inode number in decimal; empty where there was no file yet. */
  inode: string;
  head: Fingerprint;
  /** The bytes just before `offset`. */
  tail: Fingerprint;
  /** First byte that is not given out yet: the start of a line, or a place inside a too long one. */
  offset: number;
  /** Size in bytes when it was looked at last. */
  size: number;
  /** Time of the last change, milliseconds since 1970. */
  modifiedMs: number;
  /** Inside a too long line that was given out already. */
  skipping: boolean;
  /** Read to its end and let go of; kept to know which rotated files came later. */
  done: boolean;
};

const version = 1;

export function formatPosition(files: readonly FilePlace[]): string {
  return JSON.stringify({ version, files });
}

/** @throws PositionRefused when it is not a position of a followed path */
export function parsePosition(input: string, position: string): FilePlace[] {
  const refuse = (): never => {
    throw new PositionRefused(input, `JSON of a followed path, version ${version}`);
  };
  const parsed = parseJson(position);
  if (!isObject(parsed) || parsed['version'] !== version || !Array.isArray(parsed['files'])) return refuse();
  const files: readonly unknown[] = parsed['files'];
  return files.map((file) => narrowPlace(file) ?? refuse());
}

function narrowPlace(file: unknown): FilePlace | null {
  if (!isObject(file)) return null;
  const head = narrowFingerprint(file['head']);
  const tail = narrowFingerprint(file['tail']);
  const { path, inode, offset, size, modifiedMs, skipping, done } = file;
  if (head === null || tail === null || !isCount(offset) || !isCount(size) || tail.bytes > offset) return null;
  if (typeof path !== 'string' || typeof inode !== 'string' || typeof modifiedMs !== 'number') return null;
  return { path, inode, head, tail, offset, size, modifiedMs, skipping: skipping === true, done: done === true };
}

/** A fingerprint out of stored JSON, or null. */
export function narrowFingerprint(value: unknown): Fingerprint | null {
  if (!isObject(value)) return null;
  const { bytes, hash } = value;
  if (!isCount(bytes) || bytes > 1024 || typeof hash !== 'string') return null;
  return { bytes, hash };
}

/** JSON of unknown shape; null where it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    const parsed: unknown = JSON.parse(text);
    return parsed;
  } catch {
    return null;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A safe integer from 0 on. */
export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
