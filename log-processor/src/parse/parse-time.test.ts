import fc from 'fast-check';
import { expect, test } from 'vitest';
import { minTimeMs, parseInstant, parseIsoTime, parseLocalTime, parseSeconds } from './parse-time.ts';

const names = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (number: number): string => String(number).padStart(2, '0');

test('both calendars agree with the clock of the platform, in every zone', () => {
  const anyTime = fc.integer({ min: minTimeMs / 1000, max: 9_223_000_000 });
  fc.assert(
    fc.property(anyTime, fc.integer({ min: -14 * 60, max: 14 * 60 }), (seconds, offsetMinutes) => {
      const wall = new Date((seconds + offsetMinutes * 60) * 1000);
      const zone = `${offsetMinutes < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offsetMinutes) / 60))}`;
      const minutes = two(Math.abs(offsetMinutes) % 60);
      const expected = { timeMs: seconds * 1000, writtenDate: wall.toISOString().slice(0, 10) };
      const [day, month, year] = [two(wall.getUTCDate()), names[wall.getUTCMonth()] ?? '', wall.getUTCFullYear()];
      expect(parseIsoTime(`${wall.toISOString().slice(0, 19)}${zone}:${minutes}`)).toEqual(expected);
      expect(parseLocalTime(`${day}/${month}/${year}:${wall.toISOString().slice(11, 19)} ${zone}${minutes}`)).toEqual(expected);
    }),
  );
});

test('leap days, leap seconds and the last second of the day', () => {
  expect(parseLocalTime('29/Feb/2024:23:59:59 +0000')?.writtenDate).toBe('2024-02-29');
  expect(parseLocalTime('29/Feb/2000:00:00:00 +0000')?.writtenDate).toBe('2000-02-29');
  expect(parseLocalTime('31/Dec/2016:23:59:60 +0000')?.timeMs).toBe(Date.UTC(2017, 0, 1));
  expect(parseIsoTime('2017-01-01T00:00:00Z')?.timeMs).toBe(Date.UTC(2017, 0, 1));
});

test.each([
  '29/Feb/2023:00:00:00 +0000', '29/Feb/2100:00:00:00 +0000', '31/Apr/2024:00:00:00 +0000', '00/Jan/2024:00:00:00 +0000', '01/jan/2024:00:00:00 +0000', '01/Foo/2024:00:00:00 +0000',
  '01/Jan/2024:24:00:00 +0000', '01/Jan/2024:00:60:00 +0000', '01/Jan/2024:00:00:61 +0000', '01/Jan/2024:00:00:00 +1600', '01/Jan/2024:00:00:00', '01/Jan/2024:00:00:00 0000x', '1/Jan/2024:00:00:00 +0000 ',
  '01/Jan/1960:00:00:00 +0000', '01/Jan/1970:00:00:00 +0000', '01/Jan/1980:00:00:00 +0000', '19/Dec/1990:23:59:59 +0000', '01/Jan/9999:00:00:00 +0000', '',
])('%j is no time', (text) => expect(parseLocalTime(text)).toBeNull());

test('nothing is older than the first web server, and the logs of the first years are read', () => {
  expect(parseLocalTime('20/Dec/1990:00:00:00 +0000')?.timeMs).toBe(minTimeMs);
  expect(parseLocalTime('24/Oct/1994:13:41:41 -0600')?.writtenDate).toBe('1994-10-24');
  expect(parseLocalTime('19/Apr/2005:00:00:00 +0000')?.writtenDate).toBe('2005-04-19');
  for (const none of ['0.000', 0, '86400.000', '315532800.000', minTimeMs / 1000 - 0.001]) expect(parseInstant(none)).toBeNull();
  expect(parseInstant(minTimeMs / 1000)).toBe(minTimeMs);
});

test('seconds keep their milliseconds', () => {
  expect(parseSeconds('0.000')).toBe(0);
  expect(parseSeconds(1_700_000_000.999)).toBe(1_700_000_000_999);
  expect(parseSeconds('-0.001')).toBeNull();
  expect(parseSeconds(-0.0001)).toBeNull();
  expect(parseSeconds(null)).toBeNull();
});
