import { createWriteStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip, gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openFinishedFile } from './finished-file.ts';
import type { FinishedOptions } from './finished-file.ts';
import { PositionRefused } from './position-refused.ts';
import type { Source } from './source.ts';
import { drain, identityKey, logFolder } from './test/log-folder.ts';

async function open(path: string, options: Partial<FinishedOptions> = {}): Promise<Source> {
  const source = await openFinishedFile({ input: 'old', path, position: null, identityKey, ...options });
  onTestFinished(() => source.close());
  return source;
}

const lines = Array.from({ length: 3000 }, (_, line) => `line ${line} ${'.'.repeat(line % 80)}\n`);
const text = lines.join('');

describe.each([
  ['plain', (content: string) => Buffer.from(content)],
  ['gzip', (content: string) => gzipSync(content)],
  ['gzip in two members', (content: string) => Buffer.concat([gzipSync(content.slice(0, 5001)), gzipSync(content.slice(5001))])],
])('a finished %s file', (_, encode) => {
  test('is read whole whatever its name is, and is finished', async () => {
    const path = join(logFolder(), 'any.name');
    writeFileSync(path, encode(text));
    const source = await open(path);
    expect(source.lagBytes()).toBeGreaterThan(0);
    const all = await drain(source, 4096);
    expect(all).toMatchObject({ text, state: 'finished', lost: [] });
    expect(source.lagBytes()).toBe(0);
    expect(await drain(source)).toMatchObject({ text: '', state: 'finished', lost: [] });
  });

  test('goes on after a restart at any chunk', async () => {
    const path = join(logFolder(), 'access.log');
    writeFileSync(path, encode(text));
    const source = await open(path);
    let read = '';
    for (let chunks = 0; chunks < 7; chunks += 1) {
      const chunk = await source.read(9000);
      read += chunk.bytes.toString();
      const rest = await drain(await open(path, { position: chunk.position }), 50_000);
      expect(read + rest.text).toBe(text);
    }
  });

  test('gets an end for its last line, and may be empty', async () => {
    const folder = logFolder();
    writeFileSync(join(folder, 'a'), encode('one\ntwo'));
    writeFileSync(join(folder, 'b'), encode(''));
    expect((await drain(await open(join(folder, 'a')))).text).toBe('one\ntwo\n');
    expect(await drain(await open(join(folder, 'b')))).toMatchObject({ text: '', state: 'finished' });
  });

  test('is read without the byte order mark at its start; one in another place is a byte of its line', async () => {
    const path = join(logFolder(), 'access.log');
    writeFileSync(path, encode(`\ufeff${text}\ufefflast\n`));
    const source = await open(path);
    const first = await source.read(4096);
    const rest = await drain(await open(path, { position: first.position }));
    expect(first.bytes.toString() + rest.text).toBe(`${text}\ufefflast\n`);
  });

  test('refuses the position of another file and a foreign one', async () => {
    const folder = logFolder();
    writeFileSync(join(folder, 'a'), encode(text));
    writeFileSync(join(folder, 'b'), encode(`other ${text}`));
    const { position } = await drain(await open(join(folder, 'a')));
    await expect(open(join(folder, 'b'), { position })).rejects.toThrow(PositionRefused);
    await expect(open(join(folder, 'a'), { position: '{"version":1,"files":[]}' })).rejects.toThrow(PositionRefused);
  });
});

test('a gzip file that was cut off gives what is readable and reports the rest (R17)', async () => {
  const path = join(logFolder(), 'cut.gz');
  const whole = gzipSync(text);
  writeFileSync(path, whole.subarray(0, Math.floor(whole.length / 2)));
  const { text: readable, lost, state } = await drain(await open(path));
  expect(state).toBe('finished');
  expect(readable.length).toBeGreaterThan(text.length / 4);
  expect(text.startsWith(readable.slice(0, -1))).toBe(true);
  expect(lost).toMatchObject([{ reason: 'unreadable' }]);
  expect(lost[0]!.bytes).toBeGreaterThan(0);
});

test('a gzip file with damage in the middle gives what is before it and reports the rest (R17)', async () => {
  const path = join(logFolder(), 'damaged.gz');
  const noise = Array.from({ length: 20_000 }, (_, line) => `${(line * 2_654_435_761) % 4_294_967_296}\n`).join('');
  const whole = gzipSync(noise);
  whole.fill(0xff, Math.floor(whole.length / 2), Math.floor(whole.length / 2) + 64);
  writeFileSync(path, whole);
  const { text: readable, lost } = await drain(await open(path));
  expect(readable.length).toBeGreaterThan(noise.length / 4);
  expect(noise.startsWith(readable.slice(0, 10_000))).toBe(true);
  expect(lost).toMatchObject([{ reason: 'unreadable' }]);
  expect(lost[0]!.bytes).toBeGreaterThan(0);
});

test('a gzip bomb and a line of 100 MiB cost no memory (R17, R21)', async () => {
  const path = join(logFolder(), 'bomb.gz');
  const block = Buffer.alloc(1 << 20, 'x');
  const bomb = Array.from({ length: 100 }, () => block);
  await pipeline(Readable.from(['first\n', ...bomb, '\nlast\n']), createGzip({ level: 1 }), createWriteStream(path));
  const source = await open(path);
  const before = process.memoryUsage().rss;
  let highest = 0;
  let read = 0;
  let last = '';
  for (;;) {
    const chunk = await source.read(65_536);
    highest = Math.max(highest, process.memoryUsage().rss);
    read += chunk.bytes.length;
    if (chunk.bytes.length > 0) last = chunk.bytes.subarray(-5).toString();
    if (chunk.state === 'finished') break;
  }
  expect(read).toBe('first\n'.length + 262_145 + 1 + 'last\n'.length);
  expect(last).toBe('last\n');
  expect(highest - before).toBeLessThan(60 * 1024 * 1024);
});

test('a path that is no file is an error that names it', async () => {
  const folder = logFolder();
  await expect(open(join(folder, 'missing'))).rejects.toThrow('missing');
  await expect(open(folder)).rejects.toThrow(folder);
});
