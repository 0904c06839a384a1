/** The second door as strangers find it: bombs, slow and half-closed clients, a thousand connections, bytes that are no push. Each gets its answer, memory stays under a stated cap, and the tail goes on. */
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findCanaries } from '../log-processor/test/canaries.ts';
import { jsonLine } from '../log-processor/test/road-run.ts';
import { readMetrics, startProcessor, total } from './processor-process.ts';
import type { ProcessorProcess } from './processor-process.ts';
import { asAlloy, asFluentBit, asPromtail, protobufMessage, push, snappyBlock } from './push-bodies.ts';
import type { Pushed, Sent } from './push-bodies.ts';

/** What all of this together may cost over the resident memory before it: docs/senders.md. */
const memoryCapMb = 256;

const folder = mkdtempSync(join(tmpdir(), 'tidewatch-attack-'));
const log = join(folder, 'access.json.log');
const lines = (name: string): string[] => readFileSync(join(folder, 'lines', `${name}.ndjson`), 'utf8').split('\n').slice(0, -1);
const nowNs = (): bigint => BigInt(Date.now()) * 1_000_000n;
const one = (line: string, labels: Readonly<Record<string, string>> = { job: 'x' }): readonly Pushed[] => [{ labels, entries: [{ ns: nowNs(), line }] }];
const protobuf = { 'content-type': 'application/x-protobuf' };
const json = { 'content-type': 'application/json' };

let processor: ProcessorProcess;
let url = '';
let port = 0;
let startMb = 0;
let tailed = 0;

