/** Alert, runbook, unit test, dashboard, metric and threshold belong together: whichever of them is missing or left over, this fails. */
import { describe, expect, test } from 'vitest';
import { parseAllDocuments, parse } from 'yaml';
import { z } from 'zod';
import { foreignMetrics } from '../../grafana/src/foreign-metrics.ts';
import { pages } from '../../grafana/src/page-names.ts';
import { thresholdNames } from '../../grafana/src/queries/thresholds.ts';
import { mistake, selectors } from '../../grafana/test/syntax.ts';
import { metricNames } from '../../log-processor/src/metric-names.ts';
import { thresholds } from '../../log-processor/src/thresholds.ts';
import { alerts, allRules, blocksOf, namesIn, textOf } from './alert-files.ts';
import { stackMetrics } from './stack-metrics.ts';

const names = alerts.map(({ alert }) => alert);
const runbooks = namesIn('docs/runbooks', '.md').map((file) => file.replace(/[.]md$/, ''));
const unitTests = namesIn('prometheus/tests', '.test.yaml').filter((file) => !file.startsWith('recording-')).map((file) => file.replace(/[.]test[.]yaml$/, '')); // prettier-ignore
const records = allRules.flatMap(({ record }) => record ?? []);

const caseSchema = z.object({ tests: z.array(z.object({ name: z.string(), alert_rule_test: z.array(z.object({ exp_alerts: z.array(z.unknown()) })).default([]) })) });
function caseOf(file: unknown, name: string): z.infer<typeof caseSchema>['tests'][number] {
  const found = caseSchema.parse(file).tests.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no case is named ${name}`);
  return found;
}

const baseOf = (metric: string): string => metric.replace(/_(?:bucket|sum|count)$/, '');
const known = new Set<string>([...Object.keys(metricNames), ...Object.keys(foreignMetrics), ...Object.values(stackMetrics).flat(), ...records, 'up']);
const unknownIn = (expr: string): readonly string[] => selectors(expr).map(({ metric }) => metric).filter((metric) => !known.has(metric) && !known.has(baseOf(metric))); // prettier-ignore

test('there are alerts, and no two have one name', () => {
  expect(names.length).toBeGreaterThan(60);
  expect([...new Set(names)].length).toBe(names.length);
});

describe.each(alerts.map((alert) => [alert.alert, alert] as const))('%s', (name, alert) => {
  test('says how bad it is, of which family, what happens, and where to look', () => {
    expect(alert.labels['severity']).toMatch(/^(critical|warning|info)$/);
    expect(alert.labels['family']).toMatch(/^(stack|machine|platform|carbon|pipeline|privacy|audience)$/);
    expect(alert.annotations['summary']).toMatch(/^.{10,110}$/);
    expect(alert.annotations['description']).toMatch(/^.{40,}[.]$/);
    expect(alert.annotations['runbook_url']).toBe(`/grafana/public/runbooks/${name}.md`);
    expect(alert.annotations['dashboard']).toMatch(/^[/]grafana[/]d[/]/);
    expect(Object.keys(pages)).toContain(alert.annotations['dashboard']?.replace('/grafana/d/', ''));
  });

  test('is written in a language that its server reads', () => {
    expect(mistake(alert.language, alert.expr)).toBeNull();
  });

  test('asks only for metrics that exist, and of ours only for labels they have', () => {
    if (alert.language === 'loki') return;
    expect(unknownIn(alert.expr)).toEqual([]);
    for (const { metric, labels } of selectors(alert.expr)) {
      const row = Object.entries(metricNames).find(([own]) => own === metric || own === baseOf(metric))?.[1];
      if (row !== undefined) expect([...row.labels, 'le', 'job', 'instance']).toEqual(expect.arrayContaining([...labels]));
    }
  });

  test('has a runbook whose queries can be asked', () => {
    expect(runbooks).toContain(name);
    const text = textOf('docs/runbooks', `${name}.md`);
    expect([...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading)).toEqual([name, 'Meaning', 'Impact', 'Diagnosis', 'Mitigation']);
    for (const part of text.split(/^## .*$/m).slice(1)) expect(part.trim().length).toBeGreaterThan(15);
    for (const query of blocksOf(text, 'promql')) expect([mistake('prometheus', query), unknownIn(query)], query).toEqual([null, []]);
    for (const query of blocksOf(text, 'logql')) expect(mistake('loki', query), query).toBeNull();
    expect(blocksOf(text, 'promql').length + blocksOf(text, 'logql').length + blocksOf(text, 'sh').length).toBeGreaterThan(0);
  });

  test('of Prometheus has a unit test that sees it silent and firing', () => {
    if (alert.language === 'loki') return;
    expect(unitTests).toContain(name);
    const file: unknown = parse(textOf('prometheus/tests', `${name}.test.yaml`));
    const text = JSON.stringify(file);
    // The dead-man's switch fires for ever: it has no silent side.
    if (name !== 'DeadMansSwitch') expect(text).toContain('"exp_alerts":[]');
    expect(text).toContain('"exp_annotations":');
    // In the firing case it is silent first, for as long as its `for` lasts.
    if (alert.for !== undefined) expect(caseOf(file, 'firing').alert_rule_test[0]?.exp_alerts).toEqual([]);
    expect(new Set([...text.matchAll(/"alertname":"(\w+)"/g)].map(([, asked]) => asked))).toEqual(new Set([name]));
  });
});

test('no runbook and no unit test is left over', () => {
  expect(runbooks.filter((name) => !names.includes(name))).toEqual([]);
  expect(unitTests.filter((name) => !names.includes(name))).toEqual([]);
});

test('every dashboard is the way on from some alert', () => {
  const linked = new Set(alerts.map(({ annotations }) => annotations['dashboard']?.replace('/grafana/d/', '')));
  expect(Object.keys(pages).filter((page) => !linked.has(page))).toEqual([]);
});

test('every threshold is compared by a rule or drawn by a dashboard, and none is asked for that does not exist', () => {
  const asked = new Set([...allRules.map((rule) => rule.expr).join('\n').matchAll(/site:threshold_value:last1d[{]name="(\w+)"/g)].map(([, name]) => name ?? ''));
  const repeated = new Set(alerts.flatMap(({ annotations }) => pairsOf(annotations['threshold']).map(([name]) => name)));
  expect(Object.keys(thresholds).filter((name) => !asked.has(name) && !repeated.has(name) && !thresholdNames.some((drawn) => drawn === name))).toEqual([]);
  for (const name of [...asked, ...repeated, ...thresholdNames]) expect(Object.keys(thresholds)).toContain(name);
});

/** `name value, name value`. */
const pairsOf = (text = ''): readonly (readonly [string, number])[] => text.split(', ').filter(Boolean).map((pair) => [pair.split(' ')[0] ?? '', Number(pair.split(' ')[1])] as const); // prettier-ignore

test('the numbers in LogQL are the defaults of the thresholds that they name', () => {
  const compared = alerts.filter(({ language, annotations }) => language === 'loki' && annotations['threshold'] !== undefined);
  expect(compared.length).toBeGreaterThan(8);
  const defaults: ReadonlyMap<string, number> = new Map(Object.entries(thresholds).map(([name, { value }]) => [name, value]));
  for (const { alert, expr, annotations } of compared) {
    for (const [name, value] of pairsOf(annotations['threshold'])) {
      expect(value, `${alert}: ${name}`).toBe(defaults.get(name));
      if (name === 'receipt_age_seconds') expect(expr).toContain(`[${value / 3600}h]`);
      else expect(expr, alert).toMatch(new RegExp(`[<>] ${value}(?!\\d)`));
    }
  }
});

test('carbon and audience wake nobody, and what counts people waits for the pipeline', () => {
  for (const { alert, labels } of alerts) {
    if (labels['family'] === 'carbon' || labels['family'] === 'audience') expect(labels['severity'], alert).not.toBe('critical');
    if (labels['family'] === 'audience' || alert === 'CarbonPerVisitOverBudget') expect(labels['depends_on'], alert).toBe('pipeline');
  }
});

test('what Loki records is read by a rule of Prometheus', () => {
  const read = alerts.filter(({ language }) => language === 'prometheus').flatMap(({ expr }) => selectors(expr).map(({ metric }) => metric)); // prettier-ignore
  const recorded = allRules.filter(({ language }) => language === 'loki').flatMap(({ record }) => record ?? []);
  expect(recorded.length).toBeGreaterThan(1);
  expect(recorded.filter((name) => !read.includes(name))).toEqual([]);
});

test('rule files hold one document each', () => {
  for (const file of new Set(allRules.map((rule) => rule.file))) expect(parseAllDocuments(textOf(file)).length, file).toBe(1);
});
