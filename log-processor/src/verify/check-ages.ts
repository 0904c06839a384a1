/** Is anything kept for longer than it may be: keys, raw logs, pseudonymised lines? */
import { checked } from './check.ts';
import type { Check } from './check.ts';
import type { Metrics } from './read-metrics.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Design, section 4, "key life": at the latest after 48 h by the clock. */
const keyLifeMs = 48 * hourMs;
/** Design, section 6: refused above 25 months. */
export const mostRetentionMs = 25 * 30.5 * dayMs;
/** The destroying itself, and the clock of another machine. */
const slackMs = 10 * 60_000;

export type KeyAge = { readonly site: string; readonly day: string; readonly writtenMs: number };

/** A day of any zone is over so long after its midnight in UTC, and its visits after midnight half an hour later. */
const dayEndsMs = 36 * hourMs + 1_800_000;

/**
 * @param keys of the key folder; null where this user cannot look into it, then `/metrics` is believed
 * @param strangers names in the key folder that are not of the processor
 */
export function checkKeys(keys: readonly KeyAge[] | null, metrics: Metrics | null, nowMs: number, strangers: readonly string[] = []): Check {
  const shown = (metrics?.of('logproc_key_created_timestamp_seconds') ?? []).filter(({ value }) => value > 0);
  const seen = keys ?? shown.map(({ labels, value }) => ({ site: labels['site'] ?? '', day: labels['key'] ?? '', writtenMs: value * 1000 }));
  const destroyed = metrics?.sum('logproc_keys_destroyed_total') ?? 0;
  const readToMs = Math.min(...(metrics?.of('logproc_watermark_timestamp_seconds') ?? []).map(({ value }) => value * 1000));
  return checked('keys', 'Is every key of a finished day destroyed, within 48 h at the latest?', {
    facts: [`${seen.length} key(s) are living (seen in ${keys === null ? '/metrics' : 'the key folder'}), ${destroyed} were destroyed since the counters began.`],
    faults: [
      ...seen.flatMap((key) => keyFault(key, readToMs, nowMs)),
      ...strangers.map((name) => `the key folder holds ${JSON.stringify(name.slice(0, 80))}, which the processor did not put there: if it is a copy of a key, its day can be traced back to addresses for as long as it exists. Remove it.`),
    ],
  });
}

/** @param readToMs the watermark: how far every log is read; Infinity where nobody says */
function keyFault({ site, day, writtenMs }: KeyAge, readToMs: number, nowMs: number): string[] {
  const name = `the key of ${site}, ${day},`;
  if (nowMs - writtenMs > keyLifeMs + slackMs) return [`${name} is ${hours(nowMs - writtenMs)} h old: it must not live longer than 48 h. Is the processor running? Until it is destroyed, its day can be traced back to addresses.`];
  // A backlog makes keys of past days for as long as it is read; a copy that came back has a young file and an old day.
  const isOver = Number.isFinite(readToMs) && readToMs > Date.parse(`${day}T00:00:00Z`) + dayEndsMs + slackMs;
  return isOver ? [`${name} is there, although every log is read far past its day: did a backup bring it back? Remove it; until then its day can be traced back to addresses.`] : [];
}

/** One file with lines that hold addresses; `oldestMs` is null where its age cannot be read. */
export type RawLog = { readonly path: string; readonly oldestMs: number | null };

/** @param mostMs how long a raw log may be kept: the setting raw_log_hours */
export function checkRawLogs(logs: readonly RawLog[], mostMs: number, nowMs: number): Check {
  const old = logs.filter(({ oldestMs }) => oldestMs !== null && nowMs - oldestMs > mostMs + slackMs);
  const unread = logs.filter(({ oldestMs }) => oldestMs === null);
  const check = checked('raw_logs', 'Is every raw log, which holds addresses, deleted in time?', {
    facts: [`${logs.length} raw log(s) were looked at, rotated and copied ones beside the followed paths included; the limit is ${hours(mostMs)} h.`],
    faults: [
      ...old.map(({ path, oldestMs }) => `${path}: its oldest line is ${hours(nowMs - (oldestMs ?? 0))} h old. Delete it, and shorten the rotation: whoever has both can join addresses to our lines by time.`),
      ...unread.map(({ path }) => `${path}: how old its lines are cannot be read, by this user or at all. Look yourself whether it holds addresses, and since when.`),
    ],
  });
  return old.length === 0 && unread.length > 0 ? { ...check, verdict: 'unknown' } : check;
}

/** How long one kind of entry is kept; Infinity for ever. */
export type Retention = { readonly what: string; readonly keptMs: number };
/** The oldest entry of a stream that holds pseudonymised lines. */
export type OldestEntry = { readonly stream: string; readonly oldestMs: number };

/** Retention deletes in the background, so a day is left before an entry counts as overdue. */
const overdueMs = 2 * dayMs;

export function checkRetention(retention: Retention | null, oldest: readonly OldestEntry[], nowMs: number): Check {
  const question = 'Are pseudonymised lines deleted when their retention is over?';
  const facts = oldest.map(({ stream, oldestMs }) => `the oldest entry of ${stream} is of ${new Date(oldestMs).toISOString().slice(0, 10)}.`);
  const keptMs = retention?.keptMs ?? mostRetentionMs;
  const faults: string[] = [];
  if (retention !== null && keptMs > mostRetentionMs) faults.push(`${retention.what} keeps pseudonymised lines for ${keptMs === Infinity ? 'ever' : `${Math.round(keptMs / dayMs)} days`}; expected at most 25 months.`);
  for (const { stream, oldestMs } of oldest) {
    if (nowMs - oldestMs > Math.min(keptMs, mostRetentionMs) + overdueMs) faults.push(`${stream} still holds an entry of ${new Date(oldestMs).toISOString().slice(0, 10)}, which is over its retention. Does the compactor of Loki run, with retention_enabled?`);
  }
  const kept = retention === null ? 'nothing deletes lines here; the limit is 25 months' : `${retention.what} keeps them for ${keptMs === Infinity ? 'ever' : `${Math.round(keptMs / dayMs)} days`}`;
  return checked('retention', question, { facts: [`${kept}.`, ...facts], faults });
}

const hours = (milliseconds: number): number => Math.round(milliseconds / hourMs);
