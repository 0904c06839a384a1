import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { oldestLineMs } from './oldest-line.ts';

let folder = '';
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'tidewatch-oldest-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const timeMsOf = (line: Buffer): number | null => (/^\d+/.test(line.toString()) ? Number.parseInt(line.toString(), 10) : null);
const put = (name: string, content: string | Buffer): void => writeFileSync(join(folder, name), content);

test('the oldest first line counts, wherever it lies: in the log, in a rotated file or in a gz', async () => {
  const path = join(folder, 'access.log');
  expect(await oldestLineMs(path, timeMsOf)).toBeNull();
  put('access.log', '3000 c\n4000 d\n');
  expect(await oldestLineMs(path, timeMsOf)).toBe(3000);
  put('access.log.1', 'torn\n2000 b\n');
  expect(await oldestLineMs(path, timeMsOf)).toBe(2000);
  put('access.log.2.gz', gzipSync('1000 a\n1500 b\n'));
  expect(await oldestLineMs(path, timeMsOf)).toBe(1000);
});

test('files without a readable line, other files and broken gz files do not count', async () => {
  put('access.log', '3000 c\n');
  put('access.log.1', '');
  put('access.log.2.gz', Buffer.from([0x1f, 0x8b, 1, 2, 3]));
  put('other.log.1', '1 x\n');
  expect(await oldestLineMs(join(folder, 'access.log'), timeMsOf)).toBe(3000);
});
