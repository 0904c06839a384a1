import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { createServer as createSocketServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LokiModel } from '../../../test/loki-model.ts';
import { createLokiModel } from '../../../test/loki-model.ts';
import type { Fault, LokiModelServer } from '../../../test/loki-model-server.ts';
import { startLokiModelServer } from '../../../test/loki-model-server.ts';
import type { Clock } from '../record.ts';
import type { Body } from '../store/store.ts';
import { createBodyBuilder, encodeMetadata } from './body.ts';
import type { LokiClientOptions } from './loki-client.ts';
import { createLokiClient } from './loki-client.ts';
import { LokiUnavailable } from './loki.ts';

const clock: Clock = { nowMs: () => Date.now(), sleep: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }) };
const secretLine = 'a line that must not be quoted';
const bodyOf = (texts: readonly string[], ns = (place: number): number => place): Body => {
  const builder = createBodyBuilder({ labels: { job: 'tidewatch', input: 'main' }, kind: 'access', input: 'main' });
  const nowMs = Date.now();
  for (const [place, text] of texts.entries()) builder.add(nowMs, ns(place), text, encodeMetadata([]));
  return builder.finish();
};

const hasOpenssl = (process.env.PATH ?? '').split(delimiter).some((path) => existsSync(join(path, 'openssl')));

let model: LokiModel;
let server: LokiModelServer;
let folder: string;
beforeEach(async () => {
  model = createLokiModel({ nowMs: () => Date.now() });
  server = await startLokiModelServer(model);
  folder = mkdtempSync(join(tmpdir(), 'loki-client-'));
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});
const clientOf = (options: Partial<LokiClientOptions> = {}): ReturnType<typeof createLokiClient> => createLokiClient({ url: server.url, clock, timeoutMs: 300, ...options });
const body = bodyOf([secretLine]);

