/** A receipt that does not follow from its raw log is told, and what cannot be recomputed is said and is no fault. */
import { describe, expect, test } from 'vitest';
import { checkAudience } from './check-audience.ts';
import type { HeldEntry } from './held-lines.ts';

type Made = { readonly lines?: number; readonly visitors?: number; readonly late?: number; readonly previous?: string | null; readonly origin?: string };

const line = (day: string, { lines = 10, visitors = 3, late = 0, previous = 'hash' }: Made): string =>
  JSON.stringify({ receipt: 1, site: 'ocean', day, audience: { unique_visitors: { browser: visitors, bot: 0 }, human_visits_by: { country: { FR: visitors } } }, lines: { committed: lines - 1, dropped: { too_old: 1 } }, late: { committed: late, dropped: {} }, previous });
const held = (day: string, made: Made): HeldEntry => ({ labels: { stream: 'day', site: 'ocean', ...(made.origin === undefined ? {} : { origin: made.origin }) }, ns: '0', line: line(day, made), metadata: {} });
const raw = (...days: readonly (readonly [day: string, made: Made])[]): ReadonlyMap<string, string> => new Map(days.map(([day, made]) => [`ocean/${day}`, line(day, made)]));
const first = { previous: null } as const;

describe('the audience of finished days', () => {
  test('passes where the raw log gives the same', () => {
    const receipts = [held('2026-11-01', first), held('2026-11-02', {})];
    const check = checkAudience({ receipts, recomputed: raw(['2026-11-01', first], ['2026-11-02', {}], ['2026-11-03', {}]) });
    expect(check).toMatchObject({ verdict: 'pass', faults: [], facts: ['ocean 2026-11-01: recomputed from 10 raw lines, and the same.', 'ocean 2026-11-02: recomputed from 10 raw lines, and the same.'] });
  });

  test('tells a changed number', () => {
    const check = checkAudience({ receipts: [held('2026-11-01', { ...first, visitors: 4 })], recomputed: raw(['2026-11-01', first]) });
    expect(check.verdict).toBe('fail');
    expect(check.faults).toEqual([expect.stringContaining('ocean 2026-11-01: recomputed from the same 10 lines, its unique_visitors differ')]);
  });

  test('tells lines that the receipt left out, but not those that were late or written before the first start', () => {
    const recomputed = raw(['2026-11-01', { ...first, lines: 12 }], ['2026-11-02', { lines: 13 }]);
    const one = held('2026-11-01', first);
    expect(checkAudience({ receipts: [one, held('2026-11-02', {})], recomputed }).faults).toEqual([expect.stringContaining('ocean 2026-11-02: the raw log has 13 lines, and the receipt counted 10')]);
    expect(checkAudience({ receipts: [one, held('2026-11-02', {}), held('2026-11-03', { late: 3 })], recomputed }).faults).toEqual([]);
  });

  test('does not judge where lines are missing, of the day or of the day before', () => {
    const receipts = [held('2026-11-01', first), held('2026-11-02', { visitors: 9 }), held('2026-11-03', { visitors: 9 })];
    const { faults, facts } = checkAudience({ receipts, recomputed: raw(['2026-11-02', { lines: 4 }], ['2026-11-03', {}]) });
    expect(faults).toEqual([]);
    expect(facts).toEqual([expect.stringContaining('4 of its 10 lines are left'), expect.stringContaining('but not those of the day before')]);
  });

  test('leaves backfilled days and what is no receipt alone, and says when there is no raw log', () => {
    expect(checkAudience({ receipts: [held('2026-11-01', { ...first, visitors: 9, origin: 'backfill' }), { ...held('2026-11-01', first), line: 'no' }], recomputed: raw(['2026-11-01', first]) }).faults).toEqual([]);
    expect(checkAudience({ receipts: [], recomputed: null }).facts).toEqual([expect.stringContaining('No raw log is left')]);
  });
});
