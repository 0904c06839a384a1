/** What is deleted is read, committed and in a receipt, or too old; nothing else ever is. */
import { appendFileSync, existsSync, mkdirSync, readdirSync, renameSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { deleteRawLogs } from './delete-raw-logs.ts';
import { openFollowedFile } from './follow-file.ts';
import type { FollowedFile } from './follow-options.ts';
import { drain, identityKey, logFolder } from './test/log-folder.ts';

const hourMs = 3_600_000;
const nowMs = Date.parse('2026-11-28T12:00:00Z');

/** Followed from the first line on: three generations, of 10, 6 and 2 hours ago, and the current file. */
async function generations(): Promise<{ folder: string; path: string; source: FollowedFile }> {
  const folder = logFolder();
  const path = join(folder, 'access.log');
  writeFileSync(path, '');
  const source = await follow(path);
  await drain(source);
  for (const [name, hours] of [['access.log-20261128-020000', 10], ['access.log-20261128-060000', 6], ['access.log-20261128-100000', 2]] as const) {
    appendFileSync(path, `line of ${hours} hours ago\n`);
    age(path, hours);
    renameSync(path, join(folder, name));
    writeFileSync(path, '');
  }
  appendFileSync(path, 'line of 0 hours ago\n');
  age(path, 0);
  return { folder, path, source };
}
const age = (path: string, hours: number): void => utimesSync(path, (nowMs - hours * hourMs) / 1000, (nowMs - hours * hourMs) / 1000);

const follow = (path: string, position: string | null = null): Promise<FollowedFile> =>
  openFollowedFile({ input: 'nginx', path, position, startAt: 'beginning', identityKey, graceMs: 0 });

const all = { sinceMs: -Infinity, receiptsUntilMs: Infinity, oldestMs: -Infinity };

test('before anything is committed, nothing is deleted however often one looks', async () => {
  const { folder, path, source } = await generations();
  await source.close();
  expect(await deleteRawLogs({ input: 'nginx', path, position: null, ...all })).toEqual([]);
  expect(readdirSync(folder)).toHaveLength(4);
});

test('what is read and committed goes once the receipts of its days are written; the current file stays', async () => {
  const { folder, path, source } = await generations();
  const { position, text } = await drain(source);
  expect(text.split('\n')).toHaveLength(5);
  expect(await deleteRawLogs({ input: 'nginx', path, position, sinceMs: -Infinity, receiptsUntilMs: nowMs - 5 * hourMs, oldestMs: -Infinity })).toEqual([join(folder, 'access.log-20261128-020000'), join(folder, 'access.log-20261128-060000')]);
  await deleteRawLogs({ input: 'nginx', path, position, ...all });
  expect(existsSync(path)).toBe(true);
  appendFileSync(path, 'and on it goes\n');
  expect(await drain(source)).toMatchObject({ text: 'and on it goes\n', lost: [] });
  await source.close();
});

test('what was there before the path was followed stays until it is too old: nobody read it', async () => {
  const { folder, path, source } = await generations();
  const { position } = await drain(source);
  await source.close();
  const options = { input: 'nginx', path, position, sinceMs: nowMs - 7 * hourMs, receiptsUntilMs: nowMs };
  expect(await deleteRawLogs({ ...options, oldestMs: nowMs - 48 * hourMs })).toEqual(['access.log-20261128-060000', 'access.log-20261128-100000'].map((name) => join(folder, name)));
  expect(await deleteRawLogs({ ...options, oldestMs: nowMs - 9 * hourMs })).toEqual([join(folder, 'access.log-20261128-020000')]);
});

test('what is read but not committed stays: a crash would read it again', async () => {
  const { folder, path, source } = await generations();
  const first = await source.read(10); // the first generation only
  await drain(source);
  await source.close();
  await deleteRawLogs({ input: 'nginx', path, position: first.position, ...all });
  expect(readdirSync(folder).filter((name) => name !== 'access.log-20261128-020000')).toHaveLength(3);
  const again = await follow(path, first.position);
  expect((await drain(again)).text).toBe('line of 6 hours ago\nline of 2 hours ago\nline of 0 hours ago\n');
  await again.close();
});

test('a file that grew after it was committed stays until the rest is committed too', async () => {
  const { folder, path, source } = await generations();
  const { position } = await drain(source);
  appendFileSync(join(folder, 'access.log-20261128-100000'), 'a late line of an old worker\n');
  age(join(folder, 'access.log-20261128-100000'), 2);
  expect(await deleteRawLogs({ input: 'nginx', path, position, ...all })).toEqual(['access.log-20261128-020000', 'access.log-20261128-060000'].map((name) => join(folder, name)));
  await source.close();
});

test('what is too old goes although nobody read it, and the reader counts it as lost', async () => {
  const { folder, path, source } = await generations();
  const first = await source.read(10);
  await source.close();
  writeFileSync(join(folder, 'access.log-20261128-060000'), 'half read\nnot read\n');
  age(join(folder, 'access.log-20261128-060000'), 6);
  const half = await follow(path, first.position);
  const place = await half.read(10);
  await half.close();
  await deleteRawLogs({ input: 'nginx', path, position: place.position, sinceMs: -Infinity, receiptsUntilMs: -Infinity, oldestMs: nowMs - 5 * hourMs });
  const rest = await follow(path, place.position);
  const { text, lost } = await drain(rest);
  expect([text, lost.reduce((sum, { bytes }) => sum + bytes, 0) > 0]).toEqual(['line of 2 hours ago\nline of 0 hours ago\n', true]);
  await rest.close();
});

test('a file also goes once its first line is too old, unless it was changed so lately that its reader may still want it', async () => {
  const { folder, path, source } = await generations();
  await source.close();
  const [spread, fresh] = [join(folder, 'access.log-20261128-060000'), join(folder, 'access.log-20261128-100000')];
  for (const [file, hours] of [[spread, 6], [fresh, 2]] as const) {
    writeFileSync(file, `torn\nline of 30 hours ago\nline of ${hours} hours ago\n`);
    age(file, hours);
  }
  const hoursOf = (line: Buffer): number | null => {
    const hours = /^line of (\d+) hours ago$/.exec(line.toString())?.[1];
    return hours === undefined ? null : nowMs - Number(hours) * hourMs;
  };
  const options = { input: 'nginx', path, position: null, sinceMs: -Infinity, receiptsUntilMs: -Infinity, oldestMs: nowMs - 11 * hourMs };
  expect(await deleteRawLogs(options)).toEqual([]);
  expect(await deleteRawLogs({ ...options, firstLine: { timeMsOf: hoursOf, restedMs: nowMs - 5 * hourMs } })).toEqual([spread]);
  expect(readdirSync(folder)).toEqual(['access.log', 'access.log-20261128-020000', 'access.log-20261128-100000']);
});

test('a link among the generations is neither followed nor removed, and no other file of the folder is touched', async () => {
  const { folder, path, source } = await generations();
  await source.close();
  mkdirSync(join(folder, 'elsewhere'));
  writeFileSync(join(folder, 'elsewhere', 'precious'), 'precious\n');
  age(join(folder, 'elsewhere', 'precious'), 99);
  symlinkSync(join(folder, 'elsewhere', 'precious'), join(folder, 'access.log-20261127-000000'));
  writeFileSync(join(folder, 'error.log-20261101-000000'), 'not ours\n');
  age(join(folder, 'error.log-20261101-000000'), 99);
  await deleteRawLogs({ input: 'nginx', path, position: null, sinceMs: -Infinity, receiptsUntilMs: Infinity, oldestMs: nowMs });
  expect(readdirSync(folder).sort()).toEqual(['access.log', 'access.log-20261127-000000', 'elsewhere', 'error.log-20261101-000000']);
  expect(existsSync(join(folder, 'elsewhere', 'precious'))).toBe(true);
});

test('without a rotation there is nothing to delete, and a missing folder is no trouble', async () => {
  const folder = logFolder();
  expect(await deleteRawLogs({ input: 'nginx', path: join(folder, 'none', 'access.log'), position: null, ...all })).toEqual([]);
  writeFileSync(join(folder, 'access.log'), 'x\n');
  renameSync(join(folder, 'access.log'), join(folder, 'access.log'));
  expect(await deleteRawLogs({ input: 'nginx', path: join(folder, 'access.log'), position: null, sinceMs: -Infinity, receiptsUntilMs: Infinity, oldestMs: Infinity })).toEqual([]);
});
