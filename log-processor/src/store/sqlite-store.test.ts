import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Put } from '../record.ts';
import { openSqliteStore } from './sqlite-store.ts';
import { storeContract } from './store-contract.ts';
import { type Change, StateRefused, type Store, StoreUnavailable } from './store.ts';

const moduleUrl = new URL('./sqlite-store.ts', import.meta.url).href;
let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidewatch-store-'));
  path = join(folder, 'state', 'state.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const empty = { puts: [], bodies: [], delivered: [] };
const one = (head: number, puts: readonly Put[] = [['a', '1']]): Change => ({ ...empty, expectedHead: head, puts });

/** Runs TypeScript in another process, `openSqliteStore` and `path` given. */
function child(code: string, statePath: string): ChildProcess {
  const program = `import { openSqliteStore } from ${JSON.stringify(moduleUrl)}; const path = ${JSON.stringify(statePath)};\n${code}`;
  return spawn(process.execPath, ['--input-type=module-typescript', '--no-warnings', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function killed(process: ChildProcess): Promise<void> {
  process.kill('SIGKILL');
  if (process.exitCode === null && process.signalCode === null) await once(process, 'exit');
}

describe('the store on node:sqlite', () => {
  test.each(storeContract)('%s', async (_name, run) => {
    let crashes = 0;
    await run({
      open: () => openSqliteStore({ path }),
      // Copying the files under the living store is what the disk would hold had the process died here.
      crash() {
        crashes += 1;
        const copy = join(folder, `crashed-${crashes}`);
        execFileSync('cp', ['-r', join(path, '..'), copy]);
        rmSync(join(copy, 'state.db.lock'));
        path = join(copy, 'state.db');
      },
      scramble(id) {
        const database = new DatabaseSync(path);
        database.prepare('UPDATE outbox SET payload = zeroblob(length(payload)) WHERE id = ?').run(id);
        database.close();
      },
    });
  });

  test('the folder is 0700 and every file in it 0600', async () => {
    const store = openSqliteStore({ path });
    await store.commit(one(0));
    expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700);
    for (const name of ['', '-wal', '.lock', '.owner']) expect([name, statSync(path + name).mode & 0o777]).toEqual([name, 0o600]);
    expect(existsSync(`${path}.new`)).toBe(false);
    store.close();
    expect(existsSync(`${path}-wal`)).toBe(false);
  });
});

describe('20 kills -9 in the middle of commits', () => {
  const loop = `
    const store = openSqliteStore({ path });
    for (;;) {
      const n = store.head + 1;
      const puts = Array.from({ length: 300 }, (_, i) => ['n/' + i, String(n)]);
      const payload = Buffer.alloc(50_000, n % 256);
      const body = { stream: '{}', kind: 'access', input: 'main', lines: n, firstNs: '0', lastNs: '0', payload };
      await store.commit({ expectedHead: store.head, puts, bodies: [body], delivered: store.bodies().map((b) => b.id) });
      process.stdout.write(n + '\\n');
    }`;

  test('every commit is in wholly or not at all, and none that was reported is lost', async () => {
    let reported = 0;
    for (let kill = 0; kill < 20; kill += 1) {
      const process = child(loop, path);
      let output = '';
      process.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
      try {
        while (output === '' && process.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 5));
        await new Promise((resolve) => setTimeout(resolve, (kill * 7) % 40));
      } finally {
        await killed(process);
      }
      const before = reported;
      reported = Math.max(reported, ...output.split('\n').slice(0, -1).map(Number));
      expect(reported).toBeGreaterThan(before);
      const store = openSqliteStore({ path });
      expect(store.closedCleanly).toBe(false);
      expect(store.head).toBeGreaterThanOrEqual(reported);
      expect(store.head).toBeLessThanOrEqual(reported + 3); // written to the pipe after the commit, so a little behind
      const values = new Set([...store.scan('n/')].map(([, value]) => value));
      expect([...values]).toEqual([String(store.head)]);
      const [body, ...more] = store.bodies();
      expect([body?.lines, more]).toEqual([store.head, []]);
      expect(store.payload(body?.id ?? 0).every((byte) => byte === store.head % 256)).toBe(true);
      reported = store.head;
      store.close();
    }
  });

  test('kill -9 frees the lock; until then the second process is told who has it', async () => {
    // The child lets go of the store and collects its garbage: the lock must hold all the same.
    const code = `
      import { setFlagsFromString } from 'node:v8';
      import { runInNewContext } from 'node:vm';
      setFlagsFromString('--expose-gc');
      const collect = runInNewContext('gc');
      (() => void openSqliteStore({ path, lockOwner: 'the owner of this test' }))();
      for (let turn = 0; turn < 5; turn += 1) { await new Promise((resolve) => setTimeout(resolve, 10)); collect(); }
      console.log('open');
      setInterval(() => {}, 1000);`;
    const owner = child(code, path);
    try {
      await once(owner.stdout!, 'data');
      expect(() => openSqliteStore({ path })).toThrow(/in use by the owner of this test/);
    } finally {
      await killed(owner);
    }
    openSqliteStore({ path }).close();
  });
});

describe('a state that is none is refused, and is left as it was', () => {
  function refusal(): string {
    const before = existsSync(path) ? readFileSync(path).toString('latin1') : '';
    let message = '';
    try {
      openSqliteStore({ path }).close();
    } catch (error) {
      expect(error).toBeInstanceOf(StateRefused);
      message = error instanceof Error ? error.message : '';
    }
    expect(message).toContain(path);
    expect(existsSync(path) ? readFileSync(path).toString('latin1') : '').toBe(before);
    return message;
  }

  async function written(puts: readonly Put[] = [['a', '1']]): Promise<void> {
    const store = openSqliteStore({ path });
    await store.commit(one(0, puts));
    store.close();
  }

  test('garbage, short or long', () => {
    mkdirSync(join(path, '..'));
    for (const text of ['{"offset": 3}', 'x'.repeat(9000), 'SQLite format 3\0']) {
      writeFileSync(path, text);
      expect(refusal()).toMatch(new RegExp(`found ${text.length} bytes that are no SQLite file, expected .* Move the file away`));
    }
  });

  test('the file of another program', () => {
    mkdirSync(join(path, '..'));
    const other = new DatabaseSync(path);
    other.exec('CREATE TABLE entry (key, value)');
    other.close();
    expect(refusal()).toContain('another program');
  });

  test.each([
    [2, /format 2 of a newer Tidewatch, expected at most 1\. Update/],
    [0, /found format 0, expected 1/],
  ])('format %i', async (version, text) => {
    await written();
    const database = new DatabaseSync(path);
    database.exec(`PRAGMA user_version = ${version}`);
    database.close();
    expect(refusal()).toMatch(text);
  });

  test('a file cut off, scrambled inside, or without its tables', async () => {
    const many = Array.from({ length: 500 }, (_, index): Put => [`k${index}`, 'v'.repeat(200)]);
    await written(many);
    const whole = readFileSync(path);
    truncateSync(path, 20_000);
    expect(refusal()).toMatch(/torn|damaged/);
    const scrambled = Buffer.from(whole);
    scrambled.fill(0xff, 8192 * 5, 8192 * 6);
    writeFileSync(path, scrambled);
    expect(refusal()).toMatch(/torn|damaged/);
    writeFileSync(path, whole);
    const database = new DatabaseSync(path);
    database.exec('DROP TABLE meta');
    database.close();
    expect(refusal()).toMatch(/missing tables/);
  });

  test('an empty file is a first start, unless a journal lies beside it; so is a missing one', async () => {
    mkdirSync(join(path, '..'));
    writeFileSync(path, '');
    openSqliteStore({ path }).close();
    await written();
    writeFileSync(`${path}-wal`, 'left over');
    writeFileSync(path, '');
    expect(refusal()).toMatch(/only its journal/);
    rmSync(path);
    expect(refusal()).toMatch(/only its journal/);
  });

  test('a crash while the first state is made leaves a first start', async () => {
    mkdirSync(join(path, '..'));
    writeFileSync(`${path}.new`, 'half of a');
    writeFileSync(`${path}.new-journal`, 'half of b');
    await written();
    expect(openSqliteStore({ path }).head).toBe(1);
  });

  test('a torn end of the journal costs only the commits it held', async () => {
    const store = openSqliteStore({ path });
    await store.commit(one(0, [['a', '1']]));
    const firstCommit = statSync(`${path}-wal`).size;
    await store.commit(one(1, [['a', '2']]));
    const copy = join(folder, 'copy');
    execFileSync('cp', ['-r', join(path, '..'), copy]);
    store.close();
    rmSync(join(copy, 'state.db.lock'));
    truncateSync(join(copy, 'state.db-wal'), firstCommit + 100);
    const again = openSqliteStore({ path: join(copy, 'state.db') });
    expect([again.head, [...again.scan('')], again.closedCleanly]).toEqual([1, [['a', '1']], false]);
    again.close();
  });
});

/** Fills the store until it is full; answers the change that did not go in. */
async function fill(store: Store): Promise<Change> {
  for (let commit = 0; commit < 1000; commit += 1) {
    const puts = Array.from({ length: 100 }, (_, index): Put => [`fill/${store.head}/${index}`, 'v'.repeat(400)]);
    const change = one(store.head, puts);
    try {
      await store.commit(change);
    } catch (error) {
      expect(error).toBeInstanceOf(StoreUnavailable);
      return change;
    }
  }
  throw new Error('the disk never became full');
}

const canMount = process.platform === 'linux' && process.getuid?.() === 0 && canMountTmpfs();
function canMountTmpfs(): boolean {
  const probe = mkdtempSync(join(tmpdir(), 'tidewatch-mount-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', probe]).status === 0;
  if (mounted) spawnSync('umount', [probe]);
  rmSync(probe, { recursive: true });
  return mounted;
}

describe.skipIf(!canMount)('on a small disk (skipped where tmpfs cannot be mounted)', () => {
  let disk = '';
  beforeEach(() => {
    disk = join(folder, 'disk');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', disk]);
  });
  afterEach(() => {
    spawnSync('umount', ['-l', disk]);
  });

  test('a full disk takes nothing of a commit, and the same change goes in when there is room', async () => {
    const filler = join(disk, 'filler');
    writeFileSync(filler, Buffer.alloc(1_500_000));
    const store = openSqliteStore({ path: join(disk, 'state.db') });
    const refused = await fill(store);
    expect(store.head).toBe(refused.expectedHead);
    expect([...store.scan(refused.puts[0]![0])]).toEqual([]);
    await expect(store.commit(refused)).rejects.toThrow(StoreUnavailable);
    expect([...store.scan('')].length).toBe(refused.expectedHead * 100);
    rmSync(filler);
    expect(await store.commit(refused)).toBe('committed');
    store.close();
    const again = openSqliteStore({ path: join(disk, 'state.db') });
    expect([again.head, [...again.scan('')].length, again.closedCleanly]).toEqual([refused.expectedHead + 1, (refused.expectedHead + 1) * 100, true]);
    again.close();
  });

  test('a disk full of nothing but our own journal frees itself: the next try goes in', async () => {
    const first = openSqliteStore({ path: join(disk, 'state.db') });
    await first.commit(one(0, Array.from({ length: 100 }, (_, index): Put => [`same/${index}`, 'v'.repeat(405)])));
    first.close();
    const store = openSqliteStore({ path: join(disk, 'state.db') });
    let refusals = 0;
    while (store.head < 200) {
      const head = store.head;
      const puts = Array.from({ length: 100 }, (_, index): Put => [`same/${index}`, `${head} ${'v'.repeat(400)}`]);
      try {
        await store.commit(one(head, puts));
      } catch (error) {
        expect(error).toBeInstanceOf(StoreUnavailable);
        refusals += 1;
        expect(await store.commit(one(head, puts))).toBe('committed');
      }
    }
    expect(refusals).toBeGreaterThan(0);
    expect([...store.scan('same/')].every(([, value]) => value.startsWith('199 '))).toBe(true);
    store.close();
  });

  test('a store on a full disk still closes, as unclean, and nothing committed is lost', async () => {
    writeFileSync(join(disk, 'filler'), Buffer.alloc(1_500_000));
    const store = openSqliteStore({ path: join(disk, 'state.db') });
    const refused = await fill(store);
    spawnSync('sh', ['-c', `cat /dev/zero > ${join(disk, 'rest')} 2>/dev/null`]);
    store.close();
    for (const name of ['filler', 'rest']) rmSync(join(disk, name));
    const again = openSqliteStore({ path: join(disk, 'state.db') });
    expect([again.head, [...again.scan('')].length]).toEqual([refused.expectedHead, refused.expectedHead * 100]);
    again.close();
  });

  test('a read-only disk at start is said as such, and nothing is begun anew', async () => {
    const store = openSqliteStore({ path: join(disk, 'state.db') });
    await store.commit(one(0));
    store.close();
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    expect(() => openSqliteStore({ path: join(disk, 'state.db') })).toThrow(StoreUnavailable);
    expect(() => openSqliteStore({ path: join(disk, 'other', 'state.db') })).toThrow(StoreUnavailable);
    execFileSync('mount', ['-o', 'remount,rw', disk]);
    const again = openSqliteStore({ path: join(disk, 'state.db') });
    expect([again.head, [...again.scan('')]]).toEqual([1, [['a', '1']]]);
    again.close();
  });
});

test('a write error below SQLite (file size limit) takes nothing, and the state stays whole', () => {
  const code = `
    import { openSqliteStore } from ${JSON.stringify(moduleUrl)};
    const path = ${JSON.stringify(path)};
    let store = openSqliteStore({ path });
    let failure = '';
    while (failure === '' && store.head < 500) {
      const puts = Array.from({ length: 100 }, (_, i) => ['fill/' + store.head + '/' + i, 'v'.repeat(400)]);
      try { await store.commit({ expectedHead: store.head, puts, bodies: [], delivered: [] }); } catch (error) { failure = error.constructor.name; }
    }
    const during = [store.head, [...store.scan('')].length];
    store.close();
    store = openSqliteStore({ path });
    console.log(JSON.stringify({ failure, during, after: [store.head, [...store.scan('')].length] }));`;
  const script = `ulimit -f 4096; exec "$0" --input-type=module-typescript --no-warnings -e "$1"`;
  const result = spawnSync('sh', ['-c', script, process.execPath, code], { encoding: 'utf8' });
  expect(result.stderr).toBe('');
  const parsed: unknown = JSON.parse(result.stdout);
  const { failure, during, after } = parsed as { failure: string; during: number[]; after: number[] };
  expect(failure).toBe('StoreUnavailable');
  expect(during[0]).toBeGreaterThan(0);
  expect(during[1]).toBe(during[0]! * 100);
  expect(after).toEqual(during);
});
