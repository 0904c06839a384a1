/** Every question of every panel, asked of a real Loki and a real Prometheus that hold three days of traffic whose truth is known: none errs, none is empty where data exist, and totals equal the truth. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { skipWithoutLoki } from '../../test/loki-server.ts';
import { askLoki, type LokiAnswer, type Span } from './ask-loki.ts';
import { foreignMetrics } from '../src/foreign-metrics.ts';
import { isStandIn, seldom } from './stand-in.ts';
import { mayBeEmpty } from './may-be-empty.ts';
import { choicesHold } from './choices.ts';
import { fillVariables } from './fill-variables.ts';
import { until, skipWithoutServers, type Sample } from './prometheus-server.ts';
import { questions, type ShownTarget } from './questions.ts';
import { startSeededStack, type SeededStack } from './seeded-stack.ts';
import { selectors, texts } from './syntax.ts';
import { bytesOfVisits, transferTruth } from './transfer-truth.ts';
import { weeksHold } from './weeks.ts';

const range = '80h';
const asked = questions();

describe.skipIf(skipWithoutLoki || skipWithoutServers)('with three days of seeded traffic', () => {
  let stack: SeededStack;
  let stopStack: (() => Promise<void>) | undefined;
  let existing: ReadonlySet<string>;
  /** The moment of the last scrape: a sum evaluated there is exact, because nothing is extrapolated. */
  let scrapedAt = 0;
  let span: Span;

  beforeAll(async () => {
    // Two weeks of receipts are older than Loki takes from anybody but `tidewatch backfill`.
    stack = await startSeededStack(['-validation.reject-old-samples=false', '-ingester.query-store-max-look-back-period=-1ns']);
    stopStack = () => stack.stop();
    const receipts = stack.wholeDays.ocean.length + stack.wholeDays.reef.length;
    await until(120_000, async () => ((await stack.prometheus.ask('sum(logproc_receipts_total)'))[0]?.value ?? 0) >= receipts, 'receipts are missing');
    scrapedAt = (await stack.prometheus.ask('timestamp(web_visits_total{site="reef", agent_class="human"})'))[0]?.value ?? 0;
    existing = new Set((await stack.prometheus.ask('count by (__name__) ({__name__=~".+"})')).map(({ labels }) => labels['__name__'] ?? ''));
    span = { fromMs: stack.startMs - 3_600_000, toMs: Date.now(), stepSeconds: 3600 };
  }, 300_000);
  afterAll(async () => {
    await stopStack?.();
  });

  const fill = (target: ShownTarget): string => fillVariables(target.expr, target.instant, { range: target.type === 'loki' ? range : '10m', step: '1h', interval: '1m', rateInterval: '4s' });
  const prometheusNow = (target: ShownTarget): Promise<readonly Sample[]> => stack.prometheus.ask(fill(target), scrapedAt);
  const loki = (target: ShownTarget): Promise<LokiAnswer> => askLoki(stack.loki.url, fill(target), target.instant, span);

  test.each(asked.map((one) => [one.where, one] as const))('%s', async (where, { target }) => {
    if (target.type === 'loki') {
      const { rows } = await loki(target);
      if (!mayBeEmpty(where)) expect(rows.length, fill(target)).toBeGreaterThan(0);
      return;
    }
    const now = scrapedAt;
    const rows = target.instant ? await prometheusNow(target) : await stack.prometheus.askRange(fill(target), now - 120, now, 1);
    const missing = selectors(fill(target)).filter(({ metric }) => !existing.has(metric));
    if (missing.length === 0 && !mayBeEmpty(where)) expect(rows.length, fill(target)).toBeGreaterThan(0);
  });

  describe('totals equal the truth', () => {
    const of = (dashboard: string, title: string, ref = 'A'): ShownTarget => {
      const found = asked.find(({ panel, target }) => panel.dashboard === dashboard && panel.title === title && target.refId === ref);
      if (found === undefined) throw new Error(`no panel ${dashboard}: ${title} (${ref})`);
      return found.target;
    };
    const number = async (title: string, ref = 'A', dashboard = 'tidewatch-engagement'): Promise<number> => (await prometheusNow(of(dashboard, title, ref)))[0]?.value ?? NaN;
    const both = (pick: (truth: SeededStack['truth']['ocean']) => number): number => pick(stack.truth.ocean) + pick(stack.truth.reef);
    /** An instant LogQL answer by one label. */
    const byLabel = async (title: string, label: string, ref = 'A'): Promise<Record<string, number>> =>
      Object.fromEntries((await loki(of('tidewatch-engagement', title, ref))).rows.map(({ labels, values }) => [labels[label] ?? '', Number(values[0]?.[1])]));

    test('visits, page views, bounces', async () => {
      const human = { visits: both((truth) => truth.visits.human.visits), views: both((truth) => truth.visits.human.pageViews), bounces: both((truth) => truth.visits.human.bounces) };
      expect(await number('Visits')).toBeCloseTo(human.visits, 6);
      expect(await number('Page views')).toBeCloseTo(human.views, 6);
      expect(await number('Bounce rate')).toBeCloseTo(human.bounces / human.visits, 9);
      expect(await number('Pages per visit')).toBeCloseTo(human.views / human.visits, 9);
    });
    test('durations, with and without visits of one page', async () => {
      const human = { visits: both((truth) => truth.visits.human.visits), durationMs: both((truth) => truth.visits.human.durationMs) };
      expect(await number('Mean visit')).toBeCloseTo(human.durationMs / 1000 / human.visits, 6);
      const perBucket = await prometheusNow(of('tidewatch-engagement', 'How many visits lasted how long'));
      expect(Math.max(...perBucket.map(({ value }) => value))).toBeCloseTo(human.visits, 6);
      expect(await number('Mean visit, more pages')).toBeGreaterThan(await number('Mean visit'));
    });
    test('people, robots and suspects', async () => {
      const visits = await prometheusNow(of('tidewatch-engagement', 'Visitor-days'));
      expect(visits.map(({ labels }) => labels['agent_class']).sort()).toEqual(['bot', 'human', 'suspected']);
      for (const [index, visitClass] of (['human', 'bot', 'suspected'] as const).entries()) {
        const days = await byLabel('Visits by day', 'day', 'ABC'[index]);
        for (const day of stack.wholeDays.reef.filter((one) => stack.wholeDays.ocean.includes(one))) {
          expect(days[day] ?? 0, `${visitClass} on ${day}`).toBe(both((truth) => truth.visitsByDay[day]?.[visitClass] ?? 0));
        }
      }
    });
    test('unique visitors of every day that is over', async () => {
      const [people, robots] = [await byLabel('Unique visitors by day', 'day'), await byLabel('Unique visitors by day', 'day', 'B')];
      const days = stack.wholeDays.reef.filter((one) => stack.wholeDays.ocean.includes(one));
      expect(days.length).toBeGreaterThanOrEqual(2);
      for (const day of days) {
        expect(people[day], day).toBe(both((truth) => truth.visitorsByDay[day]?.browser ?? 0));
        expect(robots[day], day).toBe(both((truth) => truth.visitorsByDay[day]?.bot ?? 0));
      }
    });
    test('hours in which visits began, and the heat map of weekdays and hours', async () => {
      const byHour = await prometheusNow(of('tidewatch-engagement', 'Visits begun, by hour of the day'));
      const truth = Array.from({ length: 24 }, (_, hour) => both(({ humanStartsByHour }) => humanStartsByHour[hour] ?? 0));
      for (const { labels, value } of byHour) expect(value, `hour ${labels['hour'] ?? ''}`).toBeCloseTo(truth[Number(labels['hour'])] ?? NaN, 6);
      const byWeekday = await prometheusNow(of('tidewatch-engagement', 'Peak times: visits begun, by weekday and hour'));
      expect([...new Set(byWeekday.map(({ labels }) => labels['weekday']))], 'the rows of the heat map are in the order of the answer').toEqual(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']);
      expect(byWeekday.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(both((one) => one.visits.human.visits), 4);
    });
    test('bytes, as far as two digits of rare paths allow, and the grams of their transfer', async () => {
      const bytes = both((truth) => truth.bytes);
      expect(Math.abs((await number('Bytes in this time range')) / bytes - 1)).toBeLessThan(0.01);
      const grams = await prometheusNow(of('tidewatch-carbon', 'Transfer by class and segment'));
      for (const [visitClass, segment, perGigabyte] of transferTruth) {
        const shown = grams.find(({ labels }) => labels['agent_class'] === visitClass && labels['segment'] === segment)?.value ?? NaN;
        const visits = (await loki(bytesOfVisits(visitClass))).rows.reduce((sum, { values }) => sum + Number(values[0]?.[1]), 0);
        expect(shown / ((visits / 1e9) * perGigabyte), `${visitClass} ${segment}`).toBeCloseTo(1, 4);
      }
    });
    test('countries, devices and browsers add up to the visits', async () => {
      const visits = both((truth) => truth.visits.human.visits);
      const add = (values: Record<string, number>): number => Object.values(values).reduce((sum, value) => sum + value, 0);
      expect(add(await byLabel('Visits by country', 'country'))).toBe(visits);
      expect(add(await byLabel('Browsers', 'browser'))).toBe(visits);
      expect(add(await byLabel('Systems', 'os'))).toBe(visits);
      const devices = await prometheusNow(of('tidewatch-engagement', 'Devices'));
      expect(devices.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(visits, 6);
    });
    test('page views by path add up to the truth of browsers', async () => {
      const views = Object.values(await byLabel('Top pages', 'path')).reduce((sum, value) => sum + value, 0);
      const truth = both(({ requests }) => (requests['browser page 2xx'] ?? 0));
      expect(views).toBeGreaterThan(0);
      expect(views).toBeLessThanOrEqual(truth + both(({ requests }) => requests['browser page 3xx'] ?? 0));
    });
    test('lines: read is delivered, dropped and in flight', async () => {
      expect(await number('Unaccounted lines', 'A', 'tidewatch-pipeline')).toBe(0);
      expect(await number('Unaccounted visits', 'A', 'tidewatch-pipeline')).toBe(0);
      expect(await number('The ledger', 'A', 'tidewatch-pipeline')).toBe(both((truth) => truth.lines));
    });
    test('requests by status equal the truth', async () => {
      const rows = await stack.prometheus.ask('sum by (status_class) (web_requests_total)', scrapedAt);
      const truth: Record<string, number> = {};
      for (const { requests } of Object.values(stack.truth)) for (const [name, count] of Object.entries(requests)) truth[name.slice(-3)] = (truth[name.slice(-3)] ?? 0) + count;
      for (const [status, count] of Object.entries(truth)) expect(rows.find(({ labels }) => labels['status_class'] === status)?.value, status).toBe(count);
    });
  });

  choicesHold(() => stack, () => span, range);
  weeksHold(() => stack);

  test.each(Object.entries(foreignMetrics).filter(([name]) => !isStandIn(name) && !seldom.has(name)))('%s is shown by the real program, with its labels', async (name, { labels }) => {
    const found = await stack.prometheus.ask(`group by (${['job', ...labels].join(', ')}) ({__name__=~"${name}(_count)?"})`, scrapedAt);
    expect(found.length, `nobody shows ${name}`).toBeGreaterThan(0);
    for (const label of labels) expect(found.some((one) => label in one.labels), `${name} has no label ${label}`).toBe(true);
  });

  test('no question of Loki reads a stream that nobody writes', () => {
    const streams = new Set(asked.filter(({ target }) => target.type === 'loki').flatMap(({ target }) => texts('loki', fill(target), 'Matcher').filter((one) => one.startsWith('stream'))));
    for (const one of streams) expect(one).toMatch(/access|visit|day|error|app|stack|\.\+/);
  });
});
