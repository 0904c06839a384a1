import { mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeyObject } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { StateRefused } from '../store/store.ts';
import { createFakeDisk } from '../store/memory-store.ts';
import type { KeyLife } from './key-life.ts';
import { openKeyVolume } from './key-volume.ts';
import { KeyMissing, openKeyLife } from './open-key-life.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const midnight = Date.UTC(2026, 8, 27);
const site = 'www.ocean-body.example';
const dayOf = (timeMs: number) => new Date(timeMs).toISOString().slice(0, 10);
const today = dayOf(midnight);
const endOf = (_site: string, day: string) => Date.parse(day) + dayMs;

let folder = '';
let disk = createFakeDisk();
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidewatch-life-'));
  disk = createFakeDisk();
});
afterEach(() => rmSync(folder, { recursive: true }));

const keyFiles = () => readdirSync(folder).filter((name) => name.startsWith('epoch.'));

/** Opens state and volume as the program does; a crash is opening again without `commit`. */
async function start(nowMs: number, keyFolder = folder): Promise<{ life: KeyLife; commit: (clean?: boolean) => Promise<void> }> {
  disk.crash();
  const store = disk.open();
  const life = await openKeyLife({ entries: store.scan('key/'), volume: await openKeyVolume({ folder: keyFolder }), nowMs });
  const commit = async (unlink = true) => {
    expect(await store.commit({ expectedHead: store.head, puts: life.takeChanges(), bodies: [], delivered: [] })).toBe('committed');
    if (unlink) await life.unlinkDestroyed();
  };
  return { life, commit };
}

const keyOf = (life: KeyLife, day = today): KeyObject => {
  const key = life.stateOf(site, day);
  if (!(key instanceof KeyObject)) throw new Error(`expected a living key, found ${key}`);
  return key;
};

describe('the life of a key', () => {
  test('first start: missing; made once; the same after a restart', async () => {
    const { life, commit } = await start(midnight);
    expect(life.stateOf(site, today)).toBe('missing');
    const [key, same] = await Promise.all([life.create(site, today, midnight), life.create(site, today, midnight + 5)]);
    expect([same === key, keyOf(life) === key, (await life.create(site, today, midnight + 9)) === key]).toEqual([true, true, true]);
    expect(life.timesOf(site, today)).toEqual({ createdMs: midnight, destroyedMs: null });
    await commit();
    const next = await start(midnight + hourMs);
    expect(keyOf(next.life).equals(key)).toBe(true);
    expect(next.life.timesOf(site, today)?.createdMs).toBe(midnight);
    expect(next.life.takeChanges()).toEqual([]);
  });

  test('a key made just before a crash, unknown to the state, is taken in', async () => {
    const first = await start(midnight);
    await first.commit();
    const key = await first.life.create(site, today, midnight);
    const next = await start(Date.now());
    expect(keyOf(next.life).equals(key)).toBe(true);
    await next.commit();
    const third = await start(Date.now());
    expect([keyOf(third.life).equals(key), third.life.takeChanges()]).toEqual([true, []]);
  });

  test('due when the watermark has passed the end of the day and the grace, not at it', async () => {
    const { life } = await start(midnight);
    await life.create(site, today, midnight);
    const limit = midnight + dayMs + 1_800_000;
    expect(life.due(limit, midnight, endOf)).toEqual([]);
    expect(life.due(limit + 1, midnight, endOf)).toEqual([{ site, day: today }]);
  });

  test('due at 48 h by the clock, wherever the watermark stands', async () => {
    const { life } = await start(midnight);
    await life.create(site, today, midnight);
    expect(life.due(0, midnight + 2 * dayMs - 1, endOf)).toEqual([]);
    expect(life.due(0, midnight + 2 * dayMs, endOf)).toEqual([{ site, day: today }]);
    expect(life.due(0, midnight - dayMs, endOf)).toEqual([]);
  });

  test('destroyed: gone at once, recorded in the commit, its file after it, and never again', async () => {
    const { life, commit } = await start(midnight);
    await life.create(site, today, midnight);
    await commit();
    life.markDestroyed(site, today, midnight + dayMs);
    expect([life.stateOf(site, today), life.due(Infinity, Infinity, endOf), keyFiles().length]).toEqual(['destroyed', [], 1]);
    await life.unlinkDestroyed();
    expect(keyFiles().length).toBe(1); // its end is not committed yet
    await commit();
    expect(keyFiles()).toEqual([]);
    await expect(life.create(site, today, midnight)).rejects.toThrow(/never comes back/);
    const next = await start(midnight + dayMs);
    expect(next.life.stateOf(site, today)).toBe('destroyed');
    expect(next.life.timesOf(site, today)).toEqual({ createdMs: midnight, destroyedMs: midnight + dayMs });
    await expect(next.life.create(site, today, midnight)).rejects.toThrow();
  });

  test('a crash before the commit of its end leaves the key living; one after it lets the file go at the next start', async () => {
    const first = await start(midnight);
    const key = await first.life.create(site, today, midnight);
    await first.commit();
    first.life.markDestroyed(site, today, midnight + dayMs);
    const second = await start(midnight + dayMs);
    expect(keyOf(second.life).equals(key)).toBe(true);
    second.life.markDestroyed(site, today, midnight + dayMs);
    await second.commit(false);
    expect(keyFiles().length).toBe(1);
    const third = await start(midnight + dayMs);
    expect(third.life.stateOf(site, today)).toBe('destroyed');
    await third.commit();
    expect(keyFiles()).toEqual([]);
  });
});

