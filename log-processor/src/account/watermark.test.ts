import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Put } from '../record.ts';
import { Watermark } from './watermark.ts';

const graceMs = 120_000;
const noon = Date.UTC(2026, 10, 22, 12);
const far = noon + 86_400_000;

function watermark(...inputs: string[]): Watermark {
  const made = new Watermark(graceMs);
  for (const input of inputs) made.join(input, 'file', noon);
  return made;
}

describe('watermark', () => {
  test('is the minimum over sources of the newest line time minus L', () => {
    const mark = watermark('a', 'b');
    expect(mark.advance('a', noon, far)).toBe(-Infinity);
    expect(mark.advance('b', noon - 5000, far)).toBe(noon - 5000 - graceMs);
    expect(mark.advance('b', noon + 5000, far)).toBe(noon - graceMs);
    expect(mark.stands()).toEqual(new Map([['a', noon - graceMs], ['b', noon + 5000 - graceMs]])); // prettier-ignore
  });

  test('never falls, whatever is said in whatever order, and is never above the lowest source at the moment it rises', () => {
    const step = fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('line', 'end', 'join', 'finish'), fc.integer({ min: 0, max: 9_000_000 }));
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const mark = watermark('a');
        let before = mark.valueMs;
        for (const [input, what, offset] of steps) {
          if (what === 'line') mark.advance(input, noon + offset, noon + 5_000_000);
          if (what === 'end') mark.atEnd(input, noon + offset);
          if (what === 'join') mark.join(input, 'file', noon);
          if (what === 'finish') mark.finished(input);
          expect(mark.valueMs).toBeGreaterThanOrEqual(before);
          if (mark.valueMs > before) expect(mark.valueMs).toBe(Math.min(...mark.stands().values()));
          before = mark.valueMs;
        }
      }),
    );
  });

  test('line times are capped at the clock', () => {
    expect(watermark('a').advance('a', noon + 600_000, noon)).toBe(noon - graceMs);
  });

  test('a followed file that is read to its end stands at the clock minus L', () => {
    const mark = watermark('a');
    mark.advance('a', noon - 3_600_000, noon);
    expect(mark.atEnd('a', noon)).toBe(noon - graceMs);
  });

  test('a clock that goes back moves nothing', () => {
    const mark = watermark('a');
    mark.atEnd('a', noon);
    expect(mark.atEnd('a', noon - 3_600_000)).toBe(noon - graceMs);
  });

  test('a finished file leaves the minimum', () => {
    const mark = watermark('a', 'b');
    mark.advance('a', noon - 3_600_000, far);
    mark.advance('b', noon, far);
    expect(mark.finished('a')).toBe(noon - graceMs);
  });

  test('a sender that is silent for more than 10 minutes leaves it, and comes back with its next line', () => {
    const mark = watermark('a');
    mark.join('sender', 'sender', noon);
    mark.advance('sender', noon, noon);
    mark.atEnd('a', noon + 600_000);
    expect(mark.tick(noon + 600_000)).toBe(noon - graceMs);
    expect(mark.tick(noon + 600_001)).toBe(noon + 600_000 - graceMs);
    mark.advance('sender', noon + 600_001, noon + 600_001);
    mark.atEnd('a', noon + 900_000);
    expect(mark.valueMs).toBe(noon + 600_001 - graceMs);
  });

  test('while reading was stopped nobody counts as silent', () => {
    const mark = watermark('a');
    mark.join('sender', 'sender', noon);
    mark.advance('sender', noon, noon);
    mark.resumed(noon + 3_600_000);
    mark.atEnd('a', noon + 3_600_000);
    expect(mark.tick(noon + 3_600_001)).toBe(noon - graceMs);
  });

  test('where L is the whole file it stays at minus infinity', () => {
    const mark = new Watermark(Infinity);
    mark.join('a', 'file', noon);
    expect(mark.advance('a', noon, far)).toBe(-Infinity);
  });

  test('catching up is more than 5 minutes behind the clock', () => {
    const mark = watermark('a');
    mark.advance('a', noon, far);
    expect(mark.catchingUp(noon - graceMs + 300_000)).toBe(false);
    expect(mark.catchingUp(noon - graceMs + 300_001)).toBe(true);
  });

  test('is the same after a restart, and a source that is no longer configured does not hold it back', () => {
    const mark = watermark('a', 'gone');
    mark.advance('a', noon, far);
    mark.advance('gone', noon - 1000, far);
    const changes: Put[] = [];
    mark.takeChanges(changes);
    const again: Put[] = [];
    mark.takeChanges(again);
    expect(again).toEqual([]);
    const restored = new Watermark(graceMs);
    for (const [key, value] of changes) if (value !== null) restored.restore(key, value);
    restored.join('a', 'file', far);
    expect(restored.valueMs).toBe(noon - 1000 - graceMs);
    expect(restored.advance('a', noon + 1, far)).toBe(noon + 1 - graceMs);
  });
});
