/** Small readers for the files of a cgroup: a file that is gone is null, because containers end at any moment. */
import { readFile } from 'node:fs/promises';

/** The content, or null where it cannot be read. */
export async function readCgroupFile(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return null; // ended, not counted by this kernel, or not ours to see: all mean that there is no number
  }
}

/** A whole number, or null. */
export async function readCgroupNumber(path: string): Promise<number | null> {
  const text = await readCgroupFile(path);
  return text !== null && /^\d+\s*$/.test(text) ? Number(text) : null;
}

/** The number behind a key in lines of `key value`; null where there is none. */
export function numberOf(text: string | null, key: string): number | null {
  const [, digits] = new RegExp(`^${key} (\\d+)$`, 'm').exec(text ?? '') ?? [];
  return digits === undefined ? null : Number(digits);
}

/** The first process id of a `cgroup.procs`. */
export async function firstProcessIn(path: string): Promise<number | null> {
  const [, id] = /^(\d+)$/m.exec((await readCgroupFile(path)) ?? '') ?? [];
  return id === undefined ? null : Number(id);
}
