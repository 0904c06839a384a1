/** A clone with umask 077 is seen by setup, and a file that only its own service may read is none; who reads what is as in compose.yaml. */
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { mountsOf, readCompose } from '../test/compose/compose-file.ts';
import { adviceForUnreadable, configurationReaders, unreadable } from './unreadable.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tidewatch-unreadable-'));
  mkdirSync(join(root, 'loki', 'rules'), { recursive: true });
  writeFileSync(join(root, 'loki', 'rules', 'tidewatch.yaml'), '');
  symlinkSync('/etc/shadow', join(root, 'loki', 'link'));
  for (const [name, mode] of [['loki', 0o755], ['loki/rules', 0o755], ['loki/rules/tidewatch.yaml', 0o644]] as const) chmodSync(join(root, name), mode);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const readers = { loki: { uid: 10001, gid: 10001 }, absent: { uid: 1, gid: 1 } };
const file = (): string => join(root, 'loki', 'rules', 'tidewatch.yaml');

test('what everybody may read is fine; a link, what an editor left and a part that is not there say nothing', () => {
  for (const name of ['.tidewatch.yaml.swp', 'tidewatch.yaml~']) writeFileSync(join(root, 'loki', name), '', { mode: 0o600 });
  expect(unreadable(root, readers)).toEqual([]);
  expect(adviceForUnreadable([])).toBeNull();
});

test.each([['loki', 0o700], ['loki/rules', 0o744], ['loki/rules/tidewatch.yaml', 0o600]] as const)('%s with mode %o is seen, and the sentence is a command to type', (name, mode) => {
  chmodSync(join(root, name), mode);
  expect(unreadable(root, readers)).toEqual(['loki']);
  expect(adviceForUnreadable(['loki', 'docs/runbooks'])).toContain(': chmod -R go+rX loki docs/runbooks');
});

test.skipIf(process.getuid?.() !== 0 && process.env['CI'] !== 'true')('what belongs to its service, or to its group, may be closed to others; what is closed to its owner is closed', () => {
  chmodSync(file(), 0o640);
  chownSync(file(), 0, 10001);
  expect(unreadable(root, readers)).toEqual([]);
  chownSync(file(), 10001, 0);
  expect(unreadable(root, readers)).toEqual([]);
  chmodSync(file(), 0o044);
  expect(unreadable(root, readers)).toEqual(['loki']);
});

test('setup sees everything of this folder that a service reads, and knows as whom it is read', () => {
  const { services } = readCompose(readFileSync(join(resolve(import.meta.dirname, '..'), 'compose.yaml'), 'utf8'));
  const { setup = {}, ...others } = services;
  const seen = mountsOf(setup).filter(({ source }) => source.startsWith('./'));
  expect(seen.map(({ source, target, readOnly }) => [source, target, readOnly])).toEqual(Object.keys(configurationReaders).map((name) => [`./${name}`, `/configuration/${name}`, true]));
  // Kepler is root, and may read everything; what lies in a folder that is seen is seen.
  const read = Object.entries(others).filter(([name]) => name !== 'kepler').flatMap(([, service]) => mountsOf(service).filter(({ source }) => source.startsWith('./')).map(({ source }) => [source.slice(2), String(service['user'])] as const));
  const known = new Map(Object.entries(configurationReaders).map(([name, { uid, gid }]) => [name, `${uid}:${gid}`]));
  expect(read.filter(([name, user]) => ![...known].some(([part, reader]) => `${name}/`.startsWith(`${part}/`) && reader === user)).map(([name]) => name)).toEqual(['nginx/no-logs']);
});
