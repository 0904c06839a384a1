/** How traffic rises and falls over a day in the zone of a site, and which calendar day a moment belongs to there; by Intl, as a second opinion to luxon. */

/** Share of a day's visits that begin in each hour: quiet nights, a clear peak from 14:00 to 15:00, a smaller one in the evening. */
export const hourShares: readonly number[] = [9, 6, 4, 3, 3, 5, 11, 24, 44, 60, 68, 64, 52, 72, 108, 80, 66, 58, 56, 62, 60, 44, 27, 14].map(
  (weight, _hour, all) => weight / all.reduce((sum, other) => sum + other, 0),
);

/** Visits of a weekday beside those of a mean day, Monday first: a school's site is quiet at the weekend. They add up to 7. */
export const weekdayFactors: readonly number[] = [1.15, 1.2, 1.15, 1.1, 1.05, 0.65, 0.7];

export type ZoneClock = {
  /** 0 is Monday. */
  weekdayOf(timeMs: number): number;
  /** 0 to 23. */
  hourOf(timeMs: number): number;
  /** `yyyy-mm-dd`. */
  dayOf(timeMs: number): string;
};

/** Zones move by quarters of an hour at the least, so day and hour hold for a whole quarter. */
const quarterMs = 15 * 60_000;

/** Reads wall clocks of `zone` (IANA name). @throws RangeError for an unknown zone */
export function createZoneClock(zone: string): ZoneClock {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit' });
  let quarter = NaN;
  let now = { day: '', hour: 0 };
  const at = (timeMs: number): { day: string; hour: number } => {
    const wanted = Math.floor(timeMs / quarterMs);
    if (wanted !== quarter) {
      const parts = Object.fromEntries(format.formatToParts(wanted * quarterMs).map(({ type, value }) => [type, value]));
      now = { day: `${parts['year'] ?? ''}-${parts['month'] ?? ''}-${parts['day'] ?? ''}`, hour: Number(parts['hour']) };
      quarter = wanted;
    }
    return now;
  };
  return {
    // The day's own name in UTC: a calendar date has one weekday everywhere.
    weekdayOf: (timeMs) => (new Date(`${at(timeMs).day}T00:00:00Z`).getUTCDay() + 6) % 7,
    hourOf: (timeMs) => at(timeMs).hour,
    dayOf: (timeMs) => at(timeMs).day,
  };
}
