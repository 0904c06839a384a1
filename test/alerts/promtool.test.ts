/** The real promtool and lokitool read every rule, and every Prometheus alert stays silent and fires as its unit test says, to the letter. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findServer } from '../../tools/find-server.ts';
import { namesIn, root } from './alert-files.ts';

const inCi = process.env['CI'] === 'true';
const promtool = findServer('promtool');
const lokitool = findServer('lokitool');
const run = (program: string, ...args: string[]) => {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', cwd: root });
  expect(error).toBeUndefined();
  return { status, text: stdout + stderr };
};
const files = (folder: string, end: string): readonly string[] => namesIn(folder, end).filter((name) => !name.startsWith('recording-energy')).map((name) => join(folder, name)); // prettier-ignore

test.skipIf(promtool === null && !inCi)('promtool finds no fault in the alerts', () => {
  const { status, text } = run(promtool ?? '', 'check', 'rules', '--lint=all', '--lint-fatal', ...files('prometheus/rules', '.yaml'));
  expect(text).toContain('SUCCESS');
  expect(status, text).toBe(0);
});

test.skipIf(promtool === null && !inCi)('every alert is silent where it should be and fires with exactly its labels and words', () => {
  const { status, text } = run(promtool ?? '', 'test', 'rules', ...files('prometheus/tests', '.test.yaml'));
  expect(text).not.toContain('FAILED');
  expect(status, text).toBe(0);
}, 600_000);

test.skipIf(lokitool === null && !inCi)('lokitool finds no fault in the rules of Loki', () => {
  const { status, text } = run(lokitool ?? '', 'rules', 'check', '--rule-dirs', 'loki/rules/fake');
  expect(status, text).toBe(0);
});
