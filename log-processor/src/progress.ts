/** What `npm start` says while it runs and when files are read: the audience in a line, and in a small table. */
import type { House } from './house.ts';

const number = (value: number): string => value.toLocaleString('en-US');

/** One line of the running numbers, over all sites. */
export function progress({ rooms }: House): string {
  const { tallies, account, sites } = rooms;
  let [active, today] = [0, 0];
  const byActive = account.activeVisitors();
  for (const site of sites.names) {
    active += byActive.get(site)?.browser ?? 0;
    today += account.visitorsToday(site, 'browser');
  }
  const time = Number.isFinite(account.watermark.valueMs) ? new Date(account.watermark.valueMs).toISOString().slice(0, 16).replace('T', ' ') : 'no line yet';
  const visits = tallies.numbers('web_visits_total').reduce((sum, { labels, value }) => sum + (labels[1] === 'human' ? value : 0), 0);
  return `${time}  lines ${number(tallies.total('logproc_lines_read_total'))}  visitors now ${number(active)}, today ${number(today)}  visits closed ${number(visits)}, open ${number(tallies.total('logproc_visits_open'))}`;
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
