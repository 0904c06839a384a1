import { appendFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openFollowedGlob } from './follow-glob.ts';
import type { GlobOptions } from './follow-glob.ts';
import { drain, identityKey, logFolder } from './test/log-folder.ts';

async function follow(pattern: string, options: Partial<GlobOptions> = {}) {
  const followed = await openFollowedGlob({ input: 'web', pattern, startAt: 'beginning', identityKey, positions: new Map(), ...options });
  onTestFinished(async () => {
    for (const source of followed.sources()) await source.close();
  });
  return followed;
}

test('a plain path is one input under its own label, there or not', async () => {
  const path = join(logFolder(), 'access.log');
  const followed = await follow(path);
  expect(followed.sources().map(({ input }) => input)).toEqual(['web']);
  expect(await followed.rescan()).toEqual([]);
});

test('every path of a pattern is an input, rotated and compressed files are none', async () => {
  const folder = logFolder();
  for (const name of ['a.log', 'a.log.1', 'a.log.2.gz', 'a.log-20260101', 'a-20260101.log', 'b.log', 'c.log.gz']) {
    writeFileSync(join(folder, name), `${name}\n`);
  }
  const followed = await follow(join(folder, '*.log*'));
  expect(followed.sources().map(({ input }) => input)).toEqual(['web/a.log', 'web/b.log']);
});

test('files that appear later are read from their first byte even where the start was at the end', async () => {
  const folder = logFolder();
  writeFileSync(join(folder, 'a.log'), 'old\n');
  const followed = await follow(join(folder, '*'), { startAt: 'end' });
  expect((await drain(followed.sources()[0]!)).text).toBe('');
  writeFileSync(join(folder, 'b.log'), 'new\n');
  renameSync(join(folder, 'a.log'), join(folder, 'a.log.1'));
  const added = await followed.rescan();
  expect(added.map(({ input }) => input)).toEqual(['web/b.log']);
  expect((await drain(added[0]!)).text).toBe('new\n');
  expect(await followed.rescan()).toEqual([]);
});

test('files of the same name in several folders have labels of their own', async () => {
  const folder = logFolder();
  for (const site of ['one', 'two']) {
    mkdirSync(join(folder, site));
    writeFileSync(join(folder, site, 'access.log'), `${site}\n`);
  }
  const followed = await follow(join(folder, '*', 'access.log'));
  expect(followed.sources().map(({ input }) => input)).toEqual(['web/one/access.log', 'web/two/access.log']);
});

test('goes on from its positions, also where only the rotated file is left', async () => {
  const folder = logFolder();
  const path = join(folder, 'a.log');
  writeFileSync(path, 'one\n');
  const pattern = join(folder, '*.log');
  const { position } = await drain((await follow(pattern)).sources()[0]!);
  appendFileSync(path, 'two\n');
  renameSync(path, `${path}.1`);
  const followed = await follow(pattern, { positions: new Map([['web/a.log', position]]) });
  expect(followed.sources().map(({ input }) => input)).toEqual(['web/a.log']);
  expect((await drain(followed.sources()[0]!)).text).toBe('two\n');
});
