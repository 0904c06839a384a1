/** Which days a report is about: months and days as a person types them. */

/** A month or day that cannot be understood. */
export class BadPeriod extends Error {}

export type Period = {
  /** As given, for the report's head; empty for everything. */
  readonly wanted: readonly string[];
  /** @param day `yyyy-mm-dd` in the zone of the site */
  holds(day: string): boolean;
};

const monthShape = /^\d{4}-(?:0[1-9]|1[0-2])$/;
const dayShape = /^\d{4}-\d{2}-\d{2}$/;

/** @throws BadPeriod saying what was expected */
export function readPeriod(months: readonly string[], days: readonly string[]): Period {
  for (const month of months) if (!monthShape.test(month)) throw new BadPeriod(`--month ${printable(month)}: expected a month such as 2026-11`);
  for (const day of days) if (!isDay(day)) throw new BadPeriod(`--day ${printable(day)}: expected a day such as 2026-11-28`);
  const wantedMonths = new Set(months);
  const wantedDays = new Set(days);
  const wanted = [...wantedMonths, ...wantedDays];
  return { wanted, holds: (day) => wanted.length === 0 || wantedDays.has(day) || wantedMonths.has(day.slice(0, 7)) };
}

/** A day that the calendar has. */
function isDay(text: string): boolean {
  const timeMs = dayShape.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  return Number.isFinite(timeMs) && new Date(timeMs).toISOString().startsWith(text);
}

const printable = (text: string): string => JSON.stringify(text.slice(0, 60));
