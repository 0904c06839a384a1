/** Reads the small files of /sys and /proc: one number or one word each, and says in words why one cannot be read. */
import { readdir, readFile } from 'node:fs/promises';
import { SensorAbsent, SensorFailed } from '../reading.ts';

/** The names in a folder, sorted; empty where there is no such folder. @throws SensorFailed when it may not be listed */
export async function listSysfs(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw new SensorFailed(`cannot list ${folder} (${codeOf(error)})`, { cause: error });
  }
}

/** The trimmed content, or null where there is no such file. @throws SensorFailed when it may not be read */
export async function readSysfs(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if (isMissing(error)) return null;
    const code = codeOf(error);
    const advice = code === 'EACCES' || code === 'EPERM' ? ': run as root, or give the program CAP_DAC_READ_SEARCH' : '';
    throw new SensorFailed(`cannot read ${path} (${code})${advice}`, { cause: error });
  }
}

/** A whole number, zero or more. @throws SensorFailed where the file is gone or holds something else */
export async function readSysfsNumber(path: string): Promise<number> {
  const text = await readSysfs(path);
  if (text === null) throw new SensorFailed(`${path} is gone`);
  if (!/^\d{1,20}$/.test(text)) throw new SensorFailed(`${path} holds no whole number`);
  return Number(text);
}

/** Asks for one after the other, never two at a time: a device that hangs holds one of the few threads for files, not all. */
export async function oneByOne<T, R>(items: readonly T[], ask: (item: T) => Promise<R>): Promise<readonly R[]> {
  const answers: R[] = [];
  for (const item of items) answers.push(await ask(item));
  return answers;
}

/** What to say where a whole class of devices is not there. */
export const absent = (what: string): SensorAbsent => new SensorAbsent(what);

function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'ENODEV'].includes(codeOf(error));
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
