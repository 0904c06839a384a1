/** The servers' own checkers read the shipped files, byte for byte: what they refuse would only be seen when somebody starts the stack. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { builtServersFolder, findServer } from '../tools/find-server.ts';
import { outcomeOf } from './docker/outcome.ts';

const checkout = resolve(import.meta.dirname, '..');
const scratch = mkdtempSync(join(tmpdir(), 'tidewatch-configs-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Program, its arguments for a file, the shipped file, and a way to break it that the checker has to see. */
const checks: readonly (readonly [program: string, args: (file: string) => string[], file: string, broken: (text: string) => string])[] = [
  ['promtool', (file) => ['check', 'config', file], 'prometheus/prometheus.yaml', (text) => text.replace('scrape_interval', 'scrape_intervall')],
  ['loki', (file) => [`-config.file=${file}`, '-verify-config'], 'loki/loki.yaml', (text) => text.replace('replication_factor', 'replication_faktor')],
  ['promtail', (file) => [`-config.file=${file}`, '-check-syntax'], 'promtail/promtail.yaml', (text) => text.replace('clients:', 'client_list:')],
  ['otelcol', (file) => ['validate', `--config=${file}`], 'otel-collector/config.yaml', (text) => text.replace('receivers: [otlp', 'receivers: [otlpp')],
  ['amtool', (file) => ['check-config', file], 'alertmanager/alertmanager.yaml', (text) => text.replace('receiver:', 'reciever:')],
];

describe.each(checks)('%s', (program, args, file, broken) => {
  // What tools/ built first: an older one of this machine does not know the newest keys.
  const own = join(builtServersFolder, program);
  const path = existsSync(own) ? own : findServer(program);
  if (path === null) process.stderr.write(`SKIPPED: ${program} reads ${file} (not on this machine)\n`);
  const skip = path === null && process.env['CI'] !== 'true';

  test.skipIf(skip)(`takes ${file}`, async () => {
    const { code, stdout, stderr } = await outcomeOf(path ?? program, args(join(checkout, file)), { cwd: checkout });
    expect([code, code === 0 ? '' : stdout + stderr]).toEqual([0, '']);
  });

  test.skipIf(skip)('and would have seen a mistake', async () => {
    const text = readFileSync(join(checkout, file), 'utf8');
    const folder = join(scratch, program);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'broken.yaml'), broken(text));
    expect(broken(text)).not.toBe(text);
    expect((await outcomeOf(path ?? program, args(join(folder, 'broken.yaml')), { cwd: checkout })).code).not.toBe(0);
  });
});

test('shellcheck finds nothing in the shell scripts', async () => {
  const path = findServer('shellcheck');
  if (path === null && process.env['CI'] !== 'true') {
    process.stderr.write('SKIPPED: shellcheck (not on this machine)\n');
    return;
  }
  const scripts = (await outcomeOf('git', ['ls-files', '*.sh'], { cwd: checkout })).stdout.split('\n').filter(Boolean);
  expect(scripts.length).toBeGreaterThan(0);
  expect(await outcomeOf(path ?? 'shellcheck', scripts, { cwd: checkout })).toMatchObject({ code: 0, stdout: '' });
});
