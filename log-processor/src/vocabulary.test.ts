import { describe, expect, test } from 'vitest';
import { createVocabulary, Value } from './vocabulary.ts';

const fresh = (entries: Iterable<readonly [string, string]> = []) =>
  createVocabulary({ threshold: 3, always: (_site, value) => value === 'FR', entries });
const line = (client: string | null, day = '2026-03-02', dayBefore = '2026-03-01') => ({ site: 'shop', day, dayBefore, client });

describe('a k-anonymous value', () => {
  test('is folded until the k-th distinct client has it, and shown from that line on', () => {
    const vocabulary = fresh();
    expect(vocabulary.show(line('a'), 'path', '/reef')).toBe(false);
    expect(vocabulary.show(line('a'), 'path', '/reef')).toBe(false);
    expect(vocabulary.show(line('b'), 'path', '/reef')).toBe(false);
    expect(vocabulary.show(line('c'), 'path', '/reef')).toBe(true);
    expect(vocabulary.show(line('a'), 'path', '/reef')).toBe(true);
  });

  test('is not helped by lines without a browser client', () => {
    const vocabulary = fresh();
    for (let index = 0; index < 10; index += 1) expect(vocabulary.show(line(null), 'path', '/reef')).toBe(false);
  });

  test('is shown on the day after the epoch in which it was shown, but not two days after', () => {
    const vocabulary = fresh();
    for (const client of ['a', 'b', 'c']) vocabulary.show(line(client), 'country', 'PT');
    expect(vocabulary.show(line('d', '2026-03-03', '2026-03-02'), 'country', 'PT')).toBe(true);
    expect(vocabulary.show(line('d', '2026-03-04', '2026-03-03'), 'country', 'PT')).toBe(false);
  });

  test('is shown at once when it is configured or names nobody', () => {
    const vocabulary = fresh();
    expect(vocabulary.show(line('a'), 'country', 'FR')).toBe(true);
    expect(vocabulary.show(line('a'), 'country', 'unknown')).toBe(true);
    expect(vocabulary.show(line('a'), 'path', '(none)')).toBe(true);
  });

  test('does not cross sites or fields', () => {
    const vocabulary = fresh();
    for (const client of ['a', 'b', 'c']) vocabulary.show(line(client), 'country', 'PT');
    expect(vocabulary.show({ ...line('d'), site: 'blog' }, 'country', 'PT')).toBe(false);
    expect(vocabulary.show(line('d'), 'family', 'PT')).toBe(false);
  });

  test('survives a restart wherever the run is cut', () => {
    const stored = new Map<string, string>();
    let vocabulary = fresh();
    const seen: boolean[] = [];
    for (const client of ['a', 'b', 'c', 'd']) {
      seen.push(vocabulary.show(line(client), 'referrer', 'a.example/with/slash'));
      for (const [key, value] of vocabulary.takeChanges()) if (value === null) stored.delete(key); else stored.set(key, value);
      vocabulary = fresh(stored);
    }
    expect(seen).toEqual([false, false, true, true]);
  });

  test('is pushed out by newer ones beyond ten thousand, but only while it still waits', () => {
    const vocabulary = fresh();
    for (const client of ['a', 'b', 'c']) vocabulary.show(line(client), 'path', '/known');
    vocabulary.show(line('a'), 'path', '/waiting');
    vocabulary.show(line('b'), 'path', '/waiting');
    for (let index = 0; index < 10_000; index += 1) vocabulary.show(line('x'), 'path', `/flood/${index}`);
    expect(vocabulary.show(line('d'), 'path', '/known')).toBe(true);
    expect(vocabulary.show(line('c'), 'path', '/waiting')).toBe(false);
  });

  test('is forgotten with its epoch, in the state too', () => {
    const vocabulary = fresh();
    for (const client of ['a', 'b', 'c']) vocabulary.show(line(client), 'path', '/reef');
    const kept = new Map(vocabulary.takeChanges());
    vocabulary.forget('shop', '2026-03-02');
    for (const [key] of vocabulary.takeChanges()) kept.delete(key);
    expect([...kept]).toEqual([]);
    expect(vocabulary.shownInDay('shop', '2026-03-02', 'path', '/reef')).toBe(false);
  });

  test('that carries the mark of a forgotten epoch is asked for anew', () => {
    const vocabulary = fresh();
    for (const client of ['a', 'b', 'c']) vocabulary.show(line(client), 'path', '/reef');
    const mark = vocabulary.epochOf('shop', '2026-03-02');
    const value = new Value('path', '/reef');
    vocabulary.mark(mark, value);
    expect(value.shownIn).toBe(mark);
    vocabulary.forget('shop', '2026-03-02');
    expect(vocabulary.epochOf('shop', '2026-03-02')).not.toBe(mark);
    expect(vocabulary.show(line('d'), 'path', '/reef')).toBe(false);
  });
});
