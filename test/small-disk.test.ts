/** A disk that is full stops the reading and the pushing, and nothing else: no line is lost or doubled, nothing raw is written elsewhere (reliability.md R41, R42). */
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, statfsSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessLine } from '../log-processor/src/generate/access-line.ts';
import { readMetrics, startProcessor, total } from './processor-process.ts';
import type { ProcessorProcess } from './processor-process.ts';

let folder = '';
let processor: ProcessorProcess | null = null;
const at = (name: string): string => join(folder, name);
const canMount = process.platform === 'linux' && process.getuid?.() === 0 && spawnSync('sh', ['-c', 'd=$(mktemp -d) && mount -t tmpfs tmpfs $d && umount $d; s=$?; rmdir $d; exit $s']).status === 0;

/** The clock of the processor goes with ours, or ahead of it. */
let aheadSeconds = 0;
let ticking: NodeJS.Timeout | undefined;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidewatch-small-disk-'));
  mkdirSync(at('small'));
  if (canMount) spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m,mode=700', 'tmpfs', at('small')]);
  writeFileSync(at('access.log'), '');
  ticking = setInterval(() => touch('clock', aheadSeconds), 50);
});
afterAll(async () => {
  clearInterval(ticking);
  await processor?.kill();
  if (canMount) spawnSync('umount', ['-l', at('small')]);
  rmSync(folder, { recursive: true, force: true });
});

let written = 0;
/** Each line of a visitor of its own, so that every commit grows the state. */
function write(lines: number): void {
  const nowMs = Date.now();
  let text = '';
  for (const last = written + lines; written < last; written += 1) {
    const address = `198.51.100.${written % 250}`;
    const userAgent = `Mozilla/5.0 (X11; Linux x86_64; rv:${written}.0) Gecko/20100101 Firefox/140.0`;
    const served = { serverName: 'ocean.example', method: 'GET', uri: `/line-${written}`, status: 200, bytes: 500, durationMs: 3, upstreamMs: 2, referrer: '', purpose: '', contentType: 'text/html' };
    text += `${accessLine({ timeMs: nowMs, remoteAddress: address, forwardedFor: '', userAgent, ...served })}\n`;
  }
  appendFileSync(at('access.log'), text);
}

const sum = async (name: string): Promise<number> => total(await readMetrics((await processor?.url()) ?? ''), name);
const ready = async (): Promise<string> => (await fetch(`${(await processor?.url()) ?? ''}/readyz`, { headers: { connection: 'close' } })).text();

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (let look = 0; look < 600; look += 1) {
    if (await isSo()) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`not within a minute: ${what}; it said ${processor?.said() ?? ''}`);
}

/** A file of this folder that was changed last so many seconds after now. */
function touch(name: string, seconds: number): void {
  writeFileSync(at(name), '', { flag: 'a' });
  utimesSync(at(name), Date.now() / 1000 + seconds, Date.now() / 1000 + seconds);
}

function fill(): void {
  const { bavail, bsize } = statfsSync(at('small'));
  writeFileSync(at('small/filler'), Buffer.alloc(bavail * bsize));
}

function filesBelow(path: string): string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name)] : []));
}

test.skipIf(!canMount).each(['small/state', 'small/lines'])('the disk of %s fills up (skipped where tmpfs cannot be mounted)', { timeout: 240_000 }, async (small) => {
  const [state, lines] = small.endsWith('state') ? ['small/state', 'lines'] : ['state', 'small/lines'];
  written = 0;
  writeFileSync(at('access.log'), '');
  const settings = { output: 'files', state_folder: at(state), key_folder: at(`keys-of-${small.slice(6)}`), files_folder: at(lines), commit_interval_milliseconds: 50, inputs: [{ name: 'main', path: at('access.log'), start_at: 'beginning', delete_rotated: true }] };
  aheadSeconds = 0;
  touch('clock', 0);
  processor = startProcessor({ folder, settings, eventClockFile: at('clock') });
  write(50);
  await until('the first lines are delivered', async () => (await sum('logproc_lines_delivered_total')) === 50);

  fill();
  write(3000);
  await until('it says that it cannot write', async () => /cannot write|Cannot write/.test(await ready()));
  expect(processor.said()).toContain('reading and pushing stop until it can be written again');
  const [read, delivered] = [await sum('logproc_lines_read_total'), await sum('logproc_lines_delivered_total')];
  expect(read).toBe(delivered);
  expect(statSync(at(`${state}/state.db`)).size).toBeGreaterThan(0);

  // Nothing raw anywhere but in the log itself.
  for (const path of filesBelow(folder)) {
    if (path !== at('access.log')) expect(readFileSync(path).includes('198.51.100.'), path).toBe(false);
  }

  // Raw logs that are too old go all the same: the disk that is full is no reason to keep an address. They are looked at once a minute.
  touch('access.log-20261101-000000', -72 * 3600);
  touch('access.log-20261102-000000', -3600);
  aheadSeconds = 61;
  await until('the old one is gone', () => Promise.resolve(!readdirSync(folder).includes('access.log-20261101-000000')));
  expect(readdirSync(folder)).toContain('access.log-20261102-000000');
  rmSync(at('access.log-20261102-000000'));

  // The room comes back, for the one that waited and for the one that was killed while it waited; every line is there once.
  if (small.endsWith('lines')) await processor.kill();
  rmSync(at('small/filler'));
  if (small.endsWith('lines')) processor = startProcessor({ folder, settings, eventClockFile: at('clock') });
  await until('everything is delivered', async () => (await sum('logproc_lines_delivered_total')) === 3050);
  expect(await ready()).toBe('ready\n');
  expect((await processor.stop()).code).toBe(0);
  const stored = readFileSync(at(`${lines}/access.ndjson`), 'utf8').trim().split('\n');
  const numbers = stored.map((line) => /"time":"([^"]+)"/.exec(line)?.[1]);
  expect([stored.length, new Set(numbers).size]).toEqual([3050, 3050]);
  rmSync(at(small), { recursive: true });
});
