/** Makes the receipts of past days again from the raw logs that are left, for `verify`: read only, with keys that live in memory. */
import type { Config } from './config-schema.ts';
import type { HistoryFile } from './history/open-history.ts';
import { withEnoughGrace } from './history/enough-grace.ts';
import { readHistory } from './history/read-history.ts';
import { followedPaths } from './read/follow-glob.ts';
import { filesOf } from './read/oldest-line.ts';

/** Receipts by `site/day`; null where there is no raw log. @throws Error naming a log that cannot be read */
export async function recomputeAudience(config: Config): Promise<ReadonlyMap<string, string> | null> {
  const files = await rawLogs(config);
  if (files.length === 0) return null;
  return withEnoughGrace((graceMs) => recompute(config, files, graceMs));
}

/** Null where a line came so late that everything has to be kept open. */
async function recompute(config: Config, files: readonly HistoryFile[], graceMs: number): Promise<ReadonlyMap<string, string> | null> {
  const receipts = new Map<string, string>();
  const nothing = (): void => undefined;
  const { end } = await readHistory(
    {
      config, files, graceMs, site: null, input: 'raw', watch: null, line: () => null,
      dropped: nothing, closed: nothing, step: nothing, lost: nothing,
      event: (event) => {
        if (event.type === 'receipt') receipts.set(`${event.site}/${event.day}`, event.line);
      },
    },
    graceMs !== Infinity,
  ); // prettier-ignore
  return end === 'whole' ? receipts : null;
}

async function rawLogs({ inputs }: Config): Promise<readonly HistoryFile[]> {
  const files: HistoryFile[] = [];
  for (const { path: pattern, format, site = null } of inputs) {
    if (pattern === '-') continue;
    for (const path of await followedPaths(pattern)) {
      for (const file of await filesOf(path)) files.push({ name: `raw-${files.length + 1}`, path: file, format, piped: null, site });
    }
  }
  return files;
}
