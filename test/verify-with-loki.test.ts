/** `tidewatch verify` on a running processor with a real Loki: it passes on a clean one, and finds each fault that is planted. */
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { accessLine } from '../log-processor/src/generate/access-line.ts';
import { isObject } from './loki-contents.ts';
import { skipWithoutLoki, startLoki } from './loki-server.ts';
import type { LokiServer } from './loki-server.ts';
import { readMetrics, startProcessor, total } from './processor-process.ts';
import type { ProcessorProcess } from './processor-process.ts';

const main = join(import.meta.dirname, '..', 'log-processor', 'src', 'main.ts');
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** A day that is over for an hour at least, whenever this runs, and young enough for a raw log. */
const yesterdayMs = Math.floor((Date.now() - 25 * hourMs) / dayMs) * dayMs;
const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

const lineAt = (timeMs: number, remoteAddress: string): string =>
  `${accessLine({
    timeMs, remoteAddress, forwardedFor: '', serverName: 'ocean-body.example', method: 'GET', uri: '/reef?email=jeanne.canari@example.org', status: 404, bytes: 1000,
    durationMs: 20, upstreamMs: -1, referrer: '', userAgent: firefox, purpose: '', contentType: 'text/html',
  })}\n`; // prettier-ignore

type Found = { readonly code: number | null; readonly text: string; fault(name: string): string };

