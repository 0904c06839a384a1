/** A raw log whose age cannot be read is no young one, and a copy beside it is one as well. */
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { rawLogAges } from './raw-log-ages.ts';
import { parseConfig } from './config.ts';

const hourMs = 3_600_000;
const nowMs = Date.UTC(2026, 10, 28, 12);
const lineTimeMs = Date.UTC(2026, 8, 14, 10);
const line = '192.0.2.7 - - [14/Sep/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 500 "-" "-"\n';
/** More than is looked at for a line with a time. */
const garbage = `${'no time '.repeat(10)}\n`.repeat(1000);

test('copies, foreign compression and garbage are told by what their lines or their last change say', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-ages-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, text: string, changedMs: number): void => {
    writeFileSync(join(folder, name), text);
    utimesSync(join(folder, name), changedMs / 1000, changedMs / 1000);
  };
  write('access.log', garbage, nowMs - hourMs); // young or old, nobody knows
  write('access.log.1', garbage + line, nowMs - 216 * hourMs);
  write('access.log.2.xz', 'not to be read', nowMs - 300 * hourMs);
  write('access.log.3', '', nowMs - 300 * hourMs); // empty: no address in it
  write('access.log.bak', line, nowMs);
  write('access.log.notes', 'what I saw in there', nowMs - 300 * hourMs);
  const { inputs } = parseConfig(JSON.stringify({ inputs: [{ name: 'main', path: join(folder, 'access.log'), format: 'combined', site: 'one' }], sites: [{ name: 'one' }] }), 'test');
  const ages = await rawLogAges({ inputs }, nowMs - 48 * hourMs);
  expect(Object.fromEntries(ages.map(({ path, oldestMs }) => [path.slice(folder.length + 1), oldestMs]))).toEqual({
    'access.log': null,
    'access.log.1': nowMs - 216 * hourMs,
    'access.log.2.xz': nowMs - 300 * hourMs,
    'access.log.bak': lineTimeMs,
  });
});
