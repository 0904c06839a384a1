/** What every dashboard, panel and question must keep to: the rules of grafana/dashboard-linter, and ours. */
import { describe, expect, test } from 'vitest';
import { metricNames } from '../../log-processor/src/metric-names.ts';
import { catalogue } from '../src/metric-catalogue.ts';
import { thresholds } from '../../log-processor/src/thresholds.ts';
import { calm } from '../src/no-data.ts';
import { pages } from '../src/page-names.ts';
import { palette } from '../src/palette.ts';
import { exclusions, wordPanels } from './exclusions.ts';
import { fillVariables } from './fill-variables.ts';
import { goldenLines, reaches } from './golden-lines.ts';
import { dashboardRules, panelRules, targetRules } from './linter-rules.ts';
import { list, object, questions, shownDashboards, shownPanels, text } from './questions.ts';
import { groupings, selectors, texts } from './syntax.ts';

const used = new Set<(typeof exclusions)[number]>();

/** Complaints that no exclusion answers. */
function standing(rule: string, where: string, complaints: readonly string[]): readonly string[] {
  const excluded = exclusions.find((one) => one.rule === rule && one.where.test(where));
  if (excluded === undefined || complaints.length === 0) return complaints.map((complaint) => `${where} ${complaint}`);
  used.add(excluded);
  return [];
}

/** Numbers whose colour says what an alert says. */
const redAt = [
  ['Server errors', 'server_error_ratio'], ['Answer time', 'request_duration_seconds'], ['Certificate', 'certificate_seconds'], ['Behind the clock', 'watermark_age_seconds'],
  ['Outbox', 'outbox_bytes'], ['Oldest living key', 'key_age_seconds'], ['Oldest raw line', 'raw_log_age_seconds'], ['Age of the newest receipt', 'receipt_age_seconds'], ['PUE in use', 'pue_ratio'],
  ['Processor busy', 'cpu_ratio'], ['Memory in use', 'memory_ratio'], ['Fullest file system', 'disk_ratio'],
] as const; // prettier-ignore

const withData = shownPanels().filter(({ type }) => !wordPanels.has(type));

describe('the rules of grafana/dashboard-linter', () => {
  test.each(Object.entries(dashboardRules))('%s', (name, rule) => {
    expect(shownDashboards().flatMap((dashboard) => standing(name, dashboard.name, rule(dashboard)))).toEqual([]);
  });
  test.each(Object.entries(panelRules))('%s', (name, rule) => {
    const found = shownDashboards().flatMap((dashboard) => dashboard.panels.filter(({ type }) => !wordPanels.has(type)).flatMap((panel) => standing(name, `${panel.dashboard}: ${panel.title}`, rule(panel, dashboard))));
    expect(found).toEqual([]);
  });
  test.each(Object.entries(targetRules))('%s', (name, rule) => {
    expect(questions().flatMap(({ where, panel, target }) => standing(name, where, rule(target, panel)))).toEqual([]);
  });
  test('no exclusion outlives its reason', () => {
    expect(exclusions.filter((one) => !used.has(one))).toEqual([]);
  });
});

