/** `/readyz` tells whoever routes lines to the processor whether it can deliver them, also before there is anything to deliver. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startProcessor } from './processor-process.ts';
import { asPromtail, push } from './push-bodies.ts';
import type { Sent } from './push-bodies.ts';

async function until(url: string, status: number): Promise<string> {
  for (let look = 0; look < 600; look += 1) {
    const response = await fetch(`${url}/readyz`);
    const text = await response.text();
    if (response.status === status) return text;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`/readyz did not answer ${status} within a minute`);
}

test('not ready while Loki refuses connections, with no line to send; ready when it comes, and not when it goes', { timeout: 180_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-readiness-'));
  const loki = createServer((_, response) => void response.end('ready\n'));
  const listen = (port: number): Promise<void> => new Promise((done) => loki.listen(port, '127.0.0.1', done));
  const stop = (): Promise<void> =>
    new Promise((done) => {
      loki.close(() => done());
      loki.closeAllConnections();
    });
  await listen(0);
  const { port } = loki.address() as AddressInfo;
  await stop();
  writeFileSync(join(folder, 'access.log'), '');
  const processor = startProcessor({ folder, settings: { output: 'loki', loki_url: `http://127.0.0.1:${port}`, inputs: [{ name: 'main', path: join(folder, 'access.log') }] } });
  try {
    const url = await processor.url();
    const first = await fetch(`${url}/readyz`);
    expect([first.status, await first.text()]).toEqual([503, expect.stringContaining('Loki: it')]);
    expect(await until(url, 503)).toContain('Loki: it');
    await listen(port);
    expect(await until(url, 200)).toBe('ready\n');
    await stop();
    expect(await until(url, 503)).toContain('cannot be reached');
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  } finally {
    await processor.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a key folder that is away is waited for: the processor goes on with the keys it has, and takes the rest when it is back', { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-keys-away-'));
  const processor = startProcessor({ folder, settings: { files_folder: join(folder, 'lines'), senders: [{ name: 'agent' }] } });
  const line = (daysAgo: number): Sent => asPromtail([{ labels: { job: 'x' }, entries: [{ ns: BigInt(Date.now() - daysAgo * 86_400_000) * 1_000_000n, line: 'client: 192.0.2.77' }] }]);
  try {
    const url = await processor.url();
    expect(await push(url, line(0))).toMatchObject({ status: 204 });
    renameSync(join(folder, 'keys'), join(folder, 'away'));
    expect(await push(url, line(0))).toMatchObject({ status: 204 });
    const waiting = push(url, line(1));
    expect(await until(url, 503)).toContain('key folder');
    renameSync(join(folder, 'away'), join(folder, 'keys'));
    // It waits eight seconds; who was told to come again by then is taken when it does.
    expect([204, 503]).toContain((await waiting).status);
    expect(await until(url, 200)).toBe('ready\n');
    expect(await push(url, line(1))).toMatchObject({ status: 204 });
  } finally {
    expect((await processor.stop()).code).toBe(0);
    rmSync(folder, { recursive: true, force: true });
  }
});