describe('a push', () => {
  test('that Loki takes is accepted', async () => {
    expect(await clientOf().push(body.payload)).toEqual({ outcome: 'accepted' });
    expect(model.stored(body.stream)).toMatchObject([{ line: secretLine }]);
    expect(server.requests[0]?.headers).toMatchObject({ 'content-type': 'application/x-protobuf' });
  });

  test.each<[string, Fault, object]>([
    ['200 without a body', { status: 200 }, { outcome: 'accepted' }],
    ['R35: 200 with HTML', { status: 200, text: '<html>' }, { outcome: 'misleading' }],
    ['R35: 260', { status: 260, text: 'blocked' }, { outcome: 'misleading' }],
    ['R35: 202', { status: 202 }, { outcome: 'misleading' }],
    ['R31: 429 over the tenant rate', { status: 429, text: `ingestion rate limit exceeded for user fake: ${secretLine}` }, { outcome: 'retry' }],
    ['R31: 429 over the rate of a stream, which may have stored a part', { status: 429, text: 'Per stream rate limit exceeded' }, { outcome: 'uncertain' }],
    ['R31: 429 without a body', { status: 429, headers: { 'retry-after': '7' } }, { outcome: 'uncertain', afterMs: 7000 }],
    ['R33: 500', { status: 500, text: secretLine }, { outcome: 'uncertain', answered: true }],
    ['R33: 502', { status: 502 }, { outcome: 'uncertain' }],
    ['R33: 503 with a date', { status: 503, headers: { 'retry-after': new Date(Date.now() - 5000).toUTCString() } }, { outcome: 'uncertain', afterMs: 0 }],
    ['R33: 504', { status: 504 }, { outcome: 'uncertain' }],
    ['R32: 400', { status: 400, text: `entry too far behind: ${secretLine}` }, { outcome: 'rejected', why: 'Loki answered 400: lines too far behind their stream' }],
    ['R34: 413', { status: 413 }, { outcome: 'too_large' }],
    ['R34: 401', { status: 401 }, { outcome: 'retry' }],
    ['R34: 403', { status: 403 }, { outcome: 'retry' }],
    ['R34: 404', { status: 404 }, { outcome: 'retry' }],
    ['R34: 415', { status: 415 }, { outcome: 'retry' }],
    ['R34: 422', { status: 422 }, { outcome: 'retry' }],
    ['R36: no answer', { hang: true }, { outcome: 'uncertain', why: 'Loki: no answer within 300 ms', answered: false }],
    ['R36: an answer byte by byte', { drip: true }, { outcome: 'uncertain', why: 'Loki: no answer within 300 ms' }],
    ['R37: a reset before', { reset: 'before' }, { outcome: 'uncertain' }],
    ['R37: a reset during', { reset: 'during' }, { outcome: 'uncertain' }],
    ['R37: a reset after', { reset: 'after' }, { outcome: 'uncertain' }],
    ['R38: a lost reply', { store: true, reset: 'after' }, { outcome: 'uncertain' }],
  ])('answered by %s is told for what it is, without quoting a line', async (_name, fault, outcome) => {
    server.faults.push(fault);
    const result = await clientOf().push(body.payload);
    expect(result).toMatchObject(outcome);
    expect(JSON.stringify(result)).not.toContain(secretLine);
  });

  test('R35: 204 with a body is accepted, and the bytes behind it spoil no later answer', async () => {
    const raw = createSocketServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', () => void socket.write('HTTP/1.1 204 No Content\r\nContent-Length: 7\r\n\r\ngarbage'));
    });
    const url = await listen(raw);
    const client = clientOf({ url });
    expect(await client.push(body.payload)).toEqual({ outcome: 'accepted' });
    expect(['accepted', 'uncertain']).toContain((await client.push(body.payload)).outcome);
    raw.close();
  });

  test('R34: never follows a redirect, so no other host sees the lines', async () => {
    let seen = 0;
    const stranger = createServer((_request, response) => {
      seen += 1;
      response.end();
    });
    const url = await listen(stranger);
    for (const status of [301, 302, 307, 308]) {
      server.faults.push({ status, headers: { location: `${url}/loki/api/v1/push` } });
      expect(await clientOf().push(body.payload)).toMatchObject({ outcome: 'retry', why: `Loki's address answered ${status}, a redirect: it is never followed` });
    }
    expect(seen).toBe(0);
    stranger.close();
  });

  test('R36: reads no more than 4 KiB of an answer, however much comes', async () => {
    let written = 0;
    const flood = createServer((_request, response) => {
      response.writeHead(400);
      const write = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536))) written += 65_536;
      };
      response.on('drain', write);
      response.on('error', () => undefined);
      write();
    });
    const url = await listen(flood);
    expect(await clientOf({ url, timeoutMs: 5000 }).push(body.payload)).toMatchObject({ outcome: 'rejected' });
    await sleep(50);
    expect(written).toBeLessThan(20_000_000);
    flood.closeAllConnections();
    flood.close();
  });

  test('R27: to a closed port or an unknown name was not sent, so nothing is in doubt', async () => {
    const { url } = server;
    await server.close();
    expect(await clientOf({ url }).push(body.payload)).toMatchObject({ outcome: 'retry', answered: false });
    expect(await clientOf({ url: 'http://loki.invalid:3100', timeoutMs: 5000 }).push(body.payload)).toMatchObject({ outcome: 'retry', answered: false });
    server = await startLokiModelServer(model);
  });

  test.skipIf(!hasOpenssl && process.env.CI !== 'true')('R40 (needs openssl): to a server whose certificate does not hold sends nothing', async () => {
    // Signed by nobody: what an expired or a replaced authority looks like from here.
    const request = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout - -days 1 -subj /CN=localhost';
    const pem = execFileSync('openssl', request.split(' '), { stdio: ['ignore', 'pipe', 'ignore'] });
    let seen = 0;
    const secure = createSecureServer({ key: pem, cert: pem }, (_request, response) => {
      seen += 1;
      response.end();
    });
    const url = (await listen(secure)).replace('http:', 'https:');
    expect(await clientOf({ url, timeoutMs: 5000 }).push(body.payload)).toMatchObject({ outcome: 'retry', answered: false, why: 'Loki: no answer (DEPTH_ZERO_SELF_SIGNED_CERT)' });
    expect(seen).toBe(0);
    secure.close();
  });
});

describe('credentials', () => {
  test('come from files, and are read again after a 401', async () => {
    const passwordFile = join(folder, 'password');
    writeFileSync(passwordFile, 'old\n');
    const client = clientOf({ tenant: 'ocean', basicAuth: { username: 'u', passwordFile } });
    await client.push(body.payload);
    writeFileSync(passwordFile, 'new\n');
    server.faults.push({ status: 401 });
    await client.push(body.payload);
    await client.push(body.payload);
    const sent = server.requests.map(({ headers }) => [headers['x-scope-orgid'], headers.authorization]);
    const basic = (secret: string): string[] => ['ocean', `Basic ${Buffer.from(`u:${secret}`).toString('base64')}`];
    expect(sent).toEqual([basic('old'), basic('old'), basic('new')]);
  });

  test('can be a bearer token', async () => {
    const bearerTokenFile = join(folder, 'token');
    writeFileSync(bearerTokenFile, 'abc');
    await clientOf({ bearerTokenFile }).push(body.payload);
    expect(server.requests[0]?.headers.authorization).toBe('Bearer abc');
  });

  test('that cannot be read hold the push and name the file only', async () => {
    const missing = join(folder, 'missing');
    expect(await clientOf({ bearerTokenFile: missing }).push(body.payload)).toMatchObject({ outcome: 'retry', why: `cannot read the secret file ${missing} (ENOENT)` });
    expect(server.requests).toEqual([]);
  });

  test('in the address or of two kinds at once are a mistake in the configuration', () => {
    expect(() => clientOf({ url: 'http://user:pass@127.0.0.1:1' })).toThrow(RangeError);
    expect(() => clientOf({ url: 'ftp://127.0.0.1' })).toThrow(RangeError);
    expect(() => clientOf({ bearerTokenFile: 'a', basicAuth: { username: 'u', passwordFile: 'b' } })).toThrow(RangeError);
  });
});