describe('a panel', () => {
  test.each(withData.map((panel) => [`${panel.dashboard}: ${panel.title}`, panel] as const))('%s says what it shows, and why it may be empty', (_, { raw }) => {
    expect(text(raw['description']), 'a description is whole sentences').toMatch(/^[A-Z0-9`].{25,}[.?)]$/s);
    const shown = text(object(object(raw['fieldConfig'])['defaults'])['noValue']);
    // A number's panel has room for a few words; its reason is in the description.
    const reason = shown.length <= 12 ? (text(raw['description']).split('\n\n')[1] ?? '') : shown;
    if (!calm.has(reason)) expect(reason).toMatch(/^No data yet: .+ \(A demo: .+\)$/);
  });
  test('has one place on a grid of 24 columns, and nothing lies on top of it', () => {
    for (const { name, raw } of shownDashboards()) {
      const taken = new Map<string, string>();
      for (const panel of list(raw['panels']).map(object)) {
        const { x, y, w, h } = object(panel['gridPos']) as Readonly<Record<'x' | 'y' | 'w' | 'h', number>>;
        expect(x + w, `${name}: ${text(panel['title'])} is too wide`).toBeLessThanOrEqual(24);
        for (let cell = 0; cell < w * h; cell += 1) {
          const place = `${x + (cell % w)}/${y + Math.floor(cell / w)}`;
          expect(taken.get(place), `${name}: ${text(panel['title'])} lies on`).toBeUndefined();
          taken.set(place, text(panel['title']));
        }
      }
    }
  });
  test('fills its rows to the edge', () => {
    for (const { name, raw } of shownDashboards()) {
      const bands = new Map<number, number>();
      for (const { gridPos } of list(raw['panels']).map(object)) bands.set(Number(object(gridPos)['y']), (bands.get(Number(object(gridPos)['y'])) ?? 0) + Number(object(gridPos)['w']));
      for (const [y, width] of bands) expect(width, `${name}: the band at row ${y} has a hole`).toBe(24);
    }
  });
  test('uses the colours of the house, which the colour-blind tell apart', () => {
    const known = new Set<string>(Object.values(palette));
    const found = withData.flatMap(({ dashboard, title, raw }) => [...JSON.stringify(raw).matchAll(/#[0-9A-Fa-f]{6}\b/g)].filter(([colour]) => !known.has(colour)).map(([colour]) => `${dashboard}: ${title} ${colour}`));
    expect(found).toEqual([]);
  });
  test.each(redAt)('%s is red from where the alert %s begins', (title, name) => {
    const found = withData.filter((panel) => panel.title === title && panel.type === 'stat');
    expect(found.length).toBeGreaterThan(0);
    for (const { dashboard, raw } of found) {
      const steps = list(object(object(object(raw['fieldConfig'])['defaults'])['thresholds'])['steps']).map(object);
      const edge = name === 'certificate_seconds' ? steps[1] : steps.at(-1);
      expect(edge?.['value'], dashboard).toBe(thresholds[name].value);
    }
  });
  test('has a title of its own on its dashboard', () => {
    for (const { name, panels } of shownDashboards()) {
      const titles = panels.filter(({ type }) => !wordPanels.has(type)).map(({ title, row }) => `${row}: ${title}`);
      expect(titles.filter((title, index) => titles.indexOf(title) !== index), name).toEqual([]);
    }
  });
});

describe('a dashboard', () => {
  test.each(shownDashboards().map((one) => [one.name, one] as const))('%s has its name, its sentence, the link bar, a stated zone and unique ids', (name, { raw, panels, rows }) => {
    const known = pages[name as keyof typeof pages];
    expect([raw['uid'], raw['title'], raw['description']]).toEqual([name, known.title, known.says]);
    const links = list(raw['links']).map(object);
    expect(links.some((link) => 'placement' in link), 'a link is hidden in a menu').toBe(false);
    expect(links.map(({ url }) => url)).toEqual(Object.keys(pages).map((page) => `/d/${page}`));
    const interval = list(object(raw['templating'])['list']).map(object).find((one) => one['name'] === 'interval');
    expect([interval?.['auto'], object(interval?.['current'])['value']], 'a fixed width of bars fits no other range').toEqual([true, '$__auto_interval_interval']);
    for (const link of links) expect([link['keepTime'], link['includeVars'], link['targetBlank']]).toEqual([true, true, false]);
    expect(raw['timezone']).toBe('browser');
    expect(panels.some(({ type, raw: words }) => type === 'text' && /zone/.test(JSON.stringify(words)))).toBe(true);
    const ids = [...panels.map((panel) => panel.raw['id']), ...rows.map(({ id }) => id)];
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('names', () => {
  const prometheus = questions().filter(({ target }) => target.type === 'prometheus');
  const known = new Map(Object.entries(catalogue).map(([name, { labels }]) => [name, new Set<string>([...labels, 'job', 'instance'])]));
  const labelsOf = (metric: string): ReadonlySet<string> | undefined => known.get(metric) ?? withLe(known.get(metric.replace(/_(?:bucket|sum|count)$/, '')));
  const withLe = (labels: ReadonlySet<string> | undefined): ReadonlySet<string> | undefined => (labels === undefined ? undefined : new Set([...labels, 'le']));

  test('every metric of every question is in the catalogue, and so is every label', () => {
    const wrong = prometheus.flatMap(({ where, target }) => {
      const asked = selectors(fillVariables(target.expr, target.instant));
      const all = new Set(asked.flatMap(({ metric }) => [...(labelsOf(metric) ?? [])]));
      return [
        ...asked.filter(({ metric }) => labelsOf(metric) === undefined).map(({ metric }) => `${where}: no metric ${metric}`),
        ...asked.flatMap(({ metric, labels }) => labels.filter((label) => labelsOf(metric)?.has(label) === false).map((label) => `${where}: ${metric} has no label ${label}`)),
        ...groupings(fillVariables(target.expr, target.instant)).filter((label) => !all.has(label)).map((label) => `${where}: nothing here has the label ${label}`),
        ...[...text(target.raw['legendFormat']).matchAll(/\{\{(\w+)\}\}/g)].filter(([, label]) => !all.has(label ?? '')).map(([, label]) => `${where}: its legend wants the label ${label ?? ''}`),
      ];
    });
    expect(wrong).toEqual([]);
  });

  test('every metric of the processor is shown somewhere', () => {
    const shown = new Set(prometheus.flatMap(({ target }) => selectors(fillVariables(target.expr, target.instant)).map(({ metric }) => metric.replace(/_(?:bucket|sum|count)$/, ''))));
    expect(Object.keys(metricNames).filter((name) => !shown.has(name))).toEqual([]);
  });

  test('every field that a LogQL question reads is in a line of the processor', () => {
    const loki = questions().filter(({ target }) => target.type === 'loki');
    const wrong = loki.flatMap(({ where, target }) => {
      const expr = fillVariables(target.expr, target.instant);
      const stream = /stream="(\w+)"/.exec(expr)?.[1] ?? '';
      return texts('loki', expr, 'LabelExtractionExpression')
        .map((extraction) => /"(.+)"$/.exec(extraction)?.[1] ?? '')
        .filter((path) => !reaches(goldenLines(stream), path))
        .map((path) => `${where}: no line of ${stream} has ${path}`);
    });
    expect(wrong).toEqual([]);
  });
});
