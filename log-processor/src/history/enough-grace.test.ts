/** A history is read again only where it has to be, and then with everything kept open. */
import { expect, test } from 'vitest';
import { withEnoughGrace } from './enough-grace.ts';

test.each([
  ['in order: once', [3_600_000], 0],
  ['far out of order: again, with everything kept open', [3_600_000, Infinity], 1],
] as const)('a log %s', async (_what, asked, tooShort) => {
  const graces: number[] = [];
  const answer = await withEnoughGrace((graceMs) => Promise.resolve(graces.push(graceMs) > tooShort ? 'figures' : null));
  expect([answer, graces]).toEqual(['figures', asked]);
});
