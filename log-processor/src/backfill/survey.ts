/** The first look at a history: which days it holds, how old it is and what their receipts say, before anything goes out. */
import type { AccountEvent } from '../account/account-options.ts';
import type { Rooms } from '../assemble.ts';
import type { PublicRequest } from '../record.ts';
import { holdsDay } from './wanted-days.ts';
import type { WantedDays } from './wanted-days.ts';

export type SurveyedDay = {
  readonly site: string;
  readonly day: string;
  readonly startMs: number;
  readonly endMs: number;
  /** The receipt as this history makes it, its chain aside. */
  readonly receipt: string;
  readonly lines: number;
};

export class Survey {
  readonly #wanted: WantedDays;
  readonly #days: SurveyedDay[] = [];
  readonly #lines = new Map<string, number>();
  #lastDay = '';
  #lastHolds = false;
  /** Lines of wanted days. */
  lines = 0;
  oldestMs = Infinity;

  constructor(wanted: WantedDays) {
    this.#wanted = wanted;
  }

  line({ day, site, timeMs }: PublicRequest): null {
    if (day !== this.#lastDay) [this.#lastDay, this.#lastHolds] = [day, holdsDay(this.#wanted, day)];
    if (!this.#lastHolds) return null;
    const key = `${day}/${site}`;
    this.#lines.set(key, (this.#lines.get(key) ?? 0) + 1);
    this.lines += 1;
    if (timeMs < this.oldestMs) this.oldestMs = timeMs;
    return null;
  }

  event(event: AccountEvent, { calendar }: Rooms): void {
    if (event.type !== 'receipt' || !holdsDay(this.#wanted, event.day)) return;
    const { site, day, line } = event;
    const { startMs, endMs } = calendar.dayOf(site, Number(event.timestampNs.slice(0, -6)));
    this.#days.push({ site, day, startMs, endMs, receipt: line, lines: this.#lines.get(`${day}/${site}`) ?? 0 });
  }

  /** By site, each in the order of time. */
  bySite(): ReadonlyMap<string, readonly SurveyedDay[]> {
    const sites = new Map<string, SurveyedDay[]>();
    for (const day of this.#days.sort((a, b) => a.startMs - b.startMs)) sites.set(day.site, [...(sites.get(day.site) ?? []), day]);
    return sites;
  }
}
