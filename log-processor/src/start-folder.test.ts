import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ServerRefused } from './server/server.ts';
import { openStartFolder } from './start-folder.ts';
import { StateRefused } from './store/store.ts';

let parent = '';
let home = '';
const host = '127.0.0.1';
const left = () => join(home, 'left-by-another-start');
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'tidewatch-start-'));
  home = join(parent, 'demo');
  mkdirSync(home);
  writeFileSync(left(), 'x');
});
afterEach(() => rmSync(parent, { recursive: true }));

test('what an ended start left is removed, and the folder can be had again after its release', async () => {
  for (let round = 0; round < 2; round += 1) {
    writeFileSync(left(), 'x');
    const release = await openStartFolder({ home, host, port: 0 });
    expect([existsSync(home), existsSync(left())]).toEqual([true, false]);
    release();
  }
});

test('a folder in use is refused and keeps what is in it', async () => {
  const release = await openStartFolder({ home, host, port: 0 });
  writeFileSync(left(), 'x');
  await expect(openStartFolder({ home, host, port: 0 })).rejects.toThrow(StateRefused);
  await expect(openStartFolder({ home, host, port: 0 })).rejects.toThrow(/in use by another start \(process \d+ on /);
  expect(existsSync(left())).toBe(true);
  release();
});

test('where the port is taken the folder keeps what is in it, and its lock is free again', async () => {
  const other = createServer();
  await new Promise<void>((done) => other.listen(0, host, done));
  const { port } = other.address() as AddressInfo;
  await expect(openStartFolder({ home, host, port })).rejects.toThrow(ServerRefused);
  expect(existsSync(left())).toBe(true);
  await new Promise((done) => other.close(done));
  (await openStartFolder({ home, host, port }))();
  expect(existsSync(left())).toBe(false);
});
