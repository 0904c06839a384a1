/** The live page shows what a crash cannot take back: nothing before its commit is durable, and the same until the next one is. */
import { expect, test } from 'vitest';
import { createCommitted } from './committed.ts';

test('what is taken with a commit is shown when that commit is durable, and not before', () => {
  let [visits, nowMs] = [1, 0];
  const committed = createCommitted(() => visits, () => nowMs);
  expect(committed.shown()).toBeNull();
  committed.take();
  expect(committed.shown()).toBeNull();
  [visits, nowMs] = [2, 1000]; // of the next commit
  committed.settle();
  expect(committed.shown()).toBe(1);
  committed.take();
  expect(committed.shown()).toBe(1);
  committed.settle();
  expect(committed.shown()).toBe(2);
});

test('looks once a second however often it is committed, and at once where the clock was set back', () => {
  let nowMs = 10_000;
  const looks: number[] = [];
  const committed = createCommitted((atMs) => looks.push(atMs), () => nowMs);
  for (nowMs of [10_000, 10_400, 10_999, 11_000, 5_000, 5_999, 6_000]) committed.take();
  expect(looks).toEqual([10_000, 11_000, 5_000, 6_000]);
});
