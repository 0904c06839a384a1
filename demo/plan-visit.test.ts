/** The demo shows something of everything that a dashboard shows. */
import { expect, test } from 'vitest';
import { agentOf, planVisit } from './plan-visit.ts';

const many = Array.from({ length: 600 }, (_, number) => planVisit(number));

test('the same visitor does the same again', () => {
  expect(planVisit(41)).toEqual(planVisit(41));
  expect(planVisit(41)).not.toEqual(planVisit(42));
});

test('among many visits there are short and long ones, dives, errors, assets and crawlers', () => {
  const paths = many.flat().map(({ path }) => path);
  for (const wanted of ['/', '/dive', '/stories/salt', '/stories/atlantis', '/api/dive?metres=deep', '/static/sea.css']) expect(paths).toContain(wanted);
  expect(many.some((steps) => steps.length === 4)).toBe(true);
  expect(many.some((steps) => steps.length > 8)).toBe(true);
  expect(Array.from({ length: 10 }, (_, number) => agentOf(number)).filter((agent) => agent.includes('bot'))).toHaveLength(1);
});

test('nobody waits longer than a visit lasts', () => {
  for (const steps of many) for (const { waitSeconds } of steps) expect(waitSeconds).toBeLessThanOrEqual(20);
});
