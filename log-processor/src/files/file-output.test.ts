import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Put } from '../record.ts';
import { openSqliteStore } from '../store/sqlite-store.ts';
import { StateRefused, StoreUnavailable } from '../store/store.ts';
import { openFileOutput } from './file-output.ts';
import type { FileOutput } from './file-output.ts';

let parent = '';
let folder = '';
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'tidewatch-files-'));
  folder = join(parent, 'out');
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const read = (kind: string) => readFileSync(join(folder, `${kind}.ndjson`), 'utf8');
const lengthsOf = (puts: readonly Put[]) => new Map(puts.map(([key, value]) => [key.slice('file/'.length), Number(value)]));
const none: ReadonlyMap<string, number> = new Map();

/** As output-files.ts fills the buffer in place. */
function addLine(output: FileOutput, kind: string, line: string): void {
  const buffer = output.bufferOf(kind);
  const text = `${line}\n`;
  buffer.reserve(Buffer.byteLength(text));
  buffer.end += buffer.bytes.write(text, buffer.end);
}

describe('the file output', () => {
  test('appends lines by kind and says the lengths in bytes', async () => {
    const output = await openFileOutput({ folder, lengths: none });
    addLine(output, 'access', '{"path":"/oc\u00e9an"}');
    addLine(output, 'visit', '{}');
    addLine(output, 'access', '{}');
    expect(existsSync(join(folder, 'access.ndjson'))).toBe(false);
    expect(await output.flush()).toEqual([['file/access', '22'], ['file/visit', '3']]);
    expect([read('access'), read('visit')]).toEqual(['{"path":"/océan"}\n{}\n', '{}\n']);
    addLine(output, 'visit', '[]');
    expect(lengthsOf(await output.flush())).toEqual(new Map([['access', 22], ['visit', 6]]));
    await output.close();
    expect([statSync(folder).mode & 0o777, statSync(join(folder, 'visit.ndjson')).mode & 0o777]).toEqual([0o700, 0o600]);
  });

  test('lines that were flushed but not committed are cut off at the next start', async () => {
    const output = await openFileOutput({ folder, lengths: none });
    addLine(output, 'access', 'one');
    const committed = lengthsOf(await output.flush());
    addLine(output, 'access', 'two');
    await output.flush();
    await output.close();
    appendFileSync(join(folder, 'access.ndjson'), 'half a li');
    const again = await openFileOutput({ folder, lengths: committed });
    expect(read('access')).toBe('one\n');
    addLine(again, 'access', 'two again');
    expect(await again.flush()).toEqual([['file/access', '14']]);
    expect(read('access')).toBe('one\ntwo again\n');
    await again.close();
  });

  test.each([
    ['shorter', () => truncateSync(join(folder, 'access.ndjson'), 2), 'found 2 bytes, expected at least the 4'],
    ['missing', () => rmSync(join(folder, 'access.ndjson')), 'found 0 bytes, expected at least the 4'],
  ])('a file that is %s is refused by name, and not touched', async (_name, harm, text) => {
    const output = await openFileOutput({ folder, lengths: none });
    addLine(output, 'access', 'one');
    const committed = lengthsOf(await output.flush());
    await output.close();
    harm();
    const error = await openFileOutput({ folder, lengths: committed }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StateRefused);
    expect(String(error)).toContain(`${join(folder, 'access.ndjson')}: ${text}`);
  });

  test('a file no commit knows of is moved aside, never cut or mixed with', async () => {
    mkdirSync(folder);
    for (const text of ['somebody\'s data', 'more of it']) {
      writeFileSync(join(folder, 'access.ndjson'), text);
      const output = await openFileOutput({ folder, lengths: none });
      addLine(output, 'access', 'one');
      await output.flush();
      expect(output.movedAside.length).toBe(1);
      await output.close();
    }
    expect(readdirSync(folder).sort()).toEqual(['access.ndjson', 'access.ndjson.uncommitted-1', 'access.ndjson.uncommitted-2']);
    expect([read('access'), readFileSync(join(folder, 'access.ndjson.uncommitted-1'), 'utf8')]).toEqual(['one\n', "somebody's data"]);
  });

  test('lines added while the disk is busy go with the next flush', async () => {
    const output = await openFileOutput({ folder, lengths: none });
    addLine(output, 'access', 'x'.repeat(1_000_000));
    const flushing = output.flush();
    addLine(output, 'access', 'later');
    await expect(output.flush()).rejects.toThrow(/under way/);
    expect(await flushing).toEqual([['file/access', '1000001']]);
    expect(await output.flush()).toEqual([['file/access', '1000007']]);
    expect(read('access').endsWith('x\nlater\n')).toBe(true);
    await output.close();
  });

  test.each(['../x', 'a/b', '', 'Access', '.hidden'])('%j names no file', async (kind) => {
    const output = await openFileOutput({ folder, lengths: none });
    addLine(output, kind, 'one');
    await expect(output.flush()).rejects.toThrow(/kind/);
    await output.close();
  });
});

