/** A person sees speed and time left; a pipe sees nothing. */
import { expect, test } from 'vitest';
import { barText, createProgressBar } from './progress-bar.ts';

test('half of it in two seconds is two seconds more', () => {
  const text = barText({ doneBytes: 5_242_880, totalBytes: 10_485_760, lines: 30_000, seconds: 2, columns: 100 });
  expect(text).toMatch(/^\[#+\.+\]  50 %  30,000 lines, 15,000\/s  3 MiB\/s {2}2 s left$/);
});

test('a pipe has no end, so it has no bar', () => {
  expect(barText({ doneBytes: 0, totalBytes: null, lines: 10, seconds: 1, columns: 80 })).toBe('10 lines, 10/s');
});

test('it stays within a narrow terminal', () => {
  for (let columns = 10; columns < 120; columns += 7) expect(barText({ doneBytes: 1, totalBytes: 3, lines: 123_456_789, seconds: 100, columns }).length).toBeLessThan(columns);
});

test('where nobody watches nothing is written', () => {
  const written: string[] = [];
  for (const isTTY of [false, true]) {
    const bar = createProgressBar({ isTTY, write: (text) => written.push(text) }, 10, () => 0);
    bar.show(5, 1);
    bar.clear();
    expect(written.length).toBe(isTTY ? 2 : 0);
  }
});
