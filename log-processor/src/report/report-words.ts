/** What the figures say about time, for the terminal and for the page: by day or month, and when the most people come. */
import { bytes, count } from '../server/words.ts';
import type { DaySums, ReportFigures } from './report-figures.ts';

/** More days than this are shown as months, and more months as years. */
const mostDays = 45;
const mostMonths = 48;

/** Days, or months or years where there are many, with those in between that had nothing. */
export function volumeByPeriod({ days }: Pick<ReportFigures, 'days'>): readonly (DaySums & { readonly name: string })[] {
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return [];
  const span = (Date.parse(last.day) - Date.parse(first.day)) / 86_400_000 + 1;
  const length = span <= mostDays ? 10 : span <= mostMonths * 31 ? 7 : 4;
  const sums = new Map<string, DaySums>();
  for (let index = 0; index < span; index += 1) sums.set(dayAfter(first.day, index).slice(0, length), { requests: 0, bytes: 0, visitors: 0, visits: 0, pageViews: 0 });
  for (const day of days) {
    const name = day.day.slice(0, length);
    const sum = sums.get(name) ?? { requests: 0, bytes: 0, visitors: 0, visits: 0, pageViews: 0 };
    sum.requests += day.requests;
    sum.bytes += day.bytes;
    sum.visitors += day.visitors;
    sum.visits += day.visits;
    sum.pageViews += day.pageViews;
    sums.set(name, sum);
  }
  return [...sums].map(([name, sum]) => ({ name, ...sum }));
}

const dayAfter = (day: string, days: number): string => new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);

/** Names that are looked at; a year of daily files is told by their number. */
const namedFiles = 3;

/** The logs of a report, for its title. */
export function filesTitle(names: readonly string[]): string {
  return names.length <= namedFiles + 1 ? names.join(', ') : `${names.slice(0, namedFiles).join(', ')} and ${count(names.length - namedFiles)} more`;
}

/** What keeps the figures from being what a reader takes them for; empty in most reports. */
export function cautions({ files, lateLines, lostBytes }: Pick<ReportFigures, 'files' | 'lateLines' | 'lostBytes'>): string[] {
  const said: string[] = [];
  if (files.some(({ format }) => format === 'common')) said.push('The common format does not say which browser asked, so that nobody in it can be told from a robot: all of it counts as bots, and people are missing.');
  if (lateLines > 0) said.push(`${count(lateLines)} lines came more than an hour out of order: their visits may be counted apart. Give the log as a file for exact visits.`);
  if (lostBytes > 0) said.push(`INCOMPLETE: at least ${bytes(lostBytes)} could not be read; the input is damaged or cut short.`);
  return said;
}

export const weekdayNames = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

export type Peaks = { readonly byHour: readonly number[]; readonly byWeekday: readonly number[]; readonly sentence: string | null };

/** Human visits by hour and weekday of their start, and the sentence that sums it up; null without a visit. */
export function peakTimes({ starts, days }: Pick<ReportFigures, 'starts' | 'days'>): Peaks {
  const byHour = Array.from({ length: 24 }, (_, hour) => starts.reduce((sum, ofDay) => sum + (ofDay[hour] ?? 0), 0));
  const byWeekday = starts.map((ofDay) => ofDay.reduce((sum, visits) => sum + visits, 0));
  const most = Math.max(...byHour);
  if (most <= 0) return { byHour, byWeekday, sentence: null };
  const hour = byHour.indexOf(most);
  const weekday = weekdayNames[byWeekday.indexOf(Math.max(...byWeekday))] ?? '';
  const busiest = [...days].sort((a, b) => b.visits - a.visits)[0];
  const clock = (value: number): string => `${String(value % 24).padStart(2, '0')}:00`;
  const day = busiest === undefined ? '' : `, the busiest day was ${busiest.day} (${count(busiest.visits)} visits)`;
  return { byHour, byWeekday, sentence: `Most visits begin from ${clock(hour)} to ${clock(hour + 1)}, most of them on a ${weekday}${day}.` };
}

/** Grams as people read them: `12.3 g`, `4.56 kg`; never 0 for something. */
export function grams(value: number): string {
  if (value > 0 && value < 0.1) return '< 0.1 g';
  return value < 1000 ? `${value.toFixed(1)} g` : `${(value / 1000).toFixed(2)} kg`;
}
