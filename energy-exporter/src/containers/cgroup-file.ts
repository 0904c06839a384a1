/**
 * Small readers for the files of a cgroup: a file that is gone is null, because containers end at any moment.
 *
 * What a cgroup has used stands in the kernel's memory: no device answers for it, so it is read at once, in a fifth of the time that a thread for files
 * would cost. Its list of processes waits for a lock of the kernel, and goes through such a thread.
 */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** The content, or null where it cannot be read: ended, not counted by this kernel, or not ours to see all mean that there is no number. */
export function readCgroupFile(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** A whole number, or null. */
export function readCgroupNumber(path: string): number | null {
  const text = readCgroupFile(path);
  return text !== null && /^\d+\s*$/.test(text) ? Number(text) : null;
}

/** The number behind a key in lines of `key value`; null where there is none. */
export function numberOf(text: string | null, key: string): number | null {
  const [, digits] = new RegExp(`^${key} (\\d+)$`, 'm').exec(text ?? '') ?? [];
  return digits === undefined ? null : Number(digits);
}

/** The first process id of a `cgroup.procs`. */
export async function firstProcessIn(path: string): Promise<number | null> {
  try {
    const [, id] = /^(\d+)$/m.exec(await readFile(path, 'utf8')) ?? [];
    return id === undefined ? null : Number(id);
  } catch {
    return null; // ended in between
  }
}
