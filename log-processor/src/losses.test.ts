import { expect, test } from 'vitest';
import { Losses } from './losses.ts';

test('says nothing where nothing was lost', () => {
  expect(new Losses('finished').text()).toBeNull();
});

test('names every input with what it lost', () => {
  const losses = new Losses('finished');
  losses.add('old', 'unreadable', 1000);
  losses.add('old', 'nul', 24);
  losses.add('older', 'unreadable', 1);
  expect(losses.text()).toBe('old (1,024 bytes or more), older (its end is missing)');
});

test('what a rotation takes from a followed log is no damage', () => {
  const losses = new Losses('followed');
  for (const reason of ['vanished', 'truncated', 'nul'] as const) losses.add('main', reason, 5);
  expect(losses.text()).toBeNull();
  losses.add('main', 'unreadable', 5);
  expect(losses.text()).toContain('main');
});
