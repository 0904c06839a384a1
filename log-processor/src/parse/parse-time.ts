/** Reads the three ways nginx and Apache write a time, exactly to the millisecond; anything else is null. */

/** Beyond this millisecond (in the year 2262) a time is no longer a 64-bit count of nanoseconds, which is how Loki keeps it. */
export const maxTimeMs = 9_223_372_036_854;

/**
 * Before this millisecond there is no web log: the first web server answered on 20 December 1990 (https://home.cern/science/computing/birth-web/short-history-web).
 * What says otherwise is the clock of a machine that lost it: they begin again in 1970 or 1980. The oldest logs that are public, of 1994 and 1995, are read.
 */
export const minTimeMs = Date.UTC(1990, 11, 20);

export type WrittenTime = {
  /** Milliseconds since 1970. */
  readonly timeMs: number;
  /** `yyyy-mm-dd` as written, in the zone of the log. */
  readonly writtenDate: string;
};

const secondsPattern = /^\d{1,12}(?:\.\d{1,9})?$/;

/** `$msec`: as `parseSeconds`, but an instant at which a web log can have been written. */
export function parseInstant(value: unknown): number | null {
  const timeMs = parseSeconds(value);
  return timeMs === null || timeMs < minTimeMs ? null : timeMs;
}

/** Seconds with decimals, as text or as a JSON number, in whole milliseconds; null when it is none. */
export function parseSeconds(value: unknown): number | null {
  const seconds = typeof value === 'number' ? value : typeof value === 'string' && secondsPattern.test(value) ? Number(value) : NaN;
  // Doubles hold microseconds at this size, so rounding gives back the millisecond that was written.
  const milliseconds = Math.round(seconds * 1000);
  return seconds >= 0 && milliseconds <= maxTimeMs ? milliseconds : null;
}

const isoPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:Z|[+-]\d{2}:\d{2})$/;

/** `$time_iso8601`: `2026-11-22T11:14:54+00:00`; `Z` is read too. */
export function parseIsoTime(text: string): WrittenTime | null {
  if (!isoPattern.test(text)) return null;
  const offsetMinutes = text.endsWith('Z') ? 0 : offset(text, 19, 23);
  return fromWallClock([digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10)], clock(text, 11), offsetMinutes);
}

const localPattern = /^\d{2}\/[A-Z][a-z]{2}\/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4}$/;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `$time_local`, and Apache's `%t` without its brackets: `22/Nov/2026:11:14:54 +0000`. */
export function parseLocalTime(text: string): WrittenTime | null {
  if (!localPattern.test(text)) return null;
  const month = months.indexOf(text.slice(3, 6)) + 1;
  return fromWallClock([digits(text, 7, 11), month, digits(text, 0, 2)], clock(text, 12), offset(text, 21, 24));
}

type CalendarDate = readonly [year: number, month: number, day: number];
type Clock = readonly [hour: number, minute: number, second: number];

function clock(text: string, from: number): Clock {
  return [digits(text, from, from + 2), digits(text, from + 3, from + 5), digits(text, from + 6, from + 8)];
}

/** Minutes east of Greenwich: a sign and two digits at `from`, two more at `minutesAt`. */
function offset(text: string, from: number, minutesAt: number): number {
  const minutes = digits(text, from + 1, from + 3) * 60 + digits(text, minutesAt, minutesAt + 2);
  return text[from] === '-' ? -minutes : minutes;
}

/** No zone is further than this from Greenwich (Kiribati is 14 hours ahead). */
const maxOffsetMinutes = 15 * 60;

function fromWallClock(date: CalendarDate, [hour, minute, second]: Clock, offsetMinutes: number): WrittenTime | null {
  // Second 60 is a leap second.
  if (!isReal(date) || hour > 23 || minute > 59 || second > 60 || Math.abs(offsetMinutes) > maxOffsetMinutes) return null;
  const [year, month, day] = date;
  const timeMs = Date.UTC(year, month - 1, day, hour, minute, second) - offsetMinutes * 60_000;
  if (timeMs < minTimeMs || timeMs > maxTimeMs) return null;
  return { timeMs, writtenDate: `${year}-${twoDigits(month)}-${twoDigits(day)}` };
}

const longestMonths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** February has no 30th; and `Date.UTC` takes a year below 100 for one of the last century. */
function isReal([year, month, day]: CalendarDate): boolean {
  if (year < 1990 || day < 1 || day > (longestMonths[month - 1] ?? 0)) return false;
  return month !== 2 || day < 29 || (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0));
}

function twoDigits(number: number): string {
  return number < 10 ? `0${number}` : `${number}`;
}

/** The decimal number in `text[from, to)`, which a pattern has found to be digits. */
function digits(text: string, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at += 1) number = number * 10 + text.charCodeAt(at) - 48;
  return number;
}
