import { spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { chmodSync, linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readConfigHere } from './config-on-disk.ts';

let home = '';
const at = (name: string) => join(home, name);
const loki = { output: 'loki', loki_url: 'http://127.0.0.1:1' };

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'tidewatch-here-'));
  writeFileSync(at('access.log'), '');
  mkdirSync(at('folder'));
});
afterEach(() => rmSync(home, { recursive: true }));

/** Writes a configuration that is in order but for these settings. */
function configured(settings: Readonly<Record<string, unknown>>): string {
  const usual = { state_folder: at('state'), key_folder: at('keys'), files_folder: at('lines'), listen_port: 0, inputs: [{ name: 'main', path: at('access.log') }] };
  writeFileSync(at('tidewatch.yaml'), JSON.stringify({ ...usual, ...settings }));
  return at('tidewatch.yaml');
}

const inputs = (...paths: string[]) => ({ inputs: paths.map((path, index) => ({ name: `input-${index}`, path })) });
const mistaken: [name: string, prepare: () => Record<string, unknown>, says: RegExp][] = [
  ['a token file that is missing', () => ({ ...loki, loki_bearer_token_file: at('token') }), /loki_bearer_token_file: cannot read the secret file .*token \(ENOENT\)/],
  ['a password file that is empty', () => (writeFileSync(at('password'), '\n'), { ...loki, loki_username: 'me', loki_password_file: at('password') }), /loki_password_file: the secret file .*password must hold one line/],
  ['a token file that is a folder', () => ({ ...loki, loki_bearer_token_file: at('folder') }), /cannot read the secret file .*folder \(EISDIR\)/],
  ['an input that is a folder', () => inputs(at('folder')), /inputs\.0\.path: .*folder is a folder; expected a file, or a glob such as .*folder\/\*\.log/],
  ['two names of one file', () => (linkSync(at('access.log'), at('same.log')), inputs(at('access.log'), at('same.log'))), /inputs: inputs "input-0" and "input-1" read the same file/],
  ['a link to a file that is read', () => (symlinkSync(at('access.log'), at('same.log')), inputs(at('access.log'), at('same.log'))), /read the same file/],
  ['a glob that names a file that is read', () => inputs(at('access.log'), at('*.log')), /both read .*access\.log/],
  ['a rotated file of a log that is read', () => inputs(at('access.log'), at('access.log.1')), /named like a rotated file of the other/],
  ['two spellings of a file that is not there yet', () => inputs(at('later.log'), `${home}/folder/../later.log`), /is read by input-0 already, in another spelling/],
  ['a state folder that is a file', () => ({ state_folder: at('access.log') }), /state_folder: .*access\.log is no folder/],
  ['a files folder below a file', () => ({ files_folder: at('access.log/lines') }), /files_folder: .*cannot be looked at \(ENOTDIR\)/],
  ['keys inside the state', () => ({ key_folder: at('state/keys') }), /key_folder: it lies in the state_folder/],
  ['keys that are the state in another spelling', () => ({ key_folder: at('folder/../state/') }), /key_folder: it lies in the state_folder/],
  ['an address of another machine', () => ({ listen_address: '192.0.2.1' }), /listen_address, listen_port: 192\.0\.2\.1 is no address of this machine/],
];

describe('what is not on this machine as the configuration says', () => {
  test.each(mistaken)('%s is a mistake', async (_, prepare, says) => {
    await expect(readConfigHere(configured(prepare()))).rejects.toThrow(says);
  });

  test('all of it is told at once', async () => {
    const error: unknown = await readConfigHere(configured({ ...loki, loki_bearer_token_file: at('token'), ...inputs(at('folder')), key_folder: at('access.log') })).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ mistakes: { length: 3 } });
  });

  test('a folder that this user cannot write is a mistake, and root can write every one', async () => {
    chmodSync(at('folder'), 0o500);
    const reading = readConfigHere(configured({ state_folder: at('folder/state') }));
    if (process.getuid?.() === 0) await expect(reading).resolves.toMatchObject({ state_folder: at('folder/state') });
    else await expect(reading).rejects.toThrow(/state_folder: .*folder cannot be written by this user/);
  });
});

test('what is in order is no mistake, nothing is made, and a port in use may be our own', async () => {
  const other = createServer();
  await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
  const { port } = other.address() as AddressInfo;
  writeFileSync(at('token'), 'secret\n');
  const before = readdirSync(home).length;
  const config = await readConfigHere(configured({ ...loki, loki_bearer_token_file: at('token'), listen_port: port, ...inputs(at('access.log'), at('not-there-yet.log'), at('folder/*.log')) }));
  expect([config.inputs.length, readdirSync(home).length]).toEqual([3, before + 1]); // the configuration itself
  await new Promise((done) => other.close(done));
});

test('`check` and `run` say the same of it, and end with 2', { timeout: 60_000 }, () => {
  const path = configured({ ...loki, loki_bearer_token_file: at('token'), ...inputs(at('folder'), at('access.log'), at('*.log')) });
  const main = resolve(import.meta.dirname, 'main.ts');
  const [check, run] = ['check', 'run'].map((command) => spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', main, command, '--config', path], { encoding: 'utf8', timeout: 30_000 }));
  expect(check).toMatchObject({ status: 2, stdout: '' });
  expect(check?.stderr).toContain('3 mistakes');
  expect([run?.status, run?.stderr]).toEqual([2, check?.stderr]);
});
