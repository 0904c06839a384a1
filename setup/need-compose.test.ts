/** On a machine where something is missing the scripts say what, in words of their own, touch nothing, and never call a failure a success. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findServer } from '../tools/find-server.ts';
import { mustRun, outcomeOf } from '../test/docker/outcome.ts';
import type { Outcome } from '../test/docker/outcome.ts';

const checkout = resolve(import.meta.dirname, '..');
const compose = findServer('docker-compose');
const skip = compose === null && process.env['CI'] !== 'true';
if (skip) process.stderr.write('SKIPPED: scripts beside a real Compose without Docker (no docker-compose on this machine)\n');

let folder = '';
const bins: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidewatch need '));
});
afterEach(() => [folder, ...bins.splice(0)].forEach((path) => rmSync(path, { recursive: true, force: true })));

const volumes = ['processor-state', 'loki-data', 'prometheus-data', 'alertmanager-data', 'grafana-data', 'grafana-secrets', 'agent-positions'];
/** Runs a script of setup/, in the checkout unless told otherwise. */
const run = (script: string, args: readonly string[], env: Record<string, string>, cwd = checkout): Promise<Outcome> => outcomeOf('/bin/sh', [join(import.meta.dirname, script), ...args], { cwd, env });
const standIn = (name: string, body: string): string => {
  // The path of a program of COMPOSE has no blanks, as `docker compose` has none.
  bins.push(mkdtempSync(join(tmpdir(), 'tidewatch-bin-')));
  const path = join(bins.at(-1) ?? '', name);
  writeFileSync(path, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  return path;
};
const archive = async (): Promise<string> => {
  const path = join(folder, 'restore me.tar.gz');
  for (const name of volumes) mkdirSync(join(folder, name));
  await mustRun('tar', ['-C', folder, '-czf', path, ...volumes]);
  return path;
};
const everyScript = async (): Promise<readonly (readonly [script: string, args: readonly string[]])[]> => [
  ['backup.sh', [join(folder, 'a backup.tar.gz')]],
  ['restore.sh', [await archive()]],
  ['disk-forecast.sh', []],
  ['images.sh', ['save', join(folder, 'images.tar.gz')]],
];

test('without Docker', async () => {
  for (const [script, args] of await everyScript()) expect([script, await run(script, args, { COMPOSE: 'no-docker compose' })]).toEqual([script, { code: 1, stdout: '', stderr: expect.stringMatching(/^[a-z-]+: there is no program no-docker on this machine, and nothing was changed/) as unknown }]);
  expect(existsSync(join(folder, 'images.tar.gz'))).toBe(false);
});

test('with Docker, but without its Compose plugin: not the help of Docker', async () => {
  const docker = standIn('docker', 'echo "Usage:  docker [OPTIONS] COMMAND [ARG...]"; echo "unknown shorthand flag" >&2; exit 125');
  for (const [script, args] of await everyScript()) {
    const { code, stdout, stderr } = await run(script, args, { COMPOSE: `${docker} compose` });
    expect([script, code, stdout, stderr]).toEqual([script, 1, '', expect.stringContaining('Docker has no Compose plugin here')]);
    expect(stderr).not.toContain('Usage');
  }
});

test.skipIf(skip)('in another folder, and with a Docker that does not answer', async () => {
  const env = { COMPOSE: compose ?? '', DOCKER_HOST: `unix://${join(folder, 'none.sock')}` };
  for (const [script, args] of await everyScript()) {
    expect([script, (await run(script, args, env, folder)).stderr]).toEqual([script, expect.stringContaining('Run this in the folder of compose.yaml')]);
    expect([script, (await run(script, args, env)).stderr]).toEqual([script, expect.stringContaining('Docker does not answer, and nothing was changed')]);
  }
});

describe('nothing is stopped in vain', () => {
  const said = (): string => join(folder, 'said');
  const running = (): string => standIn('compose', `echo "$@" >> '${said()}'\ncase "$1" in ps) echo loki ;; esac`);

  test('for an archive that cannot be written', async () => {
    const env = { COMPOSE: running() };
    const { code, stderr } = await run('backup.sh', [join(folder, 'nowhere', 'backup.tar.gz')], env, folder);
    expect([code, stderr]).toEqual([1, expect.stringContaining('cannot be written; nothing was changed')]);
    expect((await mustRun('cat', [said()])).match(/^stop/m)).toBeNull();
  });

  test('while another backup is under way: it would start what that one has stopped', async () => {
    const env = { COMPOSE: running() };
    const second = `exec 9< . && flock -n 9 && sh '${join(import.meta.dirname, 'backup.sh')}' second.tar.gz`;
    const { code, stderr } = await outcomeOf('/bin/sh', ['-c', second], { cwd: folder, env });
    expect([code, stderr]).toEqual([1, expect.stringContaining('under way already')]);
    expect((await run('restore.sh', [await archive()], env, folder)).code).toBe(0); // and the lock is gone with it
  });
});

test('images that Docker saved only half of are no archive', async () => {
  const env = { COMPOSE: standIn('compose', 'case "$*" in "config --images") echo nginx:1 ;; esac'), DOCKER: standIn('docker', 'case "$1" in save) echo half; exit 1 ;; esac') };
  const { code, stderr } = await run('images.sh', ['save', join(folder, 'images.tar.gz')], env);
  expect([code, stderr]).toEqual([1, expect.stringContaining('could not save them all')]);
  expect(readdirSync(folder)).toEqual([]);
});

describe('make-certificate.sh', () => {
  test('says why there is none, and leaves nothing that looks like one', async () => {
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    for (const program of ['sh', 'mkdir', 'rm']) symlinkSync((await mustRun('which', [program])).trim(), join(bin, program));
    expect((await run('make-certificate.sh', [join(folder, 'tls'), 'a.example'], { PATH: bin })).stderr).toContain('there is no program openssl');
    const { code, stderr } = await run('make-certificate.sh', [join(folder, 'tls'), `${'a'.repeat(70)}.example`], {});
    expect([code, stderr, readdirSync(join(folder, 'tls'))]).toEqual([1, expect.stringMatching(/openssl made none: [^]*too long/), []]);
  });

  test('an address is named as one, and what goes into .env is no name of a volume', async () => {
    expect((await run('make-certificate.sh', ['tls', '192.0.2.7'], {}, folder)).stdout).toContain(`TLS_FOLDER=${join(folder, 'tls')} in .env`);
    expect(await mustRun('openssl', ['x509', '-in', join(folder, 'tls', 'fullchain.pem'), '-noout', '-ext', 'subjectAltName'])).toContain('IP Address:192.0.2.7');
  });
});
