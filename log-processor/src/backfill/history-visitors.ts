/** Unique visitors of each day so far, by the minute: 0 at the day's first instant, and one more at each visitor's first line. */
import type { Calendar } from '../account/calendar.ts';
import { agentClasses } from '../metric-names.ts';
import type { AgentClass, PublicRequest } from '../record.ts';
import { MinutePoints } from './minute-points.ts';

const minuteMs = 60_000;
type Day = { readonly startMs: number; readonly first: Readonly<Record<AgentClass, Map<string, number>>> };

export class HistoryVisitors {
  readonly #calendar: Pick<Calendar, 'dayOf'>;
  readonly #days = new Map<string, Day>();
  readonly #series = new Map<string, { readonly labels: readonly string[]; readonly points: MinutePoints; sum: number }>();
  #last: { readonly key: string; readonly day: Day } | null = null;

  constructor(calendar: Pick<Calendar, 'dayOf'>) {
    this.#calendar = calendar;
  }

  line({ site, day, visitor, audience, agentClass, timeMs }: PublicRequest): void {
    if (visitor === null || !audience) return;
    const { first } = this.#dayOf(`${day}/${site}`, site, timeMs);
    const minute = Math.floor(timeMs / minuteMs) + 1;
    const known = first[agentClass].get(visitor);
    if (known === undefined || minute < known) first[agentClass].set(visitor, minute);
  }

  /** A day is over: its tokens are forgotten, and only the numbers stay. */
  dayIsOver(site: string, name: string): void {
    const key = `${name}/${site}`;
    const day = this.#days.get(key);
    if (day === undefined) return;
    this.#days.delete(key);
    this.#last = null;
    for (const agentClass of agentClasses) this.#close([site, agentClass], day.startMs, [...day.first[agentClass].values()]);
  }

  #close(labels: readonly string[], startMs: number, minutes: readonly number[]): void {
    const key = labels.join('/');
    let series = this.#series.get(key);
    if (series === undefined) this.#series.set(key, (series = { labels, points: new MinutePoints(), sum: 0 }));
    const { points } = series;
    points.add(Math.floor(startMs / minuteMs), -series.sum);
    for (const minute of [...minutes].sort((a, b) => a - b)) points.add(minute, 1);
    series.sum = minutes.length;
  }

  #dayOf(key: string, site: string, timeMs: number): Day {
    if (this.#last?.key === key) return this.#last.day;
    let day = this.#days.get(key);
    if (day === undefined) this.#days.set(key, (day = { startMs: this.#calendar.dayOf(site, timeMs).startMs, first: { browser: new Map(), bot: new Map() } }));
    this.#last = { key, day };
    return day;
  }

  series(): Iterable<{ readonly labels: readonly string[]; readonly points: MinutePoints }> {
    return this.#series.values();
  }
}
