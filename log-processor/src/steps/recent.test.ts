import { describe, expect, test } from 'vitest';
import { rememberRecent } from './recent.ts';

function counting(maxEntries: number): { ask: (key: string) => string; computed: string[] } {
  const computed: string[] = [];
  const ask = rememberRecent((key) => {
    computed.push(key);
    return `${key}!`;
  }, maxEntries);
  return { ask, computed };
}

describe('rememberRecent', () => {
  test('computes an answer once while it is used', () => {
    const { ask, computed } = counting(4);
    for (const key of ['a', 'b', 'a', 'c', 'a', 'd', 'a', 'e', 'a']) expect(ask(key)).toBe(`${key}!`);
    expect(computed).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  test('forgets what was not used for maxEntries other keys', () => {
    const { ask, computed } = counting(4);
    for (const key of ['a', 'b', 'c', 'd', 'e', 'a']) ask(key);
    expect(computed.filter((key) => key === 'a')).toHaveLength(2);
  });

  test('does not keep keys of more than 512 characters', () => {
    const { ask, computed } = counting(4);
    const long = 'x'.repeat(513);
    ask(long);
    ask(long);
    expect(computed).toHaveLength(2);
  });
});
