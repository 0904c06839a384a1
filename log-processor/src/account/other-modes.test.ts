import { describe, expect, test } from 'vitest';
import { createGoAccessCount, createMatomoCount, type OtherLine } from './other-modes.ts';

const line = (changes: Partial<OtherLine>): OtherLine => ({
  address: '192.0.2.1', userAgent: 'a', timeMs: Date.UTC(2026, 0, 1, 12), writtenDate: '2026-01-01', status: 200, lineBytes: 100, ...changes,
}); // prettier-ignore
const noon = Date.UTC(2026, 0, 1, 12);

describe('createMatomoCount', () => {
  const visits = (...lines: Partial<OtherLine>[]): number => {
    const count = createMatomoCount();
    for (const each of lines) count.add(line(each));
    return count.result().visits;
  };

  test('a gap below 1800 s continues the visit, exactly 1800 s starts a new one', () => {
    expect(visits({ timeMs: noon }, { timeMs: noon + 1_799_999 })).toBe(1);
    expect(visits({ timeMs: noon }, { timeMs: noon + 1_800_000 })).toBe(2);
  });

  test('a change of the written date starts a new visit', () => {
    expect(visits({ timeMs: noon }, { timeMs: noon + 1000, writtenDate: '2026-01-02' })).toBe(2);
  });

  test('lines are taken in order of time, whatever their order in the file', () => {
    expect(visits({ timeMs: noon }, { timeMs: noon + 3_000_000 }, { timeMs: noon + 1_500_000 })).toBe(1);
  });

  test('the full user agent and the address make the visitor, and every line counts', () => {
    expect(visits({}, { userAgent: 'b' }, { address: '192.0.2.2' }, { status: 404, lineBytes: 9000 })).toBe(3);
  });
});

describe('createGoAccessCount', () => {
  const visitors = (options: Parameters<typeof createGoAccessCount>[0], ...lines: Partial<OtherLine>[]): number => {
    const count = createGoAccessCount(options);
    for (const each of lines) count.add(line(each));
    return count.result().visitors;
  };

  test('a visitor is an address, a user agent and a written date', () => {
    expect(visitors({}, {}, {}, { userAgent: 'b' }, { address: '192.0.2.2' }, { writtenDate: '2026-01-02' })).toBe(4);
  });

  test('status 4xx makes no visitor unless it is asked for', () => {
    expect(visitors({}, { status: 404 }, { status: 499 }, { status: 500, userAgent: 'b' })).toBe(1);
    expect(visitors({ count4xx: true }, { status: 404 }, { status: 500, userAgent: 'b' })).toBe(2);
  });

  test('a missing user agent is "-", unless the two are to be kept apart', () => {
    expect(visitors({}, { userAgent: '' }, { userAgent: '-' })).toBe(1);
    expect(visitors({ mergeMissingUserAgent: false }, { userAgent: '' }, { userAgent: '-' })).toBe(2);
  });

  test('lines over 4,095 bytes are left out', () => {
    expect(visitors({}, { lineBytes: 4096 })).toBe(0);
    expect(visitors({}, { lineBytes: 4095 })).toBe(1);
  });
});
