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
