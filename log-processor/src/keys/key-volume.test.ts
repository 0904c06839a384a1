import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, closeSync, linkSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, readSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { StateRefused, StoreUnavailable } from '../store/store.ts';
import { openKeyVolume } from './key-volume.ts';

let parent = '';
let folder = '';
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'tidewatch-keys-'));
  folder = join(parent, 'keys');
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const site = 'www.ocean-body.example';
const day = '2026-09-27';
const fileOf = () => join(folder, `epoch.${day}.${site}.key`);
const isRoot = process.getuid?.() === 0;

describe('a key volume', () => {
  test('makes random keys of 32 bytes, readable by their owner only, and gives them again after a restart', async () => {
    const volume = await openKeyVolume({ folder });
    const keys = [await volume.create(site, day), await volume.create(site, '2026-09-28'), await volume.create('other', day), volume.identityKey];
    expect(new Set(keys.map((key) => key.export().toString('hex'))).size).toBe(4);
    for (const key of keys) expect(key.symmetricKeySize).toBe(32);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(folder)) expect([statSync(join(folder, name)).mode & 0o777, statSync(join(folder, name)).size]).toEqual([0o600, 32]);
    const again = await openKeyVolume({ folder });
    expect((await again.read(site, day))?.equals(keys[0]!)).toBe(true);
    expect(again.identityKey.equals(volume.identityKey)).toBe(true);
    expect([volume.identityIsNew, again.identityIsNew]).toEqual([true, false]);
    expect((await again.list()).map(({ site, day }) => [site, day])).toEqual([['other', day], [site, day], [site, '2026-09-28']]);
  });

  test('an epoch never has two keys, whoever asks and however often', async () => {
    const volume = await openKeyVolume({ folder });
    const second = await openKeyVolume({ folder });
    const keys = await Promise.all([volume, second, volume, second].map((from) => from.create(site, day)));
    for (const key of keys) expect(key.equals(keys[0]!)).toBe(true);
    expect(readdirSync(folder)).toEqual([`epoch.${day}.${site}.key`, 'identity.key']);
  });

  test('what is not there reads as null, and destroying it is no error', async () => {
    const volume = await openKeyVolume({ folder });
    expect(await volume.read(site, day)).toBeNull();
    await volume.destroy(site, day);
  });

  test('T3c: after its destruction the bytes of a key are nowhere in the folder, not even behind an open handle', async () => {
    const volume = await openKeyVolume({ folder });
    await volume.create(site, day);
    await volume.create('other', day);
    const secret = readFileSync(fileOf());
    const handle = openSync(fileOf(), 'r');
    const found = () =>
      readdirSync(folder).filter((name) => {
        const bytes = readFileSync(join(folder, name));
        return [secret, secret.toString('hex'), secret.toString('base64')].some((form) => bytes.includes(form));
      });
    expect(found()).toEqual([`epoch.${day}.${site}.key`]);
    await volume.destroy(site, day);
    expect(found()).toEqual([]);
    const behind = Buffer.alloc(32, 1);
    readSync(handle, behind, 0, 32, 0);
    closeSync(handle);
    expect(behind.equals(Buffer.alloc(32))).toBe(true);
    expect(await volume.read(site, day)).toBeNull();
    expect(await volume.read('other', day)).not.toBeNull();
  });
});

describe('T8: a key whose secrecy is in doubt is refused', () => {
  async function refusal(): Promise<string> {
    const volume = await openKeyVolume({ folder });
    const error = await volume.read(site, day).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StateRefused);
    // A refused key is not replaced behind the operator's back either.
    await expect(volume.create(site, day)).rejects.toThrow(StateRefused);
    return error instanceof Error ? error.message : '';
  }
  beforeEach(async () => {
    await (await openKeyVolume({ folder })).create(site, day);
  });

  test.each([0o604, 0o640, 0o602, 0o610, 0o666])('mode %o', async (mode) => {
    chmodSync(fileOf(), mode);
    expect(await refusal()).toContain(`found mode 0${mode.toString(8)}, expected 0600`);
  });

  test.each([0, 31, 33])('%i bytes', async (size) => {
    writeFileSync(fileOf(), Buffer.alloc(size, 7));
    expect(await refusal()).toContain(`found ${size} bytes, expected 32`);
  });

  test('a symbolic link, a folder', async () => {
    rmSync(fileOf());
    symlinkSync(join(folder, 'identity.key'), fileOf());
    expect(await refusal()).toContain('symbolic link');
  });

  test.skipIf(!isRoot)('another owner (skipped where this is not root)', async () => {
    chownSync(fileOf(), 12_345, 12_345);
    expect(await refusal()).toContain('found owner 12345, expected 0');
    chownSync(folder, 12_345, 12_345);
    await expect(openKeyVolume({ folder })).rejects.toThrow(/Key folder .* found owner 12345/);
  });

  test('the same holds for the identity key, at the opening', async () => {
    chmodSync(join(folder, 'identity.key'), 0o644);
    await expect(openKeyVolume({ folder })).rejects.toThrow(/identity\.key: found mode 0644/);
  });

  test('a folder others can enter is closed to them', async () => {
    chmodSync(folder, 0o755);
    await openKeyVolume({ folder });
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });
});

describe('what a crash leaves', () => {
  test('a draft that never got its name is removed; one that is also a key loses only the draft name', async () => {
    const volume = await openKeyVolume({ folder });
    const key = await volume.create(site, day);
    linkSync(fileOf(), `${fileOf()}.00000000.draft`);
    writeFileSync(join(folder, 'epoch.2026-09-28.a.key.11111111.draft'), Buffer.alloc(20, 5));
    const again = await openKeyVolume({ folder });
    expect(readdirSync(folder).filter((name) => name.endsWith('.draft'))).toEqual([]);
    expect((await again.read(site, day))?.equals(key)).toBe(true);
  });

  test('a key that was overwritten but not removed is removed, never used', async () => {
    const volume = await openKeyVolume({ folder });
    await volume.create(site, day);
    writeFileSync(fileOf(), Buffer.alloc(32));
    await expect(volume.read(site, day)).rejects.toThrow(/erased/);
    const again = await openKeyVolume({ folder });
    expect([await again.read(site, day), await again.list()]).toEqual([null, []]);
  });
});

test('a folder that cannot be made is waited for', async () => {
  writeFileSync(folder, 'a file');
  await expect(openKeyVolume({ folder: join(folder, 'keys') })).rejects.toThrow();
});

const canMount = process.platform === 'linux' && isRoot && spawnSync('sh', ['-c', 'd=$(mktemp -d) && mount -t tmpfs tmpfs $d && umount $d; s=$?; rmdir $d; exit $s']).status === 0;

test.skipIf(!canMount)('a full key volume is unavailable, leaves no half key, and works again when there is room (skipped where tmpfs cannot be mounted)', async () => {
  mkdirSync(folder);
  spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k,mode=700', 'tmpfs', folder]);
  try {
    const volume = await openKeyVolume({ folder });
    spawnSync('sh', ['-c', `cat /dev/zero > ${join(folder, 'filler')} 2>/dev/null`]);
    await expect(volume.create(site, day)).rejects.toThrow(StoreUnavailable);
    expect(readdirSync(folder).sort()).toEqual(['filler', 'identity.key']);
    rmSync(join(folder, 'filler'));
    expect((await volume.create(site, day)).symmetricKeySize).toBe(32);
  } finally {
    spawnSync('umount', ['-l', folder]);
  }
});
