/** What `npm start` says while it runs and when files are read: the audience in a line, and in a small table. */
import type { House } from './house.ts';

const noTime = 'no line complete yet';

const number = (value: number): string => value.toLocaleString('en-US');

export type Progress = {
  /** The watermark to the minute, or that there is none yet. */
  readonly complete_up_to: string;
  readonly lines_read: number;
  readonly visitors_now: number;
  readonly visitors_today: number;
  readonly human_visits_closed: number;
  readonly visits_open: number;
};

/** The running numbers, over all sites. */
export function progressOf({ rooms }: House): Progress {
  const { tallies, account, sites } = rooms;
  const { valueMs } = account.watermark;
  const active = account.activeVisitors();
  const sum = (of: (site: string) => number): number => sites.names.reduce((total, site) => total + of(site), 0);
  return {
    complete_up_to: Number.isFinite(valueMs) ? new Date(valueMs).toISOString().slice(0, 16).replace('T', ' ') : noTime,
    lines_read: tallies.total('logproc_lines_read_total'),
    visitors_now: sum((site) => active.get(site)?.browser ?? 0),
    visitors_today: sum((site) => account.visitorsToday(site, 'browser')),
    human_visits_closed: tallies.numbers('web_visits_total').reduce((total, { labels, value }) => total + (labels[1] === 'human' ? value : 0), 0),
    visits_open: tallies.total('logproc_visits_open'),
  };
}

/** The same in one line. */
export function progressLine(progress: Progress): string {
  const { complete_up_to: time, lines_read, visitors_now, visitors_today, human_visits_closed, visits_open } = progress;
  return `${time === noTime ? time : `up to ${time} UTC`}  lines ${number(lines_read)}  visitors now ${number(visitors_now)}, today ${number(visitors_today)}  human visits closed ${number(human_visits_closed)}, all open ${number(visits_open)}`;
}

/** What was in finished files. */
export function summary({ rooms }: House): string {
  const { tallies } = rooms;
  const of = (name: 'web_visits_total' | 'web_visitor_days_total' | 'web_page_views_total' | 'web_bounces_total', visitClass: string): number =>
    tallies.numbers(name).reduce((sum, { labels, value }) => sum + (labels[1] === visitClass ? value : 0), 0);
  const row = (title: string, values: readonly number[]): string => `${title.padEnd(16)}${values.map((value) => number(value).padStart(12)).join('')}`;
  const classes = ['human', 'suspected', 'bot'];
  return [
    '',
    `${' '.repeat(16)}${classes.map((visitClass) => visitClass.padStart(12)).join('')}`,
    row('visitor-days', classes.map((visitClass) => of('web_visitor_days_total', visitClass))),
    row('visits', classes.map((visitClass) => of('web_visits_total', visitClass))),
    row('page views', classes.map((visitClass) => of('web_page_views_total', visitClass))),
    row('bounces', classes.map((visitClass) => of('web_bounces_total', visitClass))),
  ].join('\n');
}
