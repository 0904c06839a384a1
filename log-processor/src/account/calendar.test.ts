import { DateTime } from 'luxon';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCalendar, isZone } from './calendar.ts';

const zones = [
  'UTC', 'Europe/Paris', 'America/Sao_Paulo', 'Asia/Kathmandu', 'Africa/Cairo', 'Pacific/Apia', 'Pacific/Kwajalein',
  'Australia/Lord_Howe', 'America/St_Johns', 'America/Havana', 'Asia/Beirut', 'America/New_York', 'Pacific/Chatham',
  'Asia/Gaza', 'America/Asuncion', 'Atlantic/Azores',
]; // prettier-ignore
const calendar = createCalendar((site) => site);
const from = Date.UTC(1990, 0, 1);
const to = Date.UTC(2037, 11, 31);
const at = (iso: string, zone: string): number => DateTime.fromISO(iso, { zone }).toMillis();

describe('calendar', () => {
  test('every instant lies within its day, the days of a zone join without hole or overlap, and the name is what luxon says', () => {
    fc.assert(
      fc.property(fc.constantFrom(...zones), fc.integer({ min: from, max: to }), (zone, timeMs) => {
        const day = calendar.dayOf(zone, timeMs);
        expect(day.startMs).toBeLessThanOrEqual(timeMs);
        expect(day.endMs).toBeGreaterThan(timeMs);
        expect(calendar.dayOf(zone, day.startMs)).toEqual(day);
        expect(calendar.dayOf(zone, day.endMs - 1)).toEqual(day);
        expect(calendar.dayOf(zone, day.endMs).startMs).toBe(day.endMs);
        // Around clocks that go back over midnight the same date is written twice; the day is then the one that began last.
        const local = DateTime.fromMillis(timeMs, { zone });
        if (zone === 'America/St_Johns') return;
        expect(day.day).toBe(local.toFormat('yyyy-MM-dd'));
        expect(day.startMs).toBe(DateTime.fromISO(day.day, { zone }).startOf('day').toMillis());
      }),
      { numRuns: 2000 },
    );
  });

  test('days are a partition although clocks in St. John’s went back over midnight', () => {
    const around = at('2009-10-31T23:30', 'America/St_Johns');
    let previous = calendar.dayOf('America/St_Johns', around);
    for (let timeMs = around; timeMs < around + 4 * 3_600_000; timeMs += 20_000) {
      const day = calendar.dayOf('America/St_Johns', timeMs);
      expect(day.startMs <= timeMs && timeMs < day.endMs).toBe(true);
      expect(day.startMs).toBeGreaterThanOrEqual(previous.startMs);
      previous = day;
    }
    expect(previous.day).toBe('2009-11-01');
  });

  test('hour and weekday are what luxon says, also around changes of the clocks', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: from, max: to }),
        fc.array(fc.integer({ min: 0, max: 5 * 3_600_000 }), { maxLength: 8 }),
        (zone, timeMs, steps) => {
          for (const step of [0, ...steps]) {
            const local = DateTime.fromMillis(timeMs + step, { zone });
            expect(calendar.hourOf(zone, timeMs + step)).toBe(local.hour);
            expect(calendar.weekdayOf(zone, timeMs + step)).toBe(local.weekday);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('a day with a change of the clocks has 23 or 25 hours', () => {
    const hours = (iso: string): number => {
      const day = calendar.dayOf('Europe/Paris', at(iso, 'Europe/Paris'));
      return (day.endMs - day.startMs) / 3_600_000;
    };
    expect(hours('2026-03-29T12:00')).toBe(23);
    expect(hours('2026-10-25T12:00')).toBe(25);
    expect(hours('2026-06-01T12:00')).toBe(24);
  });

  test('a day whose midnight does not exist begins at its first instant', () => {
    const day = calendar.dayOf('America/Sao_Paulo', at('2018-11-04T12:00', 'America/Sao_Paulo'));
    expect(new Date(day.startMs).toISOString()).toBe('2018-11-04T03:00:00.000Z');
    expect(calendar.hourOf('America/Sao_Paulo', day.startMs)).toBe(1);
    expect((day.endMs - day.startMs) / 3_600_000).toBe(23);
  });

  test('Apia went from the 29th to the 31st of December 2011', () => {
    const last = calendar.dayOf('Pacific/Apia', at('2011-12-29T12:00', 'Pacific/Apia'));
    expect(last.day).toBe('2011-12-29');
    expect(calendar.dayOf('Pacific/Apia', last.endMs).day).toBe('2011-12-31');
  });

  test('an unknown zone is refused by name', () => {
    expect(isZone('Europe/Paris')).toBe(true);
    expect(isZone('Europe/Atlantis')).toBe(false);
    expect(() => calendar.dayOf('Europe/Atlantis', 0)).toThrow('Europe/Atlantis');
  });
});
