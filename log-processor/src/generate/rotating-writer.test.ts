/** The writer must do what makes rotation hard: rename under a reader, and one more write into the renamed file. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRotatingWriter } from './rotating-writer.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidewatch-writer-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('every line is in exactly one file, oldest file first', () => {
  const path = join(folder, 'access.json.log');
  const writer = createRotatingWriter({ path, maxBytes: 40, maxFiles: 100 });
  const lines = Array.from({ length: 50 }, (_, index) => `line ${index} é\n`);
  for (const line of lines) writer.write(line);
  writer.close();
  expect(writer.rotations).toBeGreaterThan(5);
  const ages = Array.from({ length: writer.rotations }, (_, index) => `${path}.${writer.rotations - index}`);
  const present = readdirSync(folder).includes('access.json.log') ? [...ages, path] : ages;
  expect(present.map((file) => readFileSync(file, 'utf8')).join('')).toBe(lines.join(''));
});

test('the write after a rename lands in the renamed file, the next one in a new file', () => {
  const path = join(folder, 'access.json.log');
  const writer = createRotatingWriter({ path, maxBytes: 4, maxFiles: 2 });
  for (const line of ['full\n', 'late\n', 'n\n']) writer.write(line);
  expect(readFileSync(path, 'utf8')).toBe('n\n');
  expect(readFileSync(`${path}.1`, 'utf8')).toBe('full\nlate\n');
  writer.close();
});

test('no more files stay than were asked for', () => {
  const path = join(folder, 'access.json.log');
  const writer = createRotatingWriter({ path, maxBytes: 1, maxFiles: 3 });
  for (let index = 0; index < 20; index += 1) writer.write(`${index}\n`);
  writer.close();
  expect(readdirSync(folder).sort().filter((name) => /\.\d+$/.test(name))).toEqual(['access.json.log.1', 'access.json.log.2', 'access.json.log.3']);
});
