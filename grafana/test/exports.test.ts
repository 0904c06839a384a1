/** Files for another Grafana: whole, and without anything that only ours has. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { list, object, shownDashboards, text } from './questions.ts';

const folder = join(import.meta.dirname, '..', 'exports');
const read = (name: string) => object(JSON.parse(readFileSync(join(folder, name), 'utf8')));

describe('an export', () => {
  test('there is one of every dashboard', () => {
    expect(readdirSync(folder).sort()).toEqual(shownDashboards().map(({ name }) => `${name}.json`));
  });
  test.each(shownDashboards().map((one) => [one.name, one] as const))('%s asks for its data sources and is otherwise the dashboard', (name, { raw, panels }) => {
    const { __inputs: inputs, __requires: requires, __elements: elements, templating, ...rest } = read(`${name}.json`);
    const declared = list(inputs).map(object);
    const used = new Set([...JSON.stringify(templating).matchAll(/\$\{(DS_\w+)\}/g)].map(([, input]) => input));
    expect(new Set(declared.map(({ name: input }) => input))).toEqual(used);
    expect(declared.every(({ type, pluginId, label }) => type === 'datasource' && ['prometheus', 'loki'].includes(text(pluginId)) && text(label) !== '')).toBe(true);
    expect(elements).toEqual({});
    const needed = list(requires).map(object).filter(({ type }) => type === 'panel').map(({ id }) => id);
    expect(new Set(needed)).toEqual(new Set(panels.map(({ type }) => type)));
    const { templating: own, ...others } = raw;
    expect(rest).toEqual(others);
    expect(list(object(templating)['list']).length).toBe(list(object(own)['list']).length);
  });
  test('names no data source by a uid of ours', () => {
    for (const file of readdirSync(folder)) expect(readFileSync(join(folder, file), 'utf8')).not.toMatch(/"uid": "(?:prometheus|loki|alertmanager)"|"value": "(?:prometheus|loki)"/);
  });
});
