/** The tests of the site are written in its own language: this runs them with the rest, on exactly the pinned packages. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { outcomeOf } from '../test/docker/outcome.ts';
import { platformPython } from '../tools/prepare-platform.ts';

const python = platformPython();
if (python === null) process.stderr.write('SKIPPED: the tests of platform/ (`npm test` makes its Python environment)\n');
const env = { PYTHONDONTWRITEBYTECODE: '1', OTEL_EXPORTER_OTLP_ENDPOINT: '', OCEAN_BODY_LOG_FOLDER: '' };

test.skipIf(python === null && process.env['CI'] !== 'true')('pytest passes, and runs more than a handful', async () => {
  const { code, stdout, stderr } = await outcomeOf(python ?? 'python3', ['-m', 'pytest'], { cwd: import.meta.dirname, env });
  expect([code, /(\d+) passed/.exec(stdout) !== null], `${stdout.slice(-4000)}${stderr}`).toEqual([0, true]);
  expect(Number(/(\d+) passed/.exec(stdout)?.[1])).toBeGreaterThan(50);
  expect(stdout).not.toMatch(/skipped|xfailed|deselected/);
});

test.skipIf(python === null && process.env['CI'] !== 'true')('gunicorn takes the shipped configuration', async () => {
  const { code, stderr } = await outcomeOf(python ?? 'python3', ['-m', 'gunicorn', '--check-config'], { cwd: import.meta.dirname, env });
  expect([code, stderr]).toEqual([0, '']);
});

test('the Dockerfile installs what the tests ran with', async () => {
  const { stdout } = await outcomeOf('grep', ['-n', 'requirements.txt', join(import.meta.dirname, 'Dockerfile')]);
  expect(stdout).toContain('--require-hashes');
});
