/** Ends the raw logs that the configuration gives into our hands, after each commit, at most once a minute. */
import { lineTimeOf } from './access-input.ts';
import type { InputConfig } from './config-schema.ts';
import type { Put } from './record.ts';
import type { RunParts } from './run-parts.ts';
import { deleteRawLogs } from './read/delete-raw-logs.ts';

const hourMs = 3_600_000;
const lookMs = 60_000;
/** A visit that began before midnight may last this long into the day after; its receipt waits for it. */
const gapMs = 1_800_000;
const sinceKey = 'raw/';

export type RawLogKeeper = {
  /** Called once for each commit. When each input was first followed goes into the commit with its first position: what was changed before was never ours to read. */
  puts(): readonly Put[];
  /** To be called when that commit is durable. */
  look(): Promise<void>;
  /** To be called while the disk takes no commit: what is too old goes then as well, and nothing else. */
  lookWhileWaiting(): Promise<void>;
};

/** @param parts.rawLogsDeleted told how many files of an input went, or why none could */
export function createRawLogKeeper(parts: RunParts): RawLogKeeper {
  const { rooms, sources, store, clock } = parts;
  const since = new Map([...store.scan(sinceKey)].map(([key, value]) => [key.slice(sinceKey.length), Number(value)]));
  const ours = (): readonly Followed[] => sources.rotatedAreOurs?.() ?? [];
  let dueMs = -Infinity;
  let watermarkMs = -Infinity;
  const lookAt = async (receiptsUntil: () => number): Promise<void> => {
    const nowMs = clock.nowMs();
    if (nowMs < dueMs) return;
    dueMs = nowMs + lookMs;
    const receiptsUntilMs = receiptsUntil();
    for (const followed of ours()) await endOne(parts, { ...followed, receiptsUntilMs, sinceMs: since.get(followed.input) ?? Infinity });
  };
  return {
    puts() {
      // Receipts up to here are in this commit or an earlier one.
      watermarkMs = rooms.account.watermark.valueMs;
      const fresh = ours().filter(({ input }) => !since.has(input));
      return fresh.map(({ input }) => {
        since.set(input, clock.nowMs());
        return [`${sinceKey}${input}`, String(since.get(input))];
      });
    },
    look: () => lookAt(() => Math.min(...rooms.sites.names.map((site) => lastReceipt(rooms.calendar, site, watermarkMs)))),
    // The receipts of the commit that waits are in no file yet.
    lookWhileWaiting: () => lookAt(() => -Infinity),
  };
}

type Followed = { readonly input: string; readonly path: string; readonly format: InputConfig['format'] };
type One = Followed & { readonly receiptsUntilMs: number; readonly sinceMs: number };

async function endOne({ store, clock, config, rawLogsDeleted }: RunParts, one: One): Promise<void> {
  const keptMs = config.raw_log_hours * hourMs;
  // It is looked once a minute: so the first line goes before it is too old, and not after.
  const oldestMs = clock.nowMs() - keptMs + 2 * lookMs;
  const firstLine = { timeMsOf: lineTimeOf(one.format), restedMs: clock.nowMs() - keptMs / 2 };
  try {
    const position = new Map(store.scan('position/')).get(`position/${one.input}`) ?? null;
    const files = await deleteRawLogs({ ...one, position, oldestMs, firstLine });
    if (files.length > 0) rawLogsDeleted?.(one.input, files.length, null);
  } catch (error) {
    // A rotation under way, or a folder that is not ours to write: the next minute tries again, and the age of raw logs is a metric with an alert.
    rawLogsDeleted?.(one.input, 0, error instanceof Error ? error.message : 'unknown');
  }
}

/** The end of the newest day of a site whose receipt is written: lines before it are in receipts. */
function lastReceipt(calendar: RunParts['rooms']['calendar'], site: string, watermarkMs: number): number {
  if (!Number.isFinite(watermarkMs)) return -Infinity;
  const { startMs } = calendar.dayOf(site, watermarkMs);
  return watermarkMs > startMs + gapMs ? startMs : calendar.dayOf(site, startMs - 1).startMs;
}
