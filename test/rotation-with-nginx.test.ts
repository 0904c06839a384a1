/** Rotation as it happens: a real nginx, mv and USR1, Debian's logrotate, renaming and copying, while requests go on; every line is counted once. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findServer } from '../tools/find-server.ts';
import { isObject } from './loki-contents.ts';
import { startNginx } from './nginx-server.ts';
import type { NginxServer } from './nginx-server.ts';
import { readMetrics, startProcessor, total } from './processor-process.ts';
import type { ProcessorProcess } from './processor-process.ts';

const nginxPath = findServer('nginx');
const logrotatePath = findServer('logrotate');
/** On CI a missing program fails at its start instead. */
const skip = (nginxPath === null || logrotatePath === null) && process.env.CI !== 'true';
if (skip) process.stderr.write('SKIPPED: rotation with a real nginx (no nginx or no logrotate)\n');
const run = promisify(execFile);

/** One request after the other; nginx writes milliseconds, so each line has one of its own. */
const paceMs = 3;

describe.skipIf(skip)('a real nginx whose log is rotated', () => {
  let folder: string;
  let nginx: NginxServer;
  let processor: ProcessorProcess;

  const start = (): ProcessorProcess =>
    startProcessor({
      folder,
      settings: {
        output: 'files',
        files_folder: join(folder, 'lines'),
        commit_interval_milliseconds: 100,
        inputs: [{ name: 'main', path: nginx.logPath, start_at: 'beginning' }],
      },
    });
  const logFolder = (): string => dirname(nginx.logPath);
  const reopen = (): void => void process.kill(Number(readFileSync(join(logFolder(), 'nginx.pid'), 'utf8')), 'SIGUSR1');
  /** Requests until told to stop; answers how many were answered. */
  const asking = (): { stop(): Promise<number> } => {
    let [going, answered] = [true, 0];
    const end = (async () => {
      while (going) {
        await nginx.send('GET /page HTTP/1.0\r\n\r\n');
        answered += 1;
        await sleep(paceMs);
      }
    })();
    return {
      stop: async () => {
        going = false;
        await end;
        return answered;
      },
    };
  };
  const linesOf = (bytes: Buffer): string[] => bytes.toString().split('\n').filter((line) => line !== '');
  /** `$msec` of every line of the log and of what was rotated away, in no order. */
  const written = (): string[] =>
    readdirSync(logFolder())
      .filter((name) => name.startsWith('access.json.log'))
      .map((name) => ({ name, bytes: readFileSync(join(logFolder(), name)) }))
      .flatMap(({ name, bytes }) => linesOf(name.endsWith('.gz') ? gunzipSync(bytes) : bytes))
      .map((line) => String(field(line, 'msec')).replace('.', ''))
      .sort();
  /** Times of the lines that were delivered: milliseconds, and the number of the line. */
  const deliveredFile = (): string => join(folder, 'lines', 'access.ndjson');
  const delivered = (): { msec: string; number: number }[] =>
    linesOf(existsSync(deliveredFile()) ? readFileSync(deliveredFile()) : Buffer.alloc(0)).map((line) => {
      const time = String(field(line, 'time')); // 2026-01-31T12:00:00.123000001Z
      return { msec: String(Date.parse(`${time.slice(0, 23)}Z`)), number: Number(time.slice(23, 29)) };
    });
  const lost = async (): Promise<number> => total(await readMetrics(await processor.url()), 'logproc_lost_bytes_total');

  async function readAll(lines: number): Promise<void> {
    const url = await processor.url();
    const deadline = Date.now() + 20_000;
    let read = 0;
    while (read < lines && Date.now() < deadline) {
      await sleep(100);
      read = total(await readMetrics(url), 'logproc_lines_read_total');
    }
    await sleep(1000); // time for a line that would be one too many
    expect(total(await readMetrics(url), 'logproc_lines_read_total')).toBe(lines);
  }
  async function expectEveryLineOnce(): Promise<void> {
    const expected = written();
    expect(new Set(expected).size).toBe(expected.length); // else times could not tell lines apart
    await readAll(expected.length);
    // Not sorted: the file holds them in the order they were read, and that is the order they were written.
    expect(delivered().map(({ msec }) => msec)).toEqual(expected);
    expect(delivered().map(({ number }) => number)).toEqual(expected.map((_, index) => index + 1));
    expect(await lost()).toBe(0);
  }
  /** Everything that was delivered when the line of this time was, and a second later. */
  async function deliveredUpTo(last: string): Promise<string[]> {
    const deadline = Date.now() + 20_000;
    while (delivered().at(-1)?.msec !== last && Date.now() < deadline) await sleep(100);
    await sleep(1000);
    const found = delivered().map(({ msec }) => msec);
    expect(found.at(-1)).toBe(last);
    return found;
  }
  /** One turn of logrotate with these directives, forced. */
  async function logrotate(directives: string, keep = 9): Promise<void> {
    const config = join(folder, 'logrotate.conf');
    writeFileSync(config, `"${nginx.logPath}" {\n  rotate ${keep}\n  missingok\n  ${directives}\n}\n`, { mode: 0o644 });
    await run(logrotatePath ?? '', ['--force', '--state', join(folder, 'logrotate.state'), config]);
  }
  const reopening = (late: string): string => `nocreate\n  postrotate\n    ${late}kill -USR1 $(cat ${join(logFolder(), 'nginx.pid')})\n  endscript`;
  const renaming = (): string => `compress\n  delaycompress\n  ${reopening('sleep 0.3; ')}`;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tidewatch-rotation-'));
    nginx = await startNginx(nginxPath ?? '');
    processor = start();
    await processor.url();
  });
  afterEach(async () => {
    await processor.kill();
    await nginx.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('R01: mv, and USR1 only half a second later, twice', async () => {
    const traffic = asking();
    for (const name of ['access.json.log.2', 'access.json.log.1']) {
      await sleep(600);
      renameSync(nginx.logPath, join(logFolder(), name));
      const before = readFileSync(join(logFolder(), name)).length;
      await sleep(500);
      expect(readFileSync(join(logFolder(), name)).length).toBeGreaterThan(before); // nginx goes on in the renamed file
      reopen();
    }
    await sleep(600);
    const answered = await traffic.stop();
    await expect.poll(written, { timeout: 30_000 }).toHaveLength(answered + 1); // and the hello of the start
    await expectEveryLineOnce();
  });

  test('logrotate renames and compresses, three times while it runs and twice while the processor is down', async () => {
    const traffic = asking();
    for (let turn = 0; turn < 5; turn += 1) {
      await sleep(400);
      if (turn === 3) await processor.kill();
      await logrotate(renaming());
    }
    await sleep(300);
    processor = start();
    await sleep(300);
    const answered = await traffic.stop();
    expect(readdirSync(logFolder()).filter((name) => name.endsWith('.gz')).length).toBe(4);
    await expect.poll(written, { timeout: 30_000 }).toHaveLength(answered + 1);
    await expectEveryLineOnce();
  });

  test('R02: fifty rotations within seconds, while the processor stands still, cost no line as long as the files are there', async () => {
    const traffic = asking();
    await expect.poll(() => delivered().length, { timeout: 30_000 }).toBeGreaterThan(0); // it is up, and reads
    for (let turn = 0; turn < 50; turn += 1) {
      if (turn === 5) process.kill(processor.pid, 'SIGSTOP');
      await logrotate(reopening(''), 99);
    }
    process.kill(processor.pid, 'SIGCONT');
    await sleep(300);
    const answered = await traffic.stop();
    // nginx writes the line of a request behind its answer.
    await expect.poll(written, { timeout: 30_000 }).toHaveLength(answered + 1);
    await expectEveryLineOnce();
  });

  test('R02: of files that were deleted before they could be read it loses the lines and nothing else', async () => {
    const traffic = asking();
    await expect.poll(() => delivered().length, { timeout: 30_000 }).toBeGreaterThan(0); // it is up, and reads
    for (let turn = 0; turn < 20; turn += 1) {
      if (turn === 5) process.kill(processor.pid, 'SIGSTOP');
      await logrotate(reopening(''), 3);
    }
    process.kill(processor.pid, 'SIGCONT');
    await sleep(300);
    const answered = await traffic.stop();
    // One look at the files: the line of the last request may still be on its way.
    const kept = written();
    const found = await deliveredUpTo(kept.at(-1) ?? '');
    expect(new Set(found).size).toBe(found.length);
    expect(kept.filter((msec) => !found.includes(msec))).toEqual([]);
    expect(found.length).toBeLessThan(answered);
  });

  test('R05: copytruncate loses nothing of what was written before and after it', async () => {
    for (let turn = 0; turn < 3; turn += 1) {
      const traffic = asking();
      await sleep(400);
      await traffic.stop();
      // No pause: some of these lines may be read only after they were moved.
      await logrotate('copytruncate');
    }
    const traffic = asking();
    await sleep(300);
    await traffic.stop();
    await expectEveryLineOnce();
  });

  test('R05: what nginx writes between the copy and the truncation is the only loss of copytruncate, and nothing is doubled', async () => {
    const traffic = asking();
    for (let turn = 0; turn < 4; turn += 1) {
      await sleep(300);
      await logrotate('copytruncate');
    }
    await sleep(300);
    const answered = await traffic.stop();
    const found = await deliveredUpTo(written().at(-1) ?? '');
    expect(new Set(found).size).toBe(found.length);
    expect(written().filter((msec) => !found.includes(msec))).toEqual([]);
    expect(found.length).toBeLessThanOrEqual(answered + 1);
  });
});

function field(line: string, name: string): unknown {
  const value: unknown = JSON.parse(line);
  return isObject(value) ? value[name] : undefined;
}
