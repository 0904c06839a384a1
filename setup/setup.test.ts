/** What the one-shot does, on folders of a test: it has to be root there as in its container. */
import { chownSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { giveFolders } from './give-folders.ts';
import { makeSecrets } from './make-secrets.ts';
import { adviceFor, probeMachine } from './probe-machine.ts';
import { volumeOwners } from './volumes.ts';

const asRoot = process.getuid?.() === 0;
let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tidewatch-setup-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe.skipIf(!asRoot && process.env['CI'] !== 'true')('folders', () => {
  const owners = volumeOwners;
  beforeEach(() => Object.keys(owners).forEach((name) => mkdirSync(join(root, name))));

  test('every volume gets its user, its group and its mode, and a second start changes nothing', () => {
    expect(giveFolders(root, owners)).toEqual(Object.keys(owners));
    for (const [name, { uid, gid, mode }] of Object.entries(owners)) {
      const found = lstatSync(join(root, name));
      expect([name, found.uid, found.gid, found.mode & 0o7777]).toEqual([name, uid, gid, mode]);
    }
    expect(giveFolders(root, owners)).toEqual([]);
  });

  test('what a backup or an image left as another user becomes usable; a link is left alone, and so is a file of a service that shares the volume', () => {
    const state = join(root, 'processor-state');
    mkdirSync(join(state, 'deep'));
    writeFileSync(join(state, 'deep', 'state.db'), '');
    chownSync(join(state, 'deep', 'state.db'), 4321, 4321);
    symlinkSync('/etc/hostname', join(state, 'link'));
    writeFileSync(join(root, 'access-logs', 'mine'), '');
    chownSync(join(root, 'access-logs', 'mine'), 10101, 10101);
    giveFolders(root, owners);
    expect(lstatSync(join(state, 'deep', 'state.db')).uid).toBe(10101);
    expect(lstatSync(join(state, 'link')).uid).toBe(0);
    expect(lstatSync('/etc/hostname').uid).toBe(0);
    expect(lstatSync(join(root, 'access-logs', 'mine')).uid).toBe(10101);
  });

  test('secrets are long, for Grafana only, different every time and never made twice', () => {
    const folder = join(root, 'grafana-secrets');
    expect(makeSecrets(folder, { uid: 472, gid: 472 })).toEqual(['admin-password', 'secret-key']);
    const password = readFileSync(join(folder, 'admin-password'), 'utf8');
    expect(password).toMatch(/^[\w-]{32}$/);
    const { uid, mode } = lstatSync(join(folder, 'admin-password'));
    expect([uid, mode & 0o777]).toEqual([472, 0o400]);
    expect(makeSecrets(folder, { uid: 472, gid: 472 })).toEqual([]);
    expect(readFileSync(join(folder, 'admin-password'), 'utf8')).toBe(password);
    rmSync(join(folder, 'admin-password'));
    makeSecrets(folder, { uid: 472, gid: 472 });
    expect(readFileSync(join(folder, 'admin-password'), 'utf8')).not.toBe(password);
  });
});

describe('the machine', () => {
  test('without powercap nothing is promised', () => {
    expect(probeMachine(root, 'x64')).toEqual({ architecture: 'x64', raplZones: [] });
    expect(adviceFor(probeMachine(root, 'x64')).join(' ')).toContain('no RAPL counters');
  });
  test('with RAPL it names the setting and the profile; on arm64 no Kepler', () => {
    for (const zone of ['intel-rapl:0', 'intel-rapl:1', 'intel-rapl:0:0', 'intel-rapl']) {
      mkdirSync(join(root, 'class', 'powercap', zone), { recursive: true });
      writeFileSync(join(root, 'class', 'powercap', zone, 'energy_uj'), '1');
    }
    expect(probeMachine(root, 'x64').raplZones).toEqual(['intel-rapl:0', 'intel-rapl:1']);
    expect(adviceFor(probeMachine(root, 'x64')).join(' ')).toContain('--profile metal');
    expect(adviceFor(probeMachine(root, 'arm64')).join(' ')).not.toContain('--profile metal');
  });
});
