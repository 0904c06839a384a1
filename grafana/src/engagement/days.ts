/** Days as their receipts tell them, and the comparison with last week and last year. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { why } from '../no-data.ts';
import { barChart } from '../panels/bar-chart.ts';
import { overTime } from '../panels/over-time.ts';
import { stat } from '../panels/stat.ts';
import * as ask from '../queries/visits.ts';
import { logql, logqlNow } from '../query.ts';

const changes = (weeks: 1 | 52) => [
  logqlNow(ask.changeOf('visitors', weeks), 'visitors'),
  logqlNow(ask.changeOf('visits', weeks), 'visits'),
  logqlNow(ask.changeOf('views', weeks), 'page views'),
  logqlNow(ask.changeOf('bounces', weeks), 'bounces'),
];

export const daysRow: readonly Builder<Panel>[] = [
  barChart({
    title: 'Unique visitors by day', says: 'From the daily receipts, which are kept for ten years: people with a browser, and robots. Never add the days up to "visitors of a month": a person of two days is in both.',
    unit: 'locale', width: 12, height: 9, empty: why.receipts, decimals: 0, names: 'day', bars: [['people', 'blue'], ['robots', 'orange']],
    queries: [logqlNow(ask.byDay('visitors')), logqlNow(ask.botVisitorsByDay())],
  }),
  barChart({
    title: 'Visits by day', says: 'Visits that ended on that day: people, robots, and suspects that pose as people.',
    unit: 'locale', width: 12, height: 9, empty: why.receipts, decimals: 0, names: 'day', stack: true, bars: [['human', 'blue'], ['bot', 'orange'], ['suspected', 'pink']],
    queries: [logqlNow(ask.visitsByDay('human')), logqlNow(ask.visitsByDay('bot')), logqlNow(ask.visitsByDay('suspected'))],
  }),
  stat({
    title: 'Seven days against the seven before', says: 'Change of the last seven whole days against the week before them. Both ends are whole days, so weekends weigh the same. A site counts once it has as many receipts in both weeks.',
    unit: 'percentunit', width: 12, height: 4, empty: 'fourteen days must be over.', decimals: 1, steps: ['orange', [0, 'blue']], text: 'value-and-name',
    queries: changes(1),
  }),
  stat({
    title: 'Seven days against last year', says: 'Change of the last seven whole days against the same weekdays 52 weeks ago. A site counts once it has as many receipts in both weeks.',
    unit: 'percentunit', width: 12, height: 4, empty: 'there are no receipts of a year ago.', decimals: 1, steps: ['orange', [0, 'blue']], text: 'value-and-name',
    queries: changes(52),
  }),
  overTime({
    title: 'Visits: this week, last week, last year', says: 'Visits of people, one point a day; the other lines are the same weekday one and 52 weeks earlier.',
    unit: 'locale', width: 24, height: 8, empty: why.receipts, decimals: 0, colours: { now: 'blue', 'a week earlier': 'sky', 'a year earlier': 'grey' },
    queries: [logql(ask.daily('visits'), 'now', { step: '1d' }), logql(ask.daily('visits', '7d'), 'a week earlier', { step: '1d' }), logql(ask.daily('visits', '364d'), 'a year earlier', { step: '1d' })],
  }),
];
