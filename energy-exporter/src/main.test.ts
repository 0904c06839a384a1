/** The exporter as a program: what it cannot start with is said once, in one list, with the exit code of every command. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

function started(yaml: string | null, ...words: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-energy-main-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const config = join(folder, 'energy.yaml');
  if (yaml !== null) writeFileSync(config, yaml);
  return spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'main.ts'), 'energy', '--config', config, ...words], { encoding: 'utf8' });
}

test('every mistake of a configuration is said at once, with exit code 2', () => {
  const { status, stderr, stdout } = started('energy:\n  interval_seconds: 0\n  health_port: 99999\n');
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toContain('interval_seconds');
  expect(stderr).toContain('health_port');
  expect(stderr.match(/tidewatch: /g)).toHaveLength(1);
});

test.each([
  ['a configuration that is not there', null, []],
  ['an option nobody knows', 'energy: {}\n', ['--colour']],
] as const)('%s ends the start with exit code 2', (_what, yaml, words) => {
  expect(started(yaml, ...words).status).toBe(2);
});
