import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { findCopies } from './same-log.ts';
import { logFolder } from './test/log-folder.ts';

const lines = (from: number, to: number): string => Array.from({ length: to - from }, (_, index) => `line ${from + index} ${'x'.repeat(90)}\n`).join('');
const whole = lines(0, 9000); // more than one block

function files(contents: Readonly<Record<string, string | Buffer>>): string[] {
  const folder = logFolder();
  return Object.entries(contents).map(([name, content]) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  });
}

test('a file and its gz are one log', async () => {
  const paths = files({ 'other.log': lines(1, 50), 'c.log': whole, 'c.log.gz': gzipSync(whole) });
  expect(await findCopies(paths)).toEqual(paths.slice(1));
});

test('so are a file and a copy made earlier, in any order, and one that was cut within a line', async () => {
  for (const contents of [{ a: whole, b: lines(0, 5) }, { a: lines(0, 5), b: whole }, { a: whole, b: whole.slice(0, 500_001) }]) {
    const paths = files(contents);
    expect(await findCopies(paths)).toEqual(paths);
  }
});

test('generations of one log are not, nor are logs that begin alike and differ later, nor empty files', async () => {
  expect(await findCopies(files({ 'a.log': lines(500, 900), 'a.log.1': lines(200, 500), 'a.log.2.gz': gzipSync(lines(0, 200)), 'b.log': '', 'c.log': '' }))).toBeNull();
  expect(await findCopies(files({ a: whole, b: lines(0, 8999) + 'line of another machine\n' }))).toBeNull();
});
