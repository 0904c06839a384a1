/** What closed visits emit in transfer is counted by class and segment, and adds up to the same last bit in whatever order they close. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createAudience } from './audience.ts';
import { createTallies } from './metrics/tallies.ts';
import type { VisitClass } from './record.ts';
import { transferGrams } from './transfer-carbon.ts';

type Visit = { readonly bytes: number; readonly visitClass: VisitClass };

/** The transfer counters after these visits, as `/metrics` shows them. */
function countersOf(visits: readonly Visit[]): Map<string, number> {
  const tallies = createTallies();
  const audience = createAudience(tallies);
  for (const { bytes, visitClass } of visits) {
    audience.visit({ site: 'ocean', visitClass, views: 1, bounce: true, firstToday: true, durationMs: 0, device: 'mobile', transfer: transferGrams(bytes, visitClass), weekday: 1, hour: 0 });
  }
  tallies.takeChanges();
  tallies.settle();
  return new Map(tallies.numbers('web_transfer_co2e_grams_total').map(({ labels, value }) => [labels.slice(1).join(' '), value]));
}

test('a closed visit counts the transfer of its bytes by class and segment; a bot has no device', () => {
  const counters = countersOf([{ bytes: 1_000_000, visitClass: 'human' }, { bytes: 2_000_000, visitClass: 'bot' }, { bytes: 3_000_000, visitClass: 'suspected' }, { bytes: 1_000_000, visitClass: 'human' }]); // prettier-ignore
  const grams = (value: number): number => expect.closeTo(value, 6) as number;
  expect(Object.fromEntries(counters)).toEqual({
    'human network swd-4': grams(0.071136), 'human device swd-4': grams(0.159068),
    'bot network swd-4': grams(0.071136),
    'suspected network swd-4': grams(0.106704), 'suspected device swd-4': grams(0.238602),
  }); // prettier-ignore
});

test('the total is the same to the last bit in whatever order visits close', () => {
  const visit = fc.record({ bytes: fc.integer({ min: 0, max: 2 ** 40 }), visitClass: fc.constantFrom<VisitClass>('human', 'bot', 'suspected') });
  const shuffled = fc.array(visit, { minLength: 2, maxLength: 60 }).chain((visits) => fc.tuple(fc.constant(visits), fc.shuffledSubarray(visits, { minLength: visits.length })));
  fc.assert(
    fc.property(shuffled, ([visits, others]) => {
      expect([...countersOf(others)].sort()).toEqual([...countersOf(visits)].sort());
    }),
  );
});
