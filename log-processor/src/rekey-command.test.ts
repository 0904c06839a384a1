import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { balance } from './balance.ts';
import { BadUsage } from './bad-usage.ts';
import { readConfig } from './config.ts';
import { accessLine } from './generate/access-line.ts';
import { openHouse } from './house.ts';
import { KeyMissing } from './keys/open-key-life.ts';
import { createLogger } from './logger.ts';
import { rekey } from './rekey-command.ts';
import { openSqliteStore } from './store/sqlite-store.ts';

let home = '';
const configPath = () => join(home, 'tidewatch.yaml');
const logger = createLogger({ level: 'error' });

function lineAt(timeMs: number, address: string): string {
  return accessLine({
    timeMs, remoteAddress: address, forwardedFor: '', serverName: 'ocean.example', method: 'GET', uri: '/reef', status: 200, bytes: 5000, durationMs: 12, upstreamMs: 10,
    referrer: '', userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', purpose: '', contentType: 'text/html',
  });
}

/** Follows the log until everything that is there is read. */
async function follow() {
  const house = await openHouse({ config: readConfig(configPath(), {}), logger, inputs: 'followed', pollMs: 10 });
  setTimeout(() => house.processor.stop(), 300);
  await house.processor.run();
  const said = { ...balance(house.rooms.tallies), read: house.rooms.tallies.total('logproc_lines_read_total') };
  await house.close();
  return said;
}

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'tidewatch-rekey-'));
  const settings = { state_folder: join(home, 'state'), key_folder: join(home, 'keys'), files_folder: join(home, 'lines'), inputs: [{ name: 'main', path: join(home, 'access.log'), start_at: 'beginning' }] };
  writeFileSync(configPath(), JSON.stringify(settings));
});
afterEach(() => rmSync(home, { recursive: true }));

async function twoVisitors(): Promise<void> {
  const nowMs = Date.now();
  writeFileSync(join(home, 'access.log'), `${['192.0.2.1', '192.0.2.2', '192.0.2.1'].map((address) => lineAt(nowMs - 1000, address)).join('\n')}\n`);
  expect(await follow()).toMatchObject({ read: 3, balanced: true });
}

const keyFiles = () => readdirSync(join(home, 'keys')).filter((name) => name.endsWith('.key'));

test('a state whose keys are gone is refused; rekey gives up what only they could continue, and the ledgers still balance', async () => {
  await twoVisitors();
  rmSync(join(home, 'keys'), { recursive: true });
  await expect(openHouse({ config: readConfig(configPath(), {}), logger, inputs: 'followed' })).rejects.toThrow(KeyMissing);
  const said = await rekey(configPath(), false);
  expect(said).toMatch(/1 key\(s\) and 2 open visit\(s\) given up[^]*no file is recognised/);
  expect(said).toMatch(/main: from the first line; what was delivered before is delivered and counted once more/);
  expect(said).not.toContain('at the end');

  const again = await follow();
  expect(again).toMatchObject({ read: 6, balanced: true });
  expect(again.text).toContain('visits  opened 4 = closed 2 + open 2');
});

test('where every key is there nothing is given up without a yes', async () => {
  await twoVisitors();
  const before = keyFiles();
  await expect(rekey(configPath(), false)).rejects.toThrow(BadUsage);
  await expect(rekey(configPath(), false)).rejects.toThrow(/every key of this state is in .*keys.*1 key\(s\) and 2 open visit\(s\).*--yes/);
  expect(keyFiles()).toEqual(before);
  expect((await follow()).text).toContain('visits  opened 2 = closed 0 + open 2');

  expect(await rekey(configPath(), true)).toMatch(/1 key\(s\) and 2 open visit\(s\) given up.*\nreading goes on where it was/);
  expect(await follow()).toMatchObject({ read: 3, balanced: true });
});

test('where only the key of a day is lost, reading goes on where it was', async () => {
  await twoVisitors();
  for (const name of keyFiles()) if (name !== 'identity.key') rmSync(join(home, 'keys', name));
  expect(await rekey(configPath(), false)).toMatch(/2 open visit\(s\) given up.*\nreading goes on where it was/);
  expect(await follow()).toMatchObject({ read: 3, balanced: true });
});

test.each([
  ['the identity key', (name: string) => name === 'identity.key', /no file is recognised/],
  ['the key of a day', (name: string) => name !== 'identity.key', /reading goes on where it was/],
])('%s that others may have read is refused at the start, and replaced by rekey, as the refusal says', async (_, isMeant, says) => {
  await twoVisitors();
  for (const name of keyFiles()) if (isMeant(name)) chmodSync(join(home, 'keys', name), 0o644);
  await expect(follow()).rejects.toThrow(/others may have read it\. Run `tidewatch rekey`/);
  expect(await rekey(configPath(), false)).toMatch(says);
  expect(await follow()).toMatchObject({ balanced: true });
});

test('an entry of the keys that is torn is given up by rekey, as the refusal says', async () => {
  await twoVisitors();
  const store = openSqliteStore({ path: join(home, 'state', 'state.db') });
  const [torn] = [...store.scan('key/epoch/')];
  await store.commit({ expectedHead: store.head, puts: [[torn?.[0] ?? '', '{"createdMs":']], bodies: [], delivered: [] });
  store.close();
  await expect(follow()).rejects.toThrow(/run `tidewatch rekey`/);
  expect(await rekey(configPath(), false)).toContain('rekeyed');
  expect(await follow()).toMatchObject({ balanced: true });
});

test('a state in use is refused before the key volume is touched', async () => {
  await twoVisitors();
  const owner = openSqliteStore({ path: join(home, 'state', 'state.db') });
  rmSync(join(home, 'keys'), { recursive: true });
  await expect(rekey(configPath(), true)).rejects.toThrow(/in use/);
  expect(existsSync(join(home, 'keys'))).toBe(false);
  owner.close();
});
