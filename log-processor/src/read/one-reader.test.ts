import { appendFileSync, linkSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { FollowedFile } from './follow-options.ts';
import { openFollowedGlob } from './follow-glob.ts';
import type { FollowedGlob } from './follow-glob.ts';
import { InputsOverlap, OneReader } from './one-reader.ts';
import { drain, identityKey, logFolder } from './test/log-folder.ts';

/** Opens inputs as the processor does; the last one's glob is answered. */
async function open(...inputs: readonly (readonly [name: string, pattern: string])[]): Promise<{ once: OneReader; glob: FollowedGlob; sources: () => FollowedFile[] }> {
  const globs: FollowedGlob[] = [];
  const sources = (): FollowedFile[] => globs.flatMap((glob) => [...glob.sources()]);
  const once = new OneReader(sources);
  onTestFinished(async () => {
    for (const source of sources()) await source.close();
  });
  for (const [input, pattern] of inputs) globs.push(await openFollowedGlob({ input, pattern, startAt: 'beginning', identityKey, positions: new Map(), isFree: (path) => once.isFree(input, path) }));
  once.started();
  const glob = globs.at(-1);
  if (glob === undefined) throw new Error('no input');
  return { once, glob, sources };
}

const labels = (sources: readonly FollowedFile[]): string[] => sources.map(({ input }) => input);

test.each([
  ['a path and a glob', ['access.log', '*.log']],
  ['two globs', ['acc*.log', '*ess.log']],
  ['a path and a symbolic link to it', ['access.log', 'soft']],
  ['a path and a hard link to it', ['access.log', 'hard']],
  ['one path written in two ways', ['access.log', './access.log']],
  ['a path and its rotated file', ['access.log', 'access.log.1']],
])('two inputs that name one file are refused: %s', async (_what, [first = '', second = '']) => {
  const folder = logFolder();
  writeFileSync(join(folder, 'access.log'), 'one\n');
  writeFileSync(join(folder, 'access.log.1'), 'older\n');
  symlinkSync('access.log', join(folder, 'soft'));
  linkSync(join(folder, 'access.log'), join(folder, 'hard'));
  const refused = open(['a', join(folder, first)], ['b', `${folder}/${second}`]);
  await expect(refused).rejects.toThrow(InputsOverlap);
  await expect(refused).rejects.toThrow(/inputs "a" and "b" .*access\.log/);
});

test('inputs that only lie side by side are read', async () => {
  const folder = logFolder();
  for (const name of ['a.log', 'b.log', 'a.log.1']) writeFileSync(join(folder, name), `${name}\n`);
  const { sources } = await open(['a', join(folder, 'a.log')], ['b', join(folder, 'b*.log')], ['c', join(folder, 'not-yet.log')]);
  expect(labels(sources())).toEqual(['a', 'b/b.log', 'c']);
});

test('within one glob a file and its links are one input, by the name of the file', async () => {
  const folder = logFolder();
  writeFileSync(join(folder, 'site-a.log'), 'one\n');
  symlinkSync('site-a.log', join(folder, 'current.log'));
  const { glob } = await open(['web', join(folder, '*.log')]);
  expect(labels(glob.sources())).toEqual(['web/site-a.log']);
  writeFileSync(join(folder, 'site-b.log'), 'two\n');
  rmSync(join(folder, 'current.log'));
  symlinkSync('site-b.log', join(folder, 'current.log'));
  expect(labels(await glob.rescan())).toEqual(['web/site-b.log']);
  expect(await glob.rescan()).toEqual([]);
  expect((await drain(glob.sources()[1]!)).text).toBe('two\n');
});

test('a followed file that is renamed to another name of the glob is not read again, and the new one is', async () => {
  const folder = logFolder();
  const path = join(folder, 'access.log');
  writeFileSync(path, 'one\n');
  const { glob, sources } = await open(['web', join(folder, '*.log')]);
  expect((await drain(sources()[0]!)).text).toBe('one\n');
  renameSync(path, join(folder, 'monday.log'));
  writeFileSync(path, 'two\n');
  appendFileSync(join(folder, 'monday.log'), 'late\n');
  expect(await glob.rescan()).toEqual([]);
  expect((await drain(sources()[0]!)).text).toBe('late\ntwo\n');
  await sources()[0]!.close();
  expect(await glob.rescan()).toEqual([]);
});

test('an input that meets the file of another one later leaves it alone and says so', async () => {
  const folder = logFolder();
  writeFileSync(join(folder, 'a.log'), 'one\n');
  const { once, glob } = await open(['a', join(folder, 'a.log')], ['b', join(folder, 'b*.log')]);
  expect(once.problems()).toEqual([]);
  symlinkSync('a.log', join(folder, 'b1.log'));
  expect(await glob.rescan()).toEqual([]);
  expect(once.problems().join()).toMatch(/inputs "a" and "b" .*b1\.log/);
});
