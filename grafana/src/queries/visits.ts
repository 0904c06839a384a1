/** Slices of the audience, as Loki knows them: one line for every closed visit, one receipt for every day. Exact, by event time, also after a catch-up. */
import { added, addedIn, counted, countedIn, fields, holding, humanVisits, keys, lines, top } from '../logql.ts';
import type { VisitClassName } from './classes.ts';

const by = (label: string, expression: string): string => `sum by (${label}) (${expression})`;
const sorted = (expression: string): string => `sort_desc(${expression})`;

export const visitsByCountry = (): string => sorted(by('country', counted(humanVisits)));
export const visitorsByCountry = (): string => by('country', counted(`${humanVisits} | first_today="true"`));
export const visitsByDevice = (): string => by('device', counted(humanVisits));
/** A field of the visit line's text. */
const visitsBy = (field: 'entry' | 'exit' | 'referrer' | 'browser' | 'os'): string => sorted(top(15, by(field, counted(`${humanVisits}${keys(field)} | ${field}!=""`))));
export const visitsByEntry = (): string => visitsBy('entry');
export const visitsByExit = (): string => visitsBy('exit');
export const visitsByReferrer = (): string => visitsBy('referrer');
export const visitsByBrowser = (): string => visitsBy('browser');
export const visitsByOs = (): string => visitsBy('os');
/** Bounces of a page as the entry, to be read beside `visitsByEntry`; more of them than pages there, but fewer than the 500 series Loki answers. */
export const bouncesByEntry = (): string => top(100, by('entry', counted(`${humanVisits}${keys('entry', 'bounce')} | bounce="true" | entry!=""`)));

/** Page views of browsers by path template; asked of access lines, because a visit keeps only its first and last page. */
export const pageViewsByPath = (): string => sorted(top(20, by('path', counted(`${lines('access')}${holding('"method":"GET"', '"kind":"page"', '"agent_class":"browser"')}${keys('path', 'status')} | status=~"2..|304"`))));

/** Exact quantile of visits with more than one page view. */
export const durationQuantile = (share: number): string => `quantile_over_time(${share}, ${humanVisits}${keys('bounce', 'duration_seconds')} | bounce="false" | unwrap duration_seconds [$__auto]) by ()`;

/** One figure of every day's receipt. */
const figures = {
  visitors: 'audience.unique_visitors.browser',
  visits: 'audience.visits.human.visits',
  views: 'audience.visits.human.page_views',
  bounces: 'audience.visits.human.bounces',
  seconds: 'audience.visits.human.duration_seconds',
} as const;
export type DayFigure = keyof typeof figures;

const receipt = (name: string, path: string): string => `${lines('day')}${fields({ day: 'day', [name]: path })}`;
export const byDay = (figure: DayFigure): string => by('day', added(receipt(figure, figures[figure]), figure));
export const visitsByDay = (visitClass: VisitClassName): string => by('day', added(receipt('visits', `audience.visits.${visitClass}.visits`), 'visits'));
export const botVisitorsByDay = (): string => by('day', added(receipt('visitors', 'audience.unique_visitors.bot'), 'visitors'));

const overDays = (figure: DayFigure, days: string, ago = ''): string => `sum(${addedIn('day', fields({ [figure]: figures[figure] }), figure, [days, ago])})`;
/** Seven days that ended one hour and so many weeks ago: a receipt bears the midnight that ends its day, and is written up to an hour after it. */
const weeksAgo = { 0: '1h', 1: '169h', 52: '8737h' } as const;
/** Seven whole days against the seven that ended so many weeks before; 52 keep the weekdays in their places. Only of sites with as many receipts in both, or the first weeks of a site would look like growth. */
export const changeOf = (figure: DayFigure, weeks: 1 | 52): string => {
  const bySite = (ago: string): string => by('site', addedIn('day', fields({ [figure]: figures[figure] }), figure, ['7d', ago]));
  const days = (ago: string): string => by('site', countedIn('day', ['7d', ago]));
  const comparable = `(${days(weeksAgo[0])} == ${days(weeksAgo[weeks])})`;
  return `sum(${bySite(weeksAgo[0])} and ${comparable}) / sum(${bySite(weeksAgo[weeks])} and ${comparable}) - 1`;
};
/** One day per step. */
export const daily = (figure: DayFigure, ago = ''): string => overDays(figure, '1d', ago);

export type Component = 'operational' | 'embodied';
/** Grams of the machine out of receipts, by calendar day or month. Receipts of several sites hold the same machine, so the largest counts; a day without a figure is left out. */
export const receiptGrams = (component: Component, per: 'day' | 'month'): string => {
  const figure = `${lines('day')}${fields({ day: 'day', grams: `observed.energy.grams.${component}.host` })} | grams=~"[0-9].*" | label_format month=\`{{substr 0 7 .day}}\``;
  return by(per, `max by (day, month) (${added(figure, 'grams')})`);
};

/** What a receipt kept of its day's energy. */
export const receiptEnergy = (): string => `${lines('day')}${fields({ day: 'day', energy: 'observed.energy', why: 'observed.energy_missing' })} | line_format "{{.day}} {{.energy}} {{.why}}"`;
