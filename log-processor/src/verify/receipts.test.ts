/** The chain of receipts holds when nothing was touched, and every way of touching it is told. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createCalendar } from '../account/calendar.ts';
import { checkReceipts } from './check-receipts.ts';
import { FinishedDays } from './finished-days.ts';
import type { HeldEntry } from './held-lines.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const dayMs = 86_400_000;
const firstMs = Date.UTC(2026, 8, 1);
const dayOf = (index: number): string => new Date(firstMs + index * dayMs).toISOString().slice(0, 10);

function chain(days: number, site = 'ocean'): HeldEntry[] {
  const entries: HeldEntry[] = [];
  for (let index = 0; index < days; index += 1) {
    const before = entries.at(-1);
    const line = JSON.stringify({ receipt: 1, site, day: dayOf(index), end: new Date(firstMs + (index + 1) * dayMs).toISOString(), visits: index, previous_day: before === undefined ? null : dayOf(index - 1), previous: before === undefined ? null : sha256(before.line) });
    entries.push({ labels: { stream: 'day', site }, ns: `${firstMs + (index + 1) * dayMs - 1}999999`, line, metadata: {} });
  }
  return entries;
}

const check = (receipts: readonly HeldEntry[], more: Partial<Parameters<typeof checkReceipts>[0]> = {}) => checkReceipts({ receipts, sha256, daysWithLines: new Map(), keptFromMs: 0, ...more });

describe('the chain of receipts', () => {
  test('passes when it is whole, for several sites in any order', () => {
    const receipts = [...chain(5), ...chain(3, 'reef')].reverse();
    expect(check(receipts)).toMatchObject({ verdict: 'pass', faults: [], facts: ['ocean: 5 receipt(s), 2026-09-01 to 2026-09-05.', 'reef: 3 receipt(s), 2026-09-01 to 2026-09-03.'] });
  });

  test('tells a receipt that was changed', () => {
    const receipts = chain(4).map((entry, index) => (index === 1 ? { ...entry, line: entry.line.replace('"visits":1', '"visits":7') } : entry));
    expect(check(receipts).faults).toEqual([expect.stringContaining('ocean 2026-09-03: it does not hold the hash of the receipt of 2026-09-02')]);
  });

  test('tells one that was taken out, in the middle or at the start', () => {
    expect(check(chain(4).toSpliced(2, 1)).faults).toEqual([expect.stringContaining('ocean 2026-09-04: it follows 2026-09-03, but the one before it here is of 2026-09-02')]);
    expect(check(chain(4).slice(1)).faults).toEqual([expect.stringContaining('its predecessor of 2026-09-01 is missing')]);
    expect(check(chain(4).slice(1), { keptFromMs: firstMs + dayMs }).faults).toEqual([]);
  });

  test('tells a second receipt of a day, and one that stands at another time', () => {
    const [first, second] = chain(2);
    const twice = { ...second!, line: second!.line.replace('"visits":1', '"visits":2') };
    expect(check([first!, second!, twice]).faults).toEqual([expect.stringContaining('ocean 2026-09-02: there are two receipts')]);
    expect(check([first!, { ...second!, ns: `${firstMs}000000` }]).faults).toEqual([expect.stringContaining('not stamped with the last instant')]);
  });

  test('takes backfilled history as a chain of its own, and tells a day that is in both', () => {
    const filled = chain(2).map((entry) => ({ ...entry, labels: { ...entry.labels, origin: 'backfill' } }));
    const live = chain(5).slice(2).map((entry, index) => (index === 0 ? { ...entry, line: entry.line.replace(/"previous_day".*/, '"previous_day":null,"previous":null}') } : entry));
    const rechained = [live[0]!, { ...live[1]!, line: live[1]!.line.replace(/"previous":"[^"]*"/, `"previous":"${sha256(live[0]!.line)}"`) }];
    expect(check([...filled, ...rechained])).toMatchObject({ verdict: 'pass', facts: ['ocean (origin "backfill"): 2 receipt(s), 2026-09-01 to 2026-09-02.', 'ocean: 2 receipt(s), 2026-09-03 to 2026-09-04.'] });
    expect(check([...filled, ...chain(1)]).faults).toEqual(['ocean 2026-09-01: it has receipts of the live run and origin "backfill", so it counts twice.']);
  });

  test('tells an entry that is no receipt', () => {
    for (const line of ['null', '{}', 'hello', '[1]', '{"receipt":1,"site":"ocean"}']) expect(check([{ ...chain(1)[0]!, line }]).verdict, line).toBe('fail');
  });

  test('tells a finished day with lines that has none, in the zone of the site and not before its time', () => {
    const nowMs = firstMs + 3 * dayMs + 3_600_000;
    const finished = new FinishedDays(createCalendar(() => 'Europe/Paris'), nowMs);
    const at = (timeMs: number): HeldEntry => ({ labels: { stream: 'access', site: 'ocean' }, ns: `${timeMs}000000`, line: '{}', metadata: {} });
    for (const timeMs of [firstMs + dayMs - 1, firstMs + 2 * dayMs - 1, firstMs + 3 * dayMs - 1]) finished.see(at(timeMs));
    // The last one is 02:00 of the fourth in Paris, which is not over.
    expect([...(finished.bySite().get('ocean') ?? [])]).toEqual(['2026-09-02', '2026-09-03']);
    expect(check(chain(2), { daysWithLines: finished.bySite() }).faults).toEqual([expect.stringContaining('ocean 2026-09-03: the day is over and has lines, but no receipt')]);
  });
});
