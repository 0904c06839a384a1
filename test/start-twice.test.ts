/** Two people, or one in two windows, may start the demo in the same folder: the second must not take the first one's files away. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const bin = resolve(import.meta.dirname, '../log-processor/bin/tidewatch.mjs');

function start(folder: string, ...options: string[]) {
  const child = spawn(process.execPath, [bin, 'start', ...options], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const waiting: { words: string; found: () => void }[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (piece: Buffer) => {
      said += piece.toString();
      for (const { words, found } of waiting) if (said.includes(words)) found();
    });
  }
  const ended = new Promise<{ code: number | null; said: string }>((done) => child.once('close', (code) => done({ code, said })));
  const says = async (words: string): Promise<void> => {
    await Promise.race([new Promise<void>((found) => waiting.push({ words, found })), ended]);
    expect(said).toContain(words);
  };
  return { child, ended, says };
}

test('a second start is refused, and the first goes on, ends in order and balances', { timeout: 180_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-twice-'));
  const first = start(folder, '--port', '0');
  try {
    await first.says('live page http://127.0.0.1:');
    const second = await start(folder, '--port', '0').ended;
    expect(second).toMatchObject({ code: 2, said: expect.stringContaining('in use by another start') as string });
    for (const kept of ['access.json.log', 'lines', 'state/state.db', 'keys/identity.key']) expect(existsSync(join(folder, '.tidewatch/demo', kept)), kept).toBe(true);
    first.child.kill('SIGINT');
    const { code, said } = await first.ended;
    expect({ code, balanced: (said.match(/ {3}balanced/g) ?? []).length }).toEqual({ code: 0, balanced: 2 });
  } finally {
    first.child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
});
