/** A finished file that is damaged is read as far as it goes, and the end of the run says so in words and by an exit code of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { jsonLine } from './road-run.ts';

const home = mkdtempSync(join(tmpdir(), 'damaged-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const startMs = Date.UTC(2026, 8, 15, 10);
const lines = Array.from({ length: 3000 }, (_, index) => `${jsonLine(startMs + index * 500, { request_uri: `/page-${index % 97}`, bytes_sent: String(index * 7919) })}\n`).join('');
const whole = gzipSync(lines);
const cut = join(home, 'cut.json.gz');
writeFileSync(cut, whole.subarray(0, whole.length - 2000));
writeFileSync(join(home, 'whole.json.gz'), whole);
writeFileSync(join(home, 'run.yaml'), `inputs: [{ name: old, path: ${cut}, start_at: beginning }]\nlisten_port: 0\n`);

async function tidewatch(words: readonly string[], endAt?: RegExp): Promise<{ code: unknown; said: string }> {
  const main = join(import.meta.dirname, '..', 'src', 'main.ts');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...words], { cwd: home, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  if (endAt !== undefined) {
    const look = setInterval(() => {
      const port = endAt.exec(said)?.[1];
      if (port === undefined) return;
      clearInterval(look);
      void untilLost(port).finally(() => child.kill('SIGTERM'));
    }, 50);
  }
  const ended: unknown[] = await once(child, 'exit');
  return { code: ended[0], said };
}

async function untilLost(port: string): Promise<void> {
  for (let look = 0; look < 200; look += 1) {
    const text = await fetch(`http://127.0.0.1:${port}/metrics`).then((answer) => answer.text());
    if (/^logproc_lost_bytes_total\{reason="unreadable"\} [1-9]/m.test(text)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const readIn = (said: string): number => Number((/read ([\d,]+) =/.exec(said)?.[1] ?? '0').replaceAll(',', ''));

test('start: everything before the damage is counted, and the exit code is 3', { timeout: 60_000 }, async () => {
  const { code, said } = await tidewatch(['start', cut]);
  expect(said).toContain(`an input is damaged or was cut short; every line that could be read is counted, and the exit code is 3: ${cut} (`);
  expect(readIn(said)).toBeGreaterThan(1000);
  expect(readIn(said)).toBeLessThan(3001);
  expect(code).toBe(3);
});

test('start: a whole file ends with 0', { timeout: 60_000 }, async () => {
  const { code, said } = await tidewatch(['start', join(home, 'whole.json.gz')]);
  expect(readIn(said)).toBe(3000);
  expect(said).not.toContain('an input is damaged');
  expect(code).toBe(0);
});

test('run: the same when it is stopped', { timeout: 60_000 }, async () => {
  const { code, said } = await tidewatch(['run', '--config', 'run.yaml'], /"metrics":"http:\/\/127\.0\.0\.1:(\d+)/);
  expect(said).toMatch(/an input is damaged or was cut short.*"inputs":"old \(/);
  expect(code).toBe(3);
});

test('start: a file and its gz are refused, because every line would count twice; generations of one log are read', { timeout: 60_000 }, async () => {
  writeFileSync(join(home, 'whole.json'), lines);
  const twice = await tidewatch(['start', join(home, 'whole.json'), join(home, 'whole.json.gz')]);
  expect(twice).toMatchObject({ code: 2, said: expect.stringContaining('one is a copy of the other') as string });
  writeFileSync(join(home, 'access.json'), '');
  writeFileSync(join(home, 'access.json.1'), lines.slice(lines.length / 2 - 10));
  const generations = await tidewatch(['start', join(home, 'access.json'), join(home, 'access.json.1'), cut]);
  expect([readIn(generations.said) > 2500, generations.code]).toEqual([true, 3]);
  const empty = await tidewatch(['start', join(home, 'access.json')]);
  expect(empty).toMatchObject({ code: 2, said: expect.stringContaining('is empty; expected at least one line') as string });
});
