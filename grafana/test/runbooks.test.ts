/** From an alert on Home to what to do: the link of its row leads to a page that exists, and the Grafana of the stack serves that page. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { list, object, shownDashboards, shownPanels, text } from './questions.ts';

const root = join(import.meta.dirname, '..', '..');
const read = (...path: readonly string[]): string => readFileSync(join(root, ...path), 'utf8');
const rules = ['prometheus/rules', 'loki/rules/fake'].flatMap((folder) => readdirSync(join(root, folder)).map((file) => read(folder, file)));
const alerts = rules.flatMap((file) => [...file.matchAll(/^\s*- alert: (\S+)$/gm)].map(([, name = '']) => name));

/** Links of the cells of a column. */
const linksOf = (title: string, column: string) => {
  const panel = shownPanels().find((one) => one.dashboard === 'tidewatch-home' && one.title === title);
  const overrides = list(object(panel?.raw['fieldConfig'])['overrides']).map(object);
  const properties = list(overrides.find(({ matcher }) => object(matcher)['options'] === column)?.['properties']).map(object);
  return list(properties.find(({ id }) => id === 'links')?.['value']).map(object);
};
const home = shownDashboards().find(({ name }) => name === 'tidewatch-home');
const folder = text(list(object(home?.raw['templating'])['list']).map(object).find(({ name }) => name === 'runbooks')?.['query']);

test.each(['Firing and pending', 'Fired in this time range'])('a click on an alert in "%s" opens the runbook of its name', (title) => {
  const [link] = linksOf(title, 'Alert');
  expect(alerts.length).toBeGreaterThan(50);
  expect(folder).toBe('/public/runbooks');
  for (const alert of alerts) {
    const address = text(link?.['url']).replace('${runbooks}', folder).replace('${__value.raw}', alert);
    expect(address).toMatch(/^\/public\/runbooks\/\w+\.md$/);
    expect(existsSync(join(root, 'docs', address.replace('/public/', ''))), `no page behind ${address}`).toBe(true);
  }
  // A page of Grafana's router would swallow it.
  expect(link?.['targetBlank']).toBe(true);
});

test('the Grafana of the stack serves the runbooks where the link looks for them', () => {
  const grafana = object(object(object(parse(read('compose.yaml')))['services'])['grafana']);
  expect(list(grafana['volumes'])).toContain('./docs/runbooks:/usr/share/grafana/public/runbooks:ro');
});