const canMount =
  process.platform === 'linux' &&
  process.getuid?.() === 0 &&
  spawnSync('sh', ['-c', 'd=$(mktemp -d) && mount -t tmpfs tmpfs $d && umount $d; s=$?; rmdir $d; exit $s']).status === 0;

test.skipIf(!canMount)('a full disk loses and doubles nothing, and gives its room back (skipped where tmpfs cannot be mounted)', async () => {
  mkdirSync(folder);
  spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=700', 'tmpfs', folder]);
  try {
    const filler = join(folder, 'filler');
    writeFileSync(filler, Buffer.alloc(600_000));
    const output = await openFileOutput({ folder, lengths: none });
    const lines = Array.from({ length: 700 }, (_, index) => `${String(index).padStart(6, '0')} ${'v'.repeat(1000)}`);
    for (const line of lines.slice(0, 100)) addLine(output, 'access', line);
    addLine(output, 'visit', 'one');
    await output.flush();
    for (const line of lines.slice(100, 600)) addLine(output, 'access', line);
    addLine(output, 'visit', 'two');
    for (let attempt = 0; attempt < 3; attempt += 1) await expect(output.flush()).rejects.toThrow(StoreUnavailable);
    expect(statSync(join(folder, 'access.ndjson')).size).toBe(100 * 1008);
    for (const line of lines.slice(600)) addLine(output, 'access', line);
    rmSync(filler);
    expect(await output.flush()).toEqual([['file/access', String(600 * 1008)], ['file/visit', '8']]); // what the flush was asked for when it first failed
    expect(await output.flush()).toEqual([['file/access', String(700 * 1008)], ['file/visit', '8']]);
    expect(read('access')).toBe(lines.map((line) => `${line}\n`).join(''));
    expect(read('visit')).toBe('one\ntwo\n');
    await output.close();
  } finally {
    spawnSync('umount', ['-l', folder]);
  }
});

test('ten kills -9 between flush and commit: with the state that survives, every line is there once', async () => {
  const urls = ['./file-output.ts', '../store/sqlite-store.ts'].map((path) => JSON.stringify(new URL(path, import.meta.url).href));
  const path = join(parent, 'state.db');
  const code = `
    import { openFileOutput } from ${urls[0]!}; import { openSqliteStore } from ${urls[1]!};
    const addLine = ${addLine.toString()};
    const store = openSqliteStore({ path: ${JSON.stringify(path)} });
    const lengths = new Map([...store.scan('file/')].map(([key, value]) => [key.slice(5), Number(value)]));
    const output = await openFileOutput({ folder: ${JSON.stringify(folder)}, lengths });
    for (let n = store.head; ; n += 1) {
      for (let i = 0; i < 20; i += 1) addLine(output, 'access', n + '.' + i);
      await store.commit({ expectedHead: n, puts: await output.flush(), bodies: [], delivered: [] });
      process.stdout.write('.');
    }`;
  let heads = 0;
  for (let kill = 0; kill < 10; kill += 1) {
    const child = spawn(process.execPath, ['--input-type=module-typescript', '--no-warnings', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
    const exit = once(child, 'exit');
    try {
      await Promise.race([once(child.stdout, 'data'), exit]);
      await new Promise((resolve) => setTimeout(resolve, (kill * 11) % 40));
    } finally {
      child.kill('SIGKILL');
      await exit;
    }
    const store = openSqliteStore({ path });
    const lengths = new Map([...store.scan('file/')].map(([key, value]) => [key.slice(5), Number(value)]));
    await (await openFileOutput({ folder, lengths })).close();
    const expected = Array.from({ length: store.head * 20 }, (_, index) => `${Math.floor(index / 20)}.${index % 20}\n`).join('');
    expect(read('access')).toBe(expected);
    expect(store.head).toBeGreaterThan(heads);
    heads = store.head;
    store.close();
  }
});
