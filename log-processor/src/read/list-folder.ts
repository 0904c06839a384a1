/** Lists a followed path and its rotated generations, as they lie in the folder at one moment. */
import { readdir, realpath, stat } from 'node:fs/promises';
import type { BigIntStats } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { FolderMoved } from './folder-moved.ts';
import { compareRotated, isCompressedName, isRotatedName, isUnreadableName, withoutCompression } from './rotated-name.ts';

/** A file as the folder shows it. */
export type Listed = {
  readonly path: string;
  readonly name: string;
  readonly inode: string;
  readonly device: string;
  readonly size: number;
  readonly modifiedMs: number;
};

export type Folder = {
  /** The followed path; null where there is nothing. */
  readonly current: Listed | null;
  /** Rotated generations, oldest first. */
  readonly rotated: readonly Listed[];
};

/** @throws FolderMoved where it was never still, and errors of the file system but ENOENT */
export async function listFolder(path: string, alsoPaths: readonly string[]): Promise<Folder> {
  let before = await listOnce(path, alsoPaths);
  // A rotation renames several files: two equal listings mean that none was in the middle of it. The last look is for those in which
  // a new file got the inode of a deleted one, and with it the look of the same file.
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const after = await listOnce(path, alsoPaths);
    if (sameFiles(before, after) && sameFile(after.current, await lookAt(path))) return after;
    before = after;
  }
  // A file that is renamed all the while may be in none of the listings.
  throw new FolderMoved(path);
}

/** The file behind a path, symbolic links followed; null where there is none. */
export async function lookAt(path: string): Promise<Listed | null> {
  const stats = await statOrNull(path);
  return stats === null ? null : listed(path, stats);
}

export function listed(path: string, stats: BigIntStats): Listed {
  const modifiedMs = Number(stats.mtimeNs) / 1e6;
  return { path, name: basename(path), inode: String(stats.ino), device: String(stats.dev), size: Number(stats.size), modifiedMs };
}

async function listOnce(path: string, alsoPaths: readonly string[]): Promise<Folder> {
  const current = await lookAt(path);
  const real = current === null ? path : await realpath(path).catch(() => path);
  const beside = new Set([...(await namesBeside(path)), ...(await namesBeside(real))]);
  const seen = new Set(current === null ? [] : [fileKey(current)]);
  const rotated: Listed[] = [];
  for (const place of new Set([...beside, ...alsoPaths])) {
    // While a compressor works both files are there, and only the plain one is whole.
    if (isCompressedName(place) && beside.has(withoutCompression(place))) continue;
    const file = await lookAt(place);
    if (file === null || seen.has(fileKey(file))) continue;
    seen.add(fileKey(file));
    rotated.push(file);
  }
  return { current: current === null ? null : { ...current, path: real }, rotated: rotated.sort(compareRotated) };
}

async function namesBeside(path: string): Promise<string[]> {
  const folder = dirname(path);
  const base = basename(path);
  const names = await readdir(folder).catch(unlessMissing<string[]>([]));
  return names.filter((name) => isRotatedName(name, base) && !isUnreadableName(name)).map((name) => join(folder, name));
}

async function statOrNull(path: string): Promise<BigIntStats | null> {
  const stats = await stat(path, { bigint: true }).catch(unlessMissing(null));
  return stats?.isFile() === false ? null : stats;
}

function sameFile(a: Listed | null, b: Listed | null): boolean {
  return a === null || b === null ? a === b : fileKey(a) === fileKey(b);
}

function sameFiles(a: Folder, b: Folder): boolean {
  return keysOf(a) === keysOf(b);
}

function keysOf({ current, rotated }: Folder): string {
  return [current, ...rotated].map((file) => (file === null ? '' : `${file.path}=${fileKey(file)}`)).join('\n');
}

function fileKey({ device, inode }: Listed): string {
  return `${device}:${inode}`;
}

/** The code of a file system error, such as `ENOENT`; empty for anything else. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** For `catch`: answers `missing` where there is no such file, throws everything else on. */
export function unlessMissing<T>(missing: T): (error: unknown) => T {
  return (error) => {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return missing;
    throw error;
  };
}
