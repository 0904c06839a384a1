/** Names of the programs around us: what dashboards ask for as recorded is recorded by a rule. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { foreignMetrics } from '../src/foreign-metrics.ts';

const root = join(import.meta.dirname, '..', '..');
const rules = readdirSync(join(root, 'prometheus', 'rules')).map((file) => readFileSync(join(root, 'prometheus', 'rules', file), 'utf8')).join('\n');
const recorded = new Set([...rules.matchAll(/record: (\S+)/g)].map(([, name]) => name));

test('every recorded series that a dashboard asks for is recorded by a rule', () => {
  expect(Object.keys(foreignMetrics).filter((name) => name.includes(':') && !recorded.has(name))).toEqual([]);
});

test('every metric of Kepler that a dashboard asks for is in a recorded scrape of the real one, with its labels', () => {
  const folder = join(root, 'test', 'kepler');
  const scrapes = readdirSync(folder).filter((file) => file.endsWith('.prom')).map((file) => readFileSync(join(folder, file), 'utf8')).join('\n');
  const kepler = Object.entries(foreignMetrics).filter(([name]) => name.startsWith('kepler_'));
  expect(kepler.length).toBeGreaterThan(2);
  for (const [name, { labels }] of kepler) {
    const line = new RegExp(`^${name}\\{(.*)\\} `, 'm').exec(scrapes)?.[1] ?? '';
    for (const label of labels) expect(line, `${name} has no label ${label}`).toContain(`${label}="`);
  }
});
