/** The real promtool reads every recording rule and runs the hand-computed tests; a rule that no test names is caught. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { findServer } from '../tools/find-server.ts';

const folder = join(import.meta.dirname, '..', 'prometheus');
const promtool = findServer('promtool');
const skipped = promtool === null && process.env['CI'] !== 'true';
const filesOf = (part: string, pattern: RegExp): string[] => readdirSync(join(folder, part)).filter((name) => pattern.test(name)).map((name) => join(folder, part, name)); // prettier-ignore
const rules = filesOf('rules', /^recording-.*[.]yaml$/);
const tests = filesOf('tests', /^recording-.*[.]test[.]yaml$/);
const run = (...args: string[]) => {
  const { status, stdout, stderr, error } = spawnSync(promtool ?? 'promtool', args, { encoding: 'utf8' });
  expect(error).toBeUndefined();
  return { status, text: stdout + stderr };
};

test.skipIf(skipped)('promtool finds no fault in the recording rules', () => {
  const { status, text } = run('check', 'rules', '--lint=all', '--lint-fatal', ...rules);
  expect(text).toContain('SUCCESS');
  expect(status).toBe(0);
});

test.skipIf(skipped)('Prometheus accepts its configuration with all rules', () => {
  const { status, text } = run('check', 'config', '--syntax-only', join(folder, 'prometheus.yaml'));
  expect(text).toContain('is valid prometheus config file syntax');
  expect(status).toBe(0);
});

test.skipIf(skipped)('every recording rule gives what was computed by hand', () => {
  expect(tests.length).toBeGreaterThan(0);
  const { status, text } = run('test', 'rules', ...tests);
  expect(text).toContain('SUCCESS');
  expect(text).not.toContain('FAILED');
  expect(status).toBe(0);
}, 180_000);

test('no recording rule is without a test', () => {
  const recorded = rules.flatMap((file) => recordsOf(parse(readFileSync(file, 'utf8'))));
  expect(recorded.length).toBeGreaterThan(20);
  const asked = tests.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/expr: '([^']*)'/g)].map(([, expr]) => expr ?? '')).join('\n');
  expect(recorded.filter((name) => !new RegExp(`(?<![\\w:])${name}(?![\\w:])`).test(asked))).toEqual([]);
});

function recordsOf(file: unknown): string[] {
  return listAt(file, 'groups').flatMap((group) => listAt(group, 'rules')).map((rule) => String(at(rule, 'record'))); // prettier-ignore
}

function listAt(value: unknown, key: string): unknown[] {
  const found = at(value, key);
  return Array.isArray(found) ? found : [];
}

function at(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
