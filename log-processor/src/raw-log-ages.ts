/** Looks how far back the raw logs of a configuration go, without reading more than their first lines: for `verify`, which must not take silence for youth. */
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { lineTimeOf } from './access-input.ts';
import type { Config } from './config-schema.ts';
import { followedPaths } from './read/follow-glob.ts';
import { filesOf, firstLineMs } from './read/oldest-line.ts';
import type { LineTime } from './read/oldest-line.ts';
import { isRotatedName } from './read/rotated-name.ts';

export type RawLogAge = {
  readonly path: string;
  /** Of its first line with a time. Where none can be read, the file's last change, if that alone is over the limit; else null: nobody knows. */
  readonly oldestMs: number | null;
};

/**
 * Every file with raw lines: the followed paths, their rotated siblings in any compression, and copies beside them, whatever their name adds (`access.log.bak`).
 * @param limitMs a file that was last changed before it is old for certain
 */
export async function rawLogAges({ inputs }: Pick<Config, 'inputs'>, limitMs: number): Promise<readonly RawLogAge[]> {
  const found = new Map<string, RawLogAge>();
  for (const { path: pattern, format } of inputs) {
    if (pattern === '-') continue;
    for (const path of await followedPaths(pattern)) {
      const own = await filesOf(path);
      for (const file of new Set([...own, ...(await beside(path))])) {
        const age = await ageOf(file, own.includes(file) || isRotatedName(basename(file), basename(path)), lineTimeOf(format), limitMs);
        if (age !== null) found.set(file, age);
      }
    }
  }
  return [...found.values()];
}

/** @param isLog by its name; another file is one only where its lines say so. Null for what is none, is empty, or is gone by now */
async function ageOf(path: string, isLog: boolean, timeMsOf: LineTime, limitMs: number): Promise<RawLogAge | null> {
  const file = await stat(path).catch(() => null);
  if (file === null || !file.isFile() || file.size === 0) return null;
  const oldestMs = await firstLineMs(path, timeMsOf).catch(() => null); // not readable: as a line without a time
  if (oldestMs !== null) return { path, oldestMs };
  if (!isLog) return null;
  return { path, oldestMs: file.mtimeMs < limitMs ? file.mtimeMs : null };
}

async function beside(path: string): Promise<readonly string[]> {
  const base = basename(path);
  const names = await readdir(dirname(path)).catch(() => []); // a folder that cannot be listed: the followed path itself is still looked at
  return names.filter((name) => name !== base && name.startsWith(base)).map((name) => join(dirname(path), name));
}