describe('at the start', () => {
  async function withLivingKeys(): Promise<void> {
    const { life, commit } = await start(midnight);
    await life.create(site, today, midnight);
    await life.create('intranet.example', today, midnight);
    await commit();
  }

  test('a living key the volume lacks is refused, every one named, with what to do', async () => {
    await withLivingKeys();
    for (const name of keyFiles()) rmSync(join(folder, name));
    const error = await start(midnight + hourMs).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(KeyMissing);
    expect(error).toBeInstanceOf(StateRefused);
    for (const part of [`site ${site} on 2026-09-27`, 'site intranet.example on 2026-09-27', 'tidewatch rekey']) expect(String(error)).toContain(part);
  });

  test('after 48 h the same state starts, and those epochs are destroyed for ever', async () => {
    await withLivingKeys();
    for (const name of keyFiles()) rmSync(join(folder, name));
    const { life, commit } = await start(midnight + 2 * dayMs);
    expect(life.stateOf(site, today)).toBe('destroyed');
    await commit();
    expect((await start(midnight + 2 * dayMs)).life.stateOf(site, today)).toBe('destroyed');
  });

  test('a key over 48 h old that is still there is recorded as destroyed first, then removed', async () => {
    await withLivingKeys();
    const { life, commit } = await start(midnight + 2 * dayMs);
    expect([life.stateOf(site, today), keyFiles().length]).toEqual(['destroyed', 2]);
    await commit();
    expect(keyFiles()).toEqual([]);
  });

  test('another key volume is refused even when no key is living, and again at the second try', async () => {
    const { life, commit } = await start(midnight);
    await life.create(site, today, midnight);
    life.markDestroyed(site, today, midnight);
    await commit();
    const other = join(folder, 'other');
    for (let attempt = 0; attempt < 2; attempt += 1) await expect(start(midnight, other)).rejects.toThrow(/lacks the identity key/);
  });

  test('keys without a state are taken in, old ones only to be destroyed', async () => {
    await withLivingKeys();
    disk = createFakeDisk();
    const old = join(folder, `epoch.${today}.${site}.key`);
    const now = Date.now();
    utimesSync(old, now / 1000 - 49 * 3600, now / 1000 - 49 * 3600);
    const { life, commit } = await start(now);
    expect([life.stateOf(site, today), life.stateOf('intranet.example', today) instanceof KeyObject]).toEqual(['destroyed', true]);
    await commit();
    expect(keyFiles()).toEqual([`epoch.${today}.intranet.example.key`]);
  });

  test.each([
    ['key/epoch/2026-09-27/a', '{"createdMs":'],
    ['key/epoch/2026-09-27/a', '{"createdMs":"1","destroyedMs":null}'],
    ['key/epoch/2026-09-27/a', 'null'],
    ['key/elsewhere', '1'],
    ['key/forgotten/a', '7'],
  ])('the entry %s = %s is refused by name, its value not quoted', async (key, value) => {
    const store = disk.open();
    await store.commit({ expectedHead: 0, puts: [[key, value]], bodies: [], delivered: [] });
    const error = await start(midnight).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StateRefused);
    expect(String(error)).toContain(key);
  });
});

test('the state stays bounded over years, and still no destroyed epoch gets another key', async () => {
  const { life, commit } = await start(midnight);
  const days = Array.from({ length: 410 }, (_, index) => dayOf(midnight + index * dayMs));
  for (const day of days) {
    await life.create(site, day, midnight);
    life.markDestroyed(site, day, midnight);
  }
  await commit();
  const store = disk.snapshot();
  expect([...store.entries.keys()].filter((key) => key.startsWith('key/epoch/')).length).toBe(400);
  const next = await start(midnight + 410 * dayMs);
  for (const day of [...days, '2019-01-01']) expect([day, next.life.stateOf(site, day)]).toEqual([day, 'destroyed']);
  expect(next.life.stateOf(site, dayOf(midnight + 410 * dayMs))).toBe('missing');
  expect(next.life.stateOf('intranet.example', days[0]!)).toBe('missing');
});