describe('a question', () => {
  const ask = async (client: ReturnType<typeof clientOf>, of: Body): Promise<string[]> => {
    const found: string[] = [];
    for await (const { line } of client.queryStream(of.stream, of.firstNs, (BigInt(of.lastNs) + 1n).toString())) found.push(line);
    return found;
  };
  const texts = (count: number): string[] => Array.from({ length: count }, (_, place) => `line ${place} "é\\`);

  test('gets every entry in order, over many pages and with several entries at a page edge', async () => {
    const many = bodyOf(texts(103), (place) => Math.floor(place / 3));
    model.receive(many.payload);
    expect((await ask(clientOf({ pageLimit: 7 }), many)).sort()).toEqual(texts(103).sort());
  });

  test('gets every entry of one nanosecond, when there are more than fit on a page', async () => {
    const crowd = bodyOf(texts(103), (place) => (place < 3 ? 1 : place > 99 ? 9 : 5));
    model.receive(crowd.payload);
    expect((await ask(clientOf({ pageLimit: 4 }), crowd)).sort()).toEqual(texts(103).sort());
  });

  test('ends before its end', async () => {
    const two = bodyOf(['first', 'last']);
    model.receive(two.payload);
    const found: string[] = [];
    for await (const { line } of clientOf().queryStream(two.stream, two.firstNs, two.lastNs)) found.push(line);
    expect(found).toEqual(['first']);
  });

  test('knows the newest time of a stream, or that there is none', async () => {
    const two = bodyOf(['first', 'last']);
    const afterLast = (BigInt(two.lastNs) + 1n).toString();
    expect(await clientOf().newestNs(two.stream, two.firstNs, afterLast)).toBe(null);
    model.receive(two.payload);
    expect(await clientOf().newestNs(two.stream, two.firstNs, afterLast)).toBe(two.lastNs);
  });

  test('that is answered with anything but an answer fails in words and quotes nothing', async () => {
    for (const text of ['<html>', '{"data":{"resultType":"matrix","result":[]}}', '[]', `{"data":{"resultType":"streams","result":[{"${secretLine}":1}]}}`]) {
      const odd = createServer((_request, response) => response.end(text));
      const url = await listen(odd);
      const error: unknown = await ask(clientOf({ url }), body).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(LokiUnavailable);
      expect(String(error)).not.toContain(secretLine);
      odd.closeAllConnections();
      odd.close();
    }
  });

  test('is asked in shorter pages when the answer is too large for something on the way', async () => {
    const lines = bodyOf(texts(50));
    model.receive(lines.payload);
    const limits: number[] = [];
    const narrow = createServer((request, response) => {
      const limit = Number(new URL(request.url ?? '', server.url).searchParams.get('limit'));
      limits.push(limit);
      if (limit > 10) response.writeHead(500).end('trying to send message larger than max (5 vs. 4)');
      else void fetch(server.url + (request.url ?? ''), { headers: { 'x-loki-response-encoding-flags': 'categorize-labels' } }).then(async (answer) => response.writeHead(answer.status).end(await answer.text()));
    });
    const url = await listen(narrow);
    expect(await ask(clientOf({ url }), lines)).toEqual(texts(50));
    narrow.closeAllConnections();
    narrow.close();
    expect(limits.slice(0, 4)).toEqual([5000, 500, 50, 5]);
  });

  test('is not asked as if Loki were ready while it answers 503, which is no reason to end', async () => {
    server.readiness.push(503, 503);
    const client = clientOf();
    expect([await client.ready(), await client.ready(), await client.ready()]).toEqual([false, false, true]);
    expect(await clientOf({ url: 'http://127.0.0.1:9' }).ready()).toBe(false);
  });
});

const listen = async (listening: Server): Promise<string> => {
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
};
