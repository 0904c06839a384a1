/** Looks how far back the raw logs of a configuration go, without reading more than their first lines. */
import { lineTimeOf } from './access-input.ts';
import type { Config } from './config-schema.ts';
import { followedPaths } from './read/follow-glob.ts';
import { oldestLineMs } from './read/oldest-line.ts';

/** Every log that is followed now, with the time of the oldest line in it and in its rotated siblings; null where they have none. */
export async function rawLogAges({ inputs }: Config): Promise<{ path: string; oldestMs: number | null }[]> {
  const found = [];
  for (const { path: pattern, format } of inputs) {
    if (pattern === '-') continue;
    const timeMsOf = lineTimeOf(format);
    for (const path of await followedPaths(pattern)) found.push({ path, oldestMs: await oldestLineMs(path, timeMsOf) });
  }
  return found;
}
