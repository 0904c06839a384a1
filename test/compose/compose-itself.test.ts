/** Compose itself reads the shipped files, alone and laid over one another, and what it makes of them is what the checker was shown. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { findServer } from '../../tools/find-server.ts';
import { outcomeOf } from '../docker/outcome.ts';
import { blocksOf } from '../guides/blocks.ts';
import { at, object, texts } from './compose-file.ts';

const checkout = resolve(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'tidewatch-compose-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const program = findServer('docker-compose');
const skip = program === null && process.env['CI'] !== 'true';
if (skip) process.stderr.write('SKIPPED: Compose reads compose.yaml (no docker-compose on this machine)\n');
const read = async (...files: string[]): Promise<{ code: number; whole: unknown; stderr: string }> => {
  const { code, stdout, stderr } = await outcomeOf(program ?? 'docker-compose', ['--env-file', '/dev/null', ...files.flatMap((file) => ['-f', join(checkout, file)]), '--profile', '*', 'config'], { cwd: checkout });
  return { code, whole: parse(stdout), stderr };
};

test.skipIf(skip).each([[['compose.yaml']], [['compose.yaml', 'compose.lock.yaml']], [['compose.yaml', 'compose.air-gapped.yaml']], [['compose.yaml', 'compose.lock.yaml', 'compose.air-gapped.yaml']]])('%j', async (files) => {
  const { code, whole, stderr } = await read(...files);
  expect([code, stderr]).toEqual([0, '']);
  const shipped: unknown = parse(readFileSync(join(checkout, 'compose.yaml'), 'utf8'), { merge: true });
  expect(Object.keys(object(at(whole, 'services'))).sort()).toEqual(Object.keys(object(at(shipped, 'services'))).sort());
  for (const service of Object.values(object(at(whole, 'services')))) expect([at(service, 'read_only'), texts(at(service, 'cap_drop')), texts(at(service, 'security_opt'))]).toEqual([true, ['ALL'], ['no-new-privileges:true']]);
});

test.skipIf(skip)('a mistake would have been seen', async () => {
  writeFileSync(join(folder, 'compose.yaml'), readFileSync(join(checkout, 'compose.yaml'), 'utf8').replace('read_only: true', 'readonly: true'));
  expect((await outcomeOf(program ?? 'docker-compose', ['-f', join(folder, 'compose.yaml'), 'config'])).code).not.toBe(0);
});

test.skipIf(skip)('air-gapped, no network but the one of visitors leads outside, nobody is on egress, and nothing of the default services is fetched', async () => {
  const { whole } = await read('compose.yaml', 'compose.air-gapped.yaml');
  const networks = object(at(whole, 'networks'));
  expect(Object.keys(networks).filter((name) => at(networks[name], 'internal') !== true)).toEqual(['edge']);
  const services = object(at(whole, 'services'));
  for (const [name, service] of Object.entries(services)) {
    expect([name, Object.keys(object(at(service, 'networks') ?? {})).includes('egress')]).toEqual([name, false]);
    if (at(service, 'profiles') === undefined) expect([name, at(service, 'pull_policy')]).toEqual([name, 'never']);
  }
});

test.skipIf(skip)('one setting shows the live page, in nginx and in the processor alike', async () => {
  const settings = join(folder, 'settings.env');
  writeFileSync(settings, 'LIVE_PAGE_PUBLIC=true\nEXISTING_NGINX_LOGS=/var/log/nginx\n');
  const whole: unknown = parse((await outcomeOf(program ?? 'docker-compose', ['--env-file', settings, '-f', join(checkout, 'compose.yaml'), 'config'])).stdout);
  expect([at(whole, 'services', 'nginx', 'environment', 'LIVE_PAGE_PUBLIC'), at(whole, 'services', 'processor', 'environment', 'TIDEWATCH_LIVE_PAGE_PUBLIC')]).toEqual(['true', 'true']);
  // And one mounts the logs of an nginx that was there before, to be read only.
  const mounts = at(whole, 'services', 'processor', 'volumes');
  expect((Array.isArray(mounts) ? mounts : []).find((mount) => at(mount, 'target') === '/var/log/existing-nginx')).toMatchObject({ source: '/var/log/nginx', read_only: true });
});

test.skipIf(skip)('every setting that the guides name changes something, and what a guide writes into .env leaves services out for good', async () => {
  const compose = readFileSync(join(checkout, 'compose.yaml'), 'utf8');
  const used = new Set([...compose.matchAll(/\$\{(\w+):-/g)].map(([, name]) => name));
  const table = readFileSync(join(checkout, 'docs', 'installation.md'), 'utf8').split('\n').filter((line) => /^\| `[A-Z]/.test(line));
  const told = new Set(table.flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name)));
  expect([...told].sort()).toEqual([...used].sort());
  const settings = join(folder, 'existing.env');
  const [block] = blocksOf('nginx').filter(({ kind }) => kind === 'ini .env');
  writeFileSync(settings, `${block?.text ?? ''}PROMTAIL_REPLICAS=0\n`);
  const { code, stdout } = await outcomeOf(program ?? 'docker-compose', ['--env-file', settings, '-f', join(checkout, 'compose.yaml'), 'config']);
  const whole: unknown = parse(stdout);
  expect(code).toBe(0);
  for (const name of ['nginx', 'platform', 'promtail']) expect([name, at(whole, 'services', name, 'deploy', 'replicas')]).toEqual([name, 0]);
  expect(at(whole, 'services', 'otel-collector', 'environment')).toMatchObject({ CHECK_PAGE_URL: 'http://10.213.94.1:8081/' });
  for (const line of (block?.text ?? '').split('\n').filter(Boolean)) expect(used).toContain(line.split('=')[0]);
});
