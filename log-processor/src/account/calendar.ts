/** The sites' calendars, and the one door to luxon: which day, weekday and hour an instant is in a site's zone, cached so that the hot path only compares numbers. */
import { DateTime, IANAZone } from 'luxon';

/** One calendar day of a site: from its first instant (included) to the next day's first instant (not included), in milliseconds since 1970. */
export type Day = { readonly day: string; readonly startMs: number; readonly endMs: number };

export type Calendar = {
  /** The day of the site's zone that holds the instant; every instant lies in exactly one day. */
  dayOf(site: string, timeMs: number): Day;
  /** Hour of the day, 0 to 23, on the site's clocks. */
  hourOf(site: string, timeMs: number): number;
  /** Day of the week on the site's clocks: 1 is Monday, 7 is Sunday. */
  weekdayOf(site: string, timeMs: number): number;
};

type Hour = { readonly startMs: number; readonly endMs: number; readonly hour: number; readonly weekday: number };

/** Days kept per site: today, its neighbours, and a few of a backlog or of several sources. */
const keptDays = 16;
const hourMs = 3_600_000;
/** Hours kept per site: visits close in the order of their ends, so their starts go to and fro. */
const keptHours = 64;

/** True when the name is a time zone of the IANA database that this machine knows. */
export function isZone(name: string): boolean {
  return IANAZone.isValidZone(name);
}

/**
 * @param zoneOf the IANA zone of a site
 * @throws Error at the first look-up for a site whose zone is not known
 */
export function createCalendar(zoneOf: (site: string) => string): Calendar {
  const sites = new Map<string, SiteCalendar>();
  const of = (site: string): SiteCalendar => {
    let calendar = sites.get(site);
    if (calendar === undefined) {
      calendar = new SiteCalendar(zoneOf(site));
      sites.set(site, calendar);
    }
    return calendar;
  };
  return {
    dayOf: (site, timeMs) => of(site).dayOf(timeMs),
    hourOf: (site, timeMs) => of(site).hourOf(timeMs).hour,
    weekdayOf: (site, timeMs) => of(site).hourOf(timeMs).weekday,
  };
}

class SiteCalendar {
  readonly #zone: IANAZone;
  #days: Day[] = [];
  #newest: Day = { day: '', startMs: 0, endMs: 0 };
  #hour: Hour = { startMs: 0, endMs: 0, hour: 0, weekday: 1 };
  /** By hours since 1970; of a zone with minutes in its offset two hours of the clock share one. */
  readonly #hours = new Map<number, Hour>();

  constructor(zone: string) {
    if (!isZone(zone)) throw new Error(`time zone "${zone}" is not known: expected an IANA name such as Europe/Paris`);
    this.#zone = IANAZone.create(zone);
  }

  dayOf(timeMs: number): Day {
    if (timeMs >= this.#newest.startMs && timeMs < this.#newest.endMs) return this.#newest;
    let day = this.#days.find((kept) => timeMs >= kept.startMs && timeMs < kept.endMs);
    if (day === undefined) {
      day = dayAround(timeMs, this.#zone);
      this.#days = [day, ...this.#days.slice(0, keptDays - 1)];
    }
    this.#newest = day;
    return day;
  }

  hourOf(timeMs: number): Hour {
    if (timeMs >= this.#hour.startMs && timeMs < this.#hour.endMs) return this.#hour;
    const number = Math.floor(timeMs / hourMs);
    const known = this.#hours.get(number);
    if (known !== undefined && timeMs >= known.startMs && timeMs < known.endMs) this.#hour = known;
    else this.#hour = this.#newHour(number, timeMs);
    return this.#hour;
  }

  #newHour(number: number, timeMs: number): Hour {
    const hour = hourAround(timeMs, this.#zone);
    if (this.#hours.size >= keptHours) this.#hours.clear();
    this.#hours.set(number, hour);
    return hour;
  }
}

/** The day whose first instant is the latest at or before the time: a partition even where clocks go back over a midnight. */
function dayAround(timeMs: number, zone: IANAZone): Day {
  let start: DateTime = DateTime.fromMillis(timeMs, { zone }).startOf('day');
  while (start.toMillis() > timeMs) start = start.minus({ hours: 12 }).startOf('day');
  let next: DateTime = firstInstantAfter(start);
  while (next.toMillis() <= timeMs) {
    start = next;
    next = firstInstantAfter(start);
  }
  return { day: start.toFormat('yyyy-MM-dd'), startMs: start.toMillis(), endMs: next.toMillis() };
}

/** The first instant of the next day that exists: Apia had no 2011-12-30. */
function firstInstantAfter(start: DateTime): DateTime {
  for (let days = 1; ; days += 1) {
    const next = start.plus({ days }).startOf('day');
    if (next.toMillis() > start.toMillis() && !next.hasSame(start, 'day')) return next;
  }
}

/** The hour on the clocks around the time; nothing is cached where the zone changes its offset within that hour. */
function hourAround(timeMs: number, zone: IANAZone): Hour {
  const local = DateTime.fromMillis(timeMs, { zone });
  const intoHourMs = (local.minute * 60 + local.second) * 1000 + local.millisecond;
  const startMs = timeMs - intoHourMs;
  const steady = zone.offset(startMs) === local.offset && zone.offset(startMs + hourMs - 1) === local.offset;
  const { hour, weekday } = local;
  if (steady) return { startMs, endMs: startMs + hourMs, hour, weekday };
  return { startMs: timeMs, endMs: timeMs + 1, hour, weekday };
}
