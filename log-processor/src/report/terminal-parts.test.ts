/** Bars and columns that lie would be believed. */
import { expect, test } from 'vitest';
import { bar, cut, inkFor, section } from './terminal-parts.ts';

test.each([[10, 10, '████'], [5, 10, '██'], [1, 1000, '▏'], [0, 10, ''], [3, 0, '']])('%d of %d', (value, most, drawn) => {
  expect(bar(value, most, 4)).toBe(drawn);
});

test('a long path keeps both of its ends and its column', () => {
  expect(cut('/short')).toBe('/short');
  const long = cut(`/lessons/${'x'.repeat(100)}/the-end`);
  expect([long.length, long.startsWith('/lessons/'), long.endsWith('/the-end')]).toEqual([44, true, true]);
});

test('numbers stand right under one another, and nothing is a section of nothing', () => {
  const rows = [{ name: 'a', value: 10, said: ['1,000'] }, { name: 'bcd', value: 5, said: ['5'] }];
  expect(section(inkFor(false), 'Title', rows).slice(1)).toEqual(['Title', '  a    1,000  ████████████████████████', '  bcd      5  ████████████']);
  expect(section(inkFor(false), 'Title', [])).toEqual([]);
});