const residentMb = (field: 'VmRSS' | 'VmHWM'): number => Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${processor.pid}/status`, 'utf8'))?.[1]) / 1024;
const tail = (): void => {
  appendFileSync(log, `${jsonLine(Date.now())}\n`);
  tailed += 1;
};
async function until(what: string, holds: () => boolean | Promise<boolean>, seconds = 60): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`not within ${seconds} s: ${what}`);
    await sleep(50);
  }
}
const read = async (): Promise<number> => total(await readMetrics(url), 'logproc_lines_read_total');

async function dial(): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined); // a connection that is refused is part of the game
  await new Promise<void>((resolve) => {
    socket.once('connect', () => resolve()).once('close', () => resolve());
  });
  return socket;
}
const head = ({ headers, body }: Sent, more = ''): string => `POST /loki/api/v1/push HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n${Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('')}${more}\r\n`;

/** A stream of a hundred thousand entries with 128 empty pairs each, as `PushRequest` has it: 26 MB that were 1.1 GB of strings. */
function pairsBomb(): Buffer {
  const entry = Buffer.concat([Buffer.from([0x12, 0x80, 2]), Buffer.alloc(256, Buffer.from([0x1a, 0]))]);
  const stream = Buffer.concat([Buffer.from([0x0a, 2, 0x7b, 0x7d]), Buffer.alloc(entry.length * 100_000, entry)]);
  const length = [0, 7, 14, 21].map((shift) => ((stream.length >>> shift) & 0x7f) | (shift === 21 ? 0 : 0x80));
  return Buffer.concat([Buffer.from([0x0a, ...length]), stream]);
}

beforeAll(async () => {
  mkdirSync(join(folder, 'processor'), { recursive: true });
  writeFileSync(log, '');
  processor = startProcessor({
    folder: join(folder, 'processor'),
    settings: { files_folder: join(folder, 'lines'), inputs: [{ name: 'main', path: log, start_at: 'beginning' }], senders: [{ name: 'agent', streams: [{ match: { job: 'access' }, stream: 'access' }] }], sites: [{ name: 'ocean', server_names: ['ocean.example'] }] },
  });
  url = await processor.url();
  port = Number(new URL(url).port);
  await push(url, asPromtail(one('the first line')));
  startMb = residentMb('VmRSS');
});
afterAll(async () => {
  await processor.kill();
  rmSync(folder, { recursive: true, force: true });
});

describe('a push that cannot be taken', () => {
  test.each<[name: string, sent: Sent, status: number]>([
    ['without a Content-Type', { headers: {}, body: Buffer.from('x') }, 400], ['of an unknown Content-Encoding', { headers: { ...protobuf, 'content-encoding': 'br' }, body: Buffer.from('x') }, 400],
    ['that is no snappy', { headers: protobuf, body: Buffer.from('client: 192.0.2.77') }, 400], ['that is no protobuf', { headers: protobuf, body: snappyBlock(Buffer.from('client: 192.0.2.77 client: 192.0.2.77')) }, 400],
    ['that is no JSON', { headers: json, body: Buffer.from('client: 192.0.2.77') }, 400], ['whose labels are none', asPromtail(one('x', {})), 204],
    ['of two million lists', { headers: json, body: Buffer.from('['.repeat(2_000_000)) }, 413], ['of three million objects', { headers: json, body: Buffer.from(`{"streams":[${'{},'.repeat(2_700_000)}{}]}`) }, 413],
    ['of nine million bytes', { headers: json, body: Buffer.alloc(9_000_000, ' ') }, 413],
    ['that is a bomb of gzip', { headers: { ...json, 'content-encoding': 'gzip' }, body: gzipSync(Buffer.alloc(256 * 1_048_576), { level: 1 }) }, 413],
    ['that is a bomb of snappy', { headers: protobuf, body: snappyBlock(Buffer.alloc(128 * 1_048_576)) }, 413], ['that says it is four billion bytes', { headers: protobuf, body: Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f, 1, 2, 3]) }, 413],
    ['of five million streams without an entry', { headers: protobuf, body: snappyBlock(Buffer.alloc(30_000_000, Buffer.from([0x0a, 4, 0x0a, 2, 0x7b, 0x7d]))) }, 413],
    ['of thirteen million pairs of metadata', { headers: protobuf, body: snappyBlock(pairsBomb()) }, 413],
    ['of more entries than allowed', asAlloy([{ labels: { a: 'b' }, entries: Array.from({ length: 100_001 }, () => ({ ns: 1n, line: '' })) }]), 413],
  ])('%s gets its answer, which holds nothing of it', async (_, sent, status) => {
    tail();
    const answer = await push(url, sent);
    expect(answer.status).toBe(status);
    expect(findCanaries(answer.text)).toEqual([]);
    expect(answer.text.length).toBeLessThan(60);
  });

  test.each(['GET', 'PUT', 'DELETE'])('by %s is 405', async (method) => {
    const response = await fetch(`${url}/loki/api/v1/push`, { method });
    expect([response.status, response.headers.get('allow'), await response.text()]).toEqual([405, 'POST', 'method not allowed\n']);
  });

  test('R59: one poison line in ten thousand costs nothing but itself, and is counted', async () => {
    const before = await readMetrics(url);
    const poison = 5_000;
    const values = Array.from({ length: 10_000 }, (_, number) => (number === poison ? '["soon","client: 192.0.2.77"]' : `["${nowNs()}","line ${number} of ten thousand"]`));
    expect(await push(url, { headers: json, body: Buffer.from(`{"streams":[{"stream":{"job":"x"},"values":[${values.join(',')}]}]}`) })).toMatchObject({ status: 204 });
    const samples = await readMetrics(url);
    const grown = (name: string): number => (samples.get(name) ?? 0) - (before.get(name) ?? 0);
    expect([grown('logproc_lines_read_total{input="agent"}'), grown('logproc_lines_delivered_total{input="agent"}'), grown('logproc_lines_dropped_total{reason="bad_time"}')]).toEqual([10_000, 9_999, 1]);
    expect(lines('app').filter((line) => line.includes('of ten thousand'))).toHaveLength(9_999);
  });
});

describe('a client that is slow, gone or one of many', () => {
  test('R57: that leaves in the middle of its body leaves nothing behind', async () => {
    const before = await read();
    for (let client = 0; client < 50; client += 1) {
      const sent = asPromtail(one(`half a body ${client}`));
      const socket = await dial();
      socket.write(Buffer.concat([Buffer.from(head(sent)), sent.body.subarray(0, sent.body.length - 1)]));
      await sleep(2);
      socket.destroy();
    }
    // All the room they held is free again, and nothing of them was taken.
    expect(await push(url, asPromtail(one('after them')))).toMatchObject({ status: 204 });
    expect(lines('app').some((line) => line.includes('half a body'))).toBe(false);
    expect(await read()).toBe(before + 1);
  });

  test('R57: that leaves after its body and comes again is taken once', async () => {
    const sent = asPromtail(one('who left before the answer'));
    for (let client = 0; client < 5; client += 1) {
      const socket = await dial();
      socket.write(Buffer.concat([Buffer.from(head(sent)), sent.body]));
      await sleep(client * 3);
      socket.destroy();
    }
    expect(await push(url, sent)).toMatchObject({ status: 204 });
    expect(lines('app').filter((line) => line.includes('who left before the answer'))).toHaveLength(1);
  });

  test('that closes its half of the connection counts as gone: no answer, and what it sends again is taken once', async () => {
    const sent = asPromtail(one('half closed'));
    const socket = await dial();
    socket.end(Buffer.concat([Buffer.from(head(sent, 'Connection: close\r\n')), sent.body]));
    expect(await text(socket)).toBe('');
    expect(await push(url, sent)).toMatchObject({ status: 204 });
    expect(lines('app').filter((line) => line.includes('half closed'))).toHaveLength(1);
  });

  test('that sends a byte now and then is told after thirty seconds, and others are served meanwhile', async () => {
    const slow = await Promise.all(Array.from({ length: 40 }, dial));
    const answers = slow.map((socket) => text(socket).catch(() => 'reset'));
    const sent = asPromtail(one('never whole'));
    for (const socket of slow) socket.write(head(sent));
    const dripping = setInterval(() => slow.forEach((socket) => socket.writable && socket.write('x')), 2_000);
    tail();
    expect(await push(url, asPromtail(one('beside forty slow ones')))).toMatchObject({ status: 204 });
    for (const answer of await Promise.all(answers)) expect(answer).toMatch(/^HTTP\/1\.1 (?:408|400) |^reset$|^$/);
    clearInterval(dripping);
  }, 90_000);

  test('of a thousand is answered 204, or 503 with Retry-After', async () => {
    const idle = await Promise.all(Array.from({ length: 600 }, dial));
    const sockets = await Promise.all(Array.from({ length: 400 }, dial));
    const answers = sockets.map((socket) => text(socket).catch(() => 'reset'));
    sockets.forEach((socket, number) => {
      const sent = asPromtail([{ labels: { job: 'x' }, entries: Array.from({ length: 50 }, (_, entry) => ({ ns: nowNs(), line: `of many ${number} ${entry}` })) }]);
      socket.write(Buffer.concat([Buffer.from(head(sent, 'Connection: close\r\n')), sent.body]));
    });
    tail();
    const said = await Promise.all(answers);
    const taken = said.filter((answer) => answer.startsWith('HTTP/1.1 204 ')).length;
    const refused = said.filter((answer) => /^HTTP\/1\.1 503 [\s\S]*Retry-After: 1/.test(answer)).length;
    expect(taken + refused).toBe(400);
    expect(taken).toBeGreaterThan(50);
    for (const socket of idle) socket.destroy();
    expect(lines('app').filter((line) => line.includes('of many'))).toHaveLength(taken * 50);
  });

  test('with bytes that were changed on the way gets 204, 400 or 413', async () => {
    const message = protobufMessage([{ labels: { job: 'x' }, entries: Array.from({ length: 5 }, (_, entry) => ({ ns: nowNs(), line: `fuzz ${entry}`, metadata: { a: 'b' } })) }]);
    const changes = fc.array(fc.tuple(fc.nat(message.length - 1), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(changes, fc.boolean(), async (some, inside) => {
        const bytes = inside ? Buffer.from(message) : snappyBlock(message);
        for (const [at, value] of some) bytes[at % bytes.length] = value;
        const { status } = await push(url, { headers: protobuf, body: inside ? snappyBlock(bytes) : bytes });
        expect([204, 400, 413]).toContain(status);
      }),
      { numRuns: 300 },
    );
  });
});

test('lines of days that have not come get no key, however many days they name', async () => {
  const entries = [1, 30, 400].map((days) => ({ ns: nowNs() + BigInt(days * 86_400) * 1_000_000_000n, line: 'client: 192.0.2.77' }));
  expect(await push(url, asPromtail([{ labels: { job: 'x' }, entries }]))).toMatchObject({ status: 204 });
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  const days = readdirSync(join(folder, 'processor', 'keys')).flatMap((name) => /^epoch\.(\S{10})\./.exec(name)?.[1] ?? []);
  expect(days.filter((day) => day >= tomorrow)).toEqual([]);
});

test('access lines that are pushed take the road of tailed ones', async () => {
  const before = await readMetrics(url);
  const entries = [0, 1, 2].map((number) => ({ ns: nowNs(), line: jsonLine(Date.now(), { request_uri: `/pushed/${number}`, status: '404' }) }));
  expect(await push(url, asFluentBit([{ labels: { job: 'access' }, entries }]))).toMatchObject({ status: 204 });
  const samples = await readMetrics(url);
  const requests = (from: ReadonlyMap<string, number>): number => total(from, 'web_requests_total');
  expect(requests(samples) - requests(before)).toBeGreaterThanOrEqual(3);
  const pushed = lines('access').filter((line) => line.includes('"input":"agent"'));
  expect(pushed).toHaveLength(3);
  // The token of the client is that of an error line of the same address, site and day.
  const client = /"client":"([0-9a-f]{16})"/.exec(pushed[0] ?? '')?.[1] ?? 'none';
  await push(url, asPromtail(one('[error] refused, client: 192.0.2.1, server: ocean.example', { job: 'x', site: 'ocean', stream: 'error' })));
  expect(lines('error').at(-1)).toContain(`client: ${client}, server`);
});

test('after all of it the tail has every line, the ledger balances, no address is anywhere, and memory stayed under its cap', async () => {
  await until('the tail is read', async () => total(await readMetrics(url), 'logproc_lines_read_total{input="main"}') === tailed);
  const samples = await readMetrics(url);
  const [readLines, delivered, dropped, inFlight] = ['read_total', 'delivered_total', 'dropped_total', 'in_flight'].map((name) => total(samples, `logproc_lines_${name}`));
  expect(readLines).toBe((delivered ?? 0) + (dropped ?? 0) + (inFlight ?? 0));
  for (const name of ['app', 'error', 'access']) expect(findCanaries(lines(name).join('\n'))).toEqual([]);
  expect(findCanaries(processor.said())).toEqual([]);
  const grown = residentMb('VmHWM') - startMb;
  process.stdout.write(`memory over the start at its peak: ${Math.round(grown)} MB of ${memoryCapMb}\n`);
  expect(grown).toBeLessThan(memoryCapMb);
  expect((await processor.stop()).code).toBe(0);
});
