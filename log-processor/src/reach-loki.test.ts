import { expect, test } from 'vitest';
import { createReach } from './reach-loki.ts';

test('without a Loki nothing is asked and nothing is wrong', async () => {
  const reach = createReach(null);
  await reach.look();
  expect(reach.problems()).toEqual([]);
});

test('not ready before the first answer, nor while Loki is away; ready again when it comes back', async () => {
  let isThere = false;
  const reach = createReach({ ready: () => Promise.resolve(isThere) });
  expect(reach.problems()).toEqual(['Loki: it has not answered yet']);
  await reach.look();
  expect(reach.problems()).toEqual(['Loki: it cannot be reached, or says that it is not ready']);
  isThere = true;
  await reach.look();
  expect(reach.problems()).toEqual([]);
  isThere = false;
  await reach.look();
  expect(reach.problems()).toHaveLength(1);
});

test('a Loki that hangs is asked once at a time', async () => {
  let asked = 0;
  const hanging = Promise.withResolvers<boolean>();
  const reach = createReach({ ready: () => ((asked += 1), hanging.promise) });
  const looks = [reach.look(), reach.look(), reach.look()];
  hanging.resolve(true);
  await Promise.all(looks);
  expect([asked, reach.problems()]).toEqual([1, []]);
});