describe.skipIf(skipWithoutLoki)('verify on a running stack', { timeout: 240_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-verify-loki-'));
  const log = join(folder, 'access.json.log');
  let loki: LokiServer;
  let processor: ProcessorProcess;
  let metrics = '';
  let pages: Server;
  let page = '';
  const undo: (() => void | Promise<void>)[] = [];

  const runVerify = async (...words: string[]): Promise<Found> => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, 'verify', '--config', join(folder, 'tidewatch.yaml'), '--metrics-url', metrics, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (piece: Buffer) => (text += piece.toString()));
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    const fault = (name: string): string => {
      const statement: unknown = JSON.parse(text);
      const checks: unknown[] = isObject(statement) && Array.isArray(statement['checks']) ? statement['checks'] : [];
      const found = checks.filter(isObject).find((check) => check['name'] === name);
      return Array.isArray(found?.['faults']) ? found['faults'].join('\n') : 'there is no such check';
    };
    return { code, text, fault };
  };
  const push = async (stream: Record<string, string>, values: (string | Record<string, string>)[][]): Promise<void> => {
    const response = await fetch(`${loki.url}/loki/api/v1/push`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ streams: [{ stream, values }] }) });
    expect(response.status, await response.text()).toBe(204);
  };
  const nowNs = (): string => `${Date.now() - 1000}000000`;

  beforeAll(async () => {
    loki = await startLoki({ folder: join(folder, 'loki') });
    writeFileSync(log, [10, 11].map((hour) => lineAt(yesterdayMs + hour * hourMs, '192.0.2.77')).join('') + lineAt(Date.now() - 60_000, '2001:db8::c0de'));
    const settings = {
      output: 'loki', loki_url: loki.url, host: 'verify', commit_interval_milliseconds: 100, inputs: [{ name: 'nginx', path: log, start_at: 'beginning' }],
      sites: [{ name: 'ocean', server_names: ['ocean-body.example'] }],
    }; // prettier-ignore
    processor = startProcessor({ folder, settings });
    const url = await processor.url();
    for (let turn = 0; ; turn += 1) {
      const samples = await readMetrics(url);
      // The receipt is in Loki, too, once nothing waits in the outbox.
      if (total(samples, 'logproc_lines_delivered_total') === 3 && total(samples, 'logproc_receipts_total') === 1 && total(samples, 'logproc_outbox_bytes') === 0) break;
      if (turn > 600) throw new Error(`three lines and a receipt did not arrive: ${processor.said()}`);
      await sleep(100);
    }
    metrics = `${url}/metrics`;
    pages = createServer((_, response) => response.end(page));
    await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    for (const deed of undo.splice(0)) await deed();
  });
  afterAll(async () => {
    pages.close();
    await processor.stop();
    await loki.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('a clean stack passes, with a statement that holds no address and ends with its hash', async () => {
    const { code, text } = await runVerify();
    expect(text).toMatch(/Every check passed\.\nSHA-256 of the text above: [0-9a-f]{64}\n$/);
    expect(text).toMatch(/PASS {9}Is there an address[^]*access 3, day 1/);
    expect(text).toContain(`ocean: 1 receipt(s), ${new Date(yesterdayMs).toISOString().slice(0, 10)}`);
    expect(text).toContain(`ocean ${new Date(yesterdayMs).toISOString().slice(0, 10)}: recomputed from 2 raw lines, and the same.`);
    expect(text).not.toMatch(/192\.0\.2|db8/);
    expect(code).toBe(0);
  });

  test('an old key, an old raw log and a ledger that does not balance are each told', async () => {
    const key = join(folder, 'keys', 'epoch.2026-01-01.ocean.key');
    const oldMs = Date.now() - 3 * dayMs;
    writeFileSync(key, '');
    utimesSync(key, oldMs / 1000, oldMs / 1000);
    const raw = join(folder, 'access.json.log.2');
    writeFileSync(raw, lineAt(oldMs, '192.0.2.8'));
    page = (await (await fetch(metrics)).text()).replace(/^(logproc_lines_read_total\{[^}]*\}) 3$/m, '$1 4');
    undo.push(() => rmSync(key), () => rmSync(raw));
    const { port } = pages.address() as AddressInfo;
    const found = await runVerify('--json', '--metrics-url', `http://127.0.0.1:${port}/metrics`);
    expect(found.code).toBe(4);
    expect(found.fault('keys')).toContain('the key of ocean, 2026-01-01, is 72 h old');
    expect(found.fault('raw_logs')).toContain(`${raw}: its oldest line is 72 h old`);
    expect(found.fault('ledger')).toContain('1 line(s) are missing');
    expect(found.fault('leaks')).toBe('');
  });

  test('what cannot be looked at is no pass', async () => {
    const found = await runVerify('--json', '--metrics-url', 'http://127.0.0.1:9/metrics');
    expect(found.fault('ledger')).toContain('gives no answer');
    expect(found.code).toBe(5);
  });

  test('a receipt that was put in breaks the chain', async () => {
    const end = yesterdayMs;
    const day = new Date(end - dayMs).toISOString().slice(0, 10);
    await push({ job: 'tidewatch', site: 'ocean', host: 'verify', stream: 'day', service_name: 'forged' }, [[`${end - 1}999999`, JSON.stringify({ receipt: 1, site: 'ocean', day, end: new Date(end).toISOString(), previous_day: null, previous: null })]]);
    const found = await runVerify('--json');
    expect(found.fault('receipts')).toMatch(/ocean .*: it follows nothing, but the one before it here is of/);
    expect(found.code).toBe(4);
  });

  test('a receipt that does not follow from its raw log is told', async () => {
    const changed = join(folder, 'changed.log');
    // As many lines as the receipt counted, by two visitors instead of one.
    writeFileSync(changed, lineAt(yesterdayMs + 10 * hourMs, '192.0.2.77') + lineAt(yesterdayMs + 11 * hourMs, '192.0.2.78'));
    const config = join(folder, 'changed.yaml');
    writeFileSync(config, readFileSync(join(folder, 'tidewatch.yaml'), 'utf8').replace(JSON.stringify(log), JSON.stringify(changed)));
    undo.push(() => rmSync(changed));
    const found = await runVerify('--json', '--config', config);
    expect(found.fault('audience')).toMatch(/recomputed from the same 2 lines, its unique_visitors, visits differ/);
    expect(found.code).toBe(4);
  });

  test('a day that counts twice is told, and that the raw log holds more than the receipt is said', async () => {
    const more = lineAt(yesterdayMs + 12 * hourMs, '192.0.2.78');
    const raw = join(folder, 'access.json.log.1');
    writeFileSync(raw, more);
    undo.push(() => rmSync(raw));
    const day = new Date(yesterdayMs).toISOString().slice(0, 10);
    const end = yesterdayMs + dayMs;
    await push({ job: 'tidewatch', site: 'ocean', host: 'verify', stream: 'day', service_name: 'tidewatch', origin: 'backfill' }, [[`${end - 1}999999`, JSON.stringify({ receipt: 1, site: 'ocean', day, end: new Date(end).toISOString(), previous_day: null, previous: null })]]);
    const found = await runVerify('--json');
    expect(found.fault('receipts')).toContain(`ocean ${day}: it has receipts of the live run and origin "backfill", so it counts twice`);
    expect(found.text).toContain(`ocean ${day}: its log was first followed within that day, so that the receipt knows 2 of 3 lines`);
    expect(found.code).toBe(4);
  });

  test('an address is found in every stream, in a label and in metadata, in its encodings', async () => {
    const labels = { job: 'tidewatch', site: 'ocean', host: 'verify' };
    await push({ ...labels, stream: 'access', input: 'nginx' }, [[nowNs(), '{"method":"GET","path":"/a/192.0.2.8","status":200}']]);
    await push({ ...labels, stream: 'visit' }, [[nowNs(), '{"visitor":"2001:db8::c0de"}']]);
    await push({ ...labels, stream: 'error', input: 'agent' }, [[nowNs(), `upstream timed out, client: ${Buffer.from('198.51.100.23').toString('base64')}`]]);
    await push({ ...labels, stream: 'app', input: 'agent' }, [[nowNs(), 'from %32%30%33.0.113.199']]);
    await push({ ...labels, stream: 'stack', input: 'agent' }, [[nowNs(), 'hello', { peer: '192.0.2.9' }]]);
    await push({ ...labels, stream: 'app', input: '192.0.2.10' }, [[nowNs(), 'hello']]);
    const found = await runVerify('--json');
    expect(found.code).toBe(4);
    const faults = found.fault('leaks');
    for (const what of ['address in line path of stream access', 'address in line visitor of stream visit', 'in line of stream error', 'address in line of stream app', 'address in metadata peer of stream stack', 'address in label input of stream app']) {
      expect(faults).toContain(what);
    }
    expect(found.text).not.toMatch(/192\.0\.2|198\.51|203\.0|db8/);
  });
});
