import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { balance } from './balance.ts';
import { readConfig } from './config.ts';
import { accessLine } from './generate/access-line.ts';
import { openHouse } from './house.ts';
import { KeyMissing } from './keys/open-key-life.ts';
import { createLogger } from './logger.ts';
import { rekey } from './rekey-command.ts';

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

test('a state whose keys are gone is refused; rekey gives up what only they could continue, and the ledgers still balance', async () => {
  const nowMs = Date.now();
  writeFileSync(join(home, 'access.log'), `${['192.0.2.1', '192.0.2.2'].map((address) => lineAt(nowMs - 1000, address)).join('\n')}\n`);
  expect(await follow()).toMatchObject({ read: 2, balanced: true });

  rmSync(join(home, 'keys'), { recursive: true });
  await expect(openHouse({ config: readConfig(configPath(), {}), logger, inputs: 'followed' })).rejects.toThrow(KeyMissing);
  expect(await rekey(configPath())).toMatch(/1 key\(s\) and 2 open visit\(s\) given up.*as at a first start/);

  const again = await follow();
  expect(again).toMatchObject({ balanced: true });
  expect(again.text).toContain('visits  opened 4 = closed 2 + open 2');
});
