/** Is the audience of a finished day what its raw log says, while there is one? Recomputed with keys that never leave memory. */
import { checked } from './check.ts';
import type { Check } from './check.ts';
import type { HeldEntry } from './held-lines.ts';
import { objectOf, parseObject } from './json-object.ts';

export type AudienceOptions = {
  readonly receipts: readonly HeldEntry[];
  /** Receipts as the raw logs give them, by `site/day`; null where there is no raw log. */
  readonly recomputed: ReadonlyMap<string, string> | null;
};

const question = 'Does the audience of each finished day follow from its raw log, while there is one?';
/** Values with few visitors fold by what was seen the day before, whose log may be gone: of these lists only sums can be compared. */
const compared = ['unique_visitors', 'requests', 'bytes', 'visits', 'human_visits_started_by_hour'] as const;

/** Only days whose log is whole are compared: those with as many lines as the receipt counted. */
export function checkAudience({ receipts, recomputed }: AudienceOptions): Check {
  if (recomputed === null || recomputed.size === 0) return checked('audience', question, { facts: ['No raw log is left, or none is readable here: nothing to recompute from.'], faults: [] });
  const held = receipts.map(({ line, labels }) => ({ ...readDay(line), isLive: (labels['origin'] ?? '') === '' })).filter(({ isLive }) => isLive);
  const verdicts = held.flatMap((day) => verdictOf(day, held, recomputed));
  const facts = verdicts.filter(({ isFault }) => !isFault).map(({ said }) => said);
  return checked('audience', question, { facts: verdicts.length > 0 ? facts : ['No finished day has both a receipt and a raw log.'], faults: verdicts.filter(({ isFault }) => isFault).map(({ said }) => said) });
}

type Day = { readonly key: string; readonly site: string; readonly day: string; readonly lines: number; readonly late: number; readonly isFirst: boolean; readonly audience: Readonly<Record<string, unknown>> };

/** Of what is no receipt nothing: the check of the chain says so. */
function readDay(line: string): Day {
  const { site, day, lines, late, previous, audience } = parseObject(line);
  return { key: `${String(site)}/${String(day)}`, site: String(site), day: String(day), lines: linesOf(lines), late: linesOf(late), isFirst: previous === null, audience: objectOf(audience) };
}

type Verdict = { readonly isFault: boolean; readonly said: string };

/** Nothing where the raw log has no line of the day. */
function verdictOf(held: Day, all: readonly Day[], recomputed: ReadonlyMap<string, string>): readonly Verdict[] {
  const line = recomputed.get(held.key);
  if (line === undefined) return [];
  const raw = readDay(line);
  const name = `${held.site} ${held.day}`;
  const fact = (said: string): readonly Verdict[] => [{ isFault: false, said: `${name}: ${said}.` }];
  const fault = (said: string): readonly Verdict[] => [{ isFault: true, said: `${name}: ${said}.` }];
  if (raw.lines < held.lines) return fact(`${raw.lines} of its ${held.lines} lines are left in raw logs, too few to recompute it`);
  if (raw.lines > held.lines) {
    if (held.isFirst) return fact(`its log was first followed within that day, so that the receipt knows ${held.lines} of ${raw.lines} lines`);
    const late = all.filter(({ site, day }) => site === held.site && day > held.day).reduce((sum, day) => sum + day.late, 0);
    if (raw.lines - held.lines <= late) return fact(`${raw.lines - held.lines} of its lines came after its receipt and are late in a later one, so it cannot be recomputed`);
    return fault(`the raw log has ${raw.lines} lines, and the receipt counted ${held.lines}: lines were added to the log, or left out of the receipt`);
  }
  if (!held.isFirst && !isWholeBefore(held, all, recomputed)) return fact('its lines are there, but not those of the day before, from which visits go on over midnight');
  const wrong = compared.filter((key) => JSON.stringify(held.audience[key]) !== JSON.stringify(raw.audience[key]));
  if (wrong.length === 0) return fact(`recomputed from ${raw.lines} raw lines, and the same`);
  return fault(`recomputed from the same ${raw.lines} lines, its ${wrong.join(', ')} differ: the receipt was changed, or another version or configuration wrote it`);
}

function isWholeBefore({ site, day }: Day, all: readonly Day[], recomputed: ReadonlyMap<string, string>): boolean {
  const before = all.filter((other) => other.site === site && other.day < day).sort((a, b) => (a.day < b.day ? 1 : -1))[0];
  const raw = before === undefined ? undefined : recomputed.get(before.key);
  return before !== undefined && (raw === undefined ? before.lines === 0 : readDay(raw).lines === before.lines);
}

/** Committed and dropped lines of one ledger of a receipt. */
function linesOf(counts: unknown): number {
  const { committed, dropped } = objectOf(counts);
  return [committed, ...Object.values(objectOf(dropped))].reduce<number>((sum, lines) => sum + (typeof lines === 'number' ? lines : 0), 0);
}
