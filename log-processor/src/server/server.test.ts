import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLogger } from '../logger.ts';
import { createRegistry } from '../metrics/registry.ts';
import { createTallies } from '../metrics/tallies.ts';
import { ServerRefused, startServer } from './server.ts';
import type { RunningServer } from './server.ts';
import { exampleFigures } from './test/example-figures.ts';

const canary = 'canary-203.0.113.77';
const state: { reasons: string[]; broken: Error | null } = { reasons: [], broken: null };
const voice = new PassThrough();
const logger = createLogger({ level: 'debug', destination: voice });
const registry = createRegistry({ tallies: createTallies(), version: '0.1.0', revision: 'abc', known: { sites: ['a'], inputs: ['main'], patterns: [] } });
const start = (port = 0, host = '127.0.0.1') => startServer({
  host, port, logger,
  metrics: async () => {
    if (state.broken !== null) throw state.broken;
    return { text: await registry.text(), contentType: registry.contentType };
  },
  ready: () => ({ ready: state.reasons.length === 0, reasons: state.reasons }),
  live: () => exampleFigures,
  push: null,
});

let server: RunningServer;
beforeAll(async () => {
  server = await start();
});
afterAll(() => server.close());

const ask = (path: string, options: RequestInit = {}) => fetch(`${server.url}${path}`, { redirect: 'manual', ...options });

/** Sends the path as it is, which fetch would tidy up first. */
const askRaw = async (path: string, headers: Record<string, string> = {}): Promise<{ status: number; all: string }> => {
  const asked = request(server.url, { headers });
  asked.path = path;
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return { status: response.statusCode ?? 0, all: `${response.rawHeaders.join('\n')}\n${await text(response)}` };
};

/** Writes bytes and returns everything that came back until the connection ended. */
const talk = async (bytes: string): Promise<string> => {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(bytes);
  return text(socket);
};

describe('the four pages', () => {
  test('/metrics is what prom-client writes, with its content type', async () => {
    const response = await ask('/metrics');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await response.text()).toContain('logproc_lines_read_total{input="main"} 0');
  });

  test('/healthz is fine as long as the process turns', async () => {
    state.reasons = ['Loki does not answer'];
    const response = await ask('/healthz');
    state.reasons = [];
    expect([response.status, await response.text()]).toEqual([200, 'ok\n']);
  });

  test('/readyz gives its reasons', async () => {
    expect((await ask('/readyz')).status).toBe(200);
    state.reasons = ['Loki does not answer', 'the key of today is missing'];
    const response = await ask('/readyz');
    state.reasons = [];
    expect([response.status, await response.text()]).toEqual([503, 'not ready\nLoki does not answer\nthe key of today is missing\n']);
  });

  test('/ is the live page, and its policy allows exactly the stylesheet in it', async () => {
    const response = await ask('/');
    const page = await response.text();
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page).toContain('active visitors now');
    const style = /<style>(.*?)<\/style>/s.exec(page)?.[1] ?? '';
    expect(response.headers.get('content-security-policy')).toContain(`style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`);
    expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none';/);
  });

  test.each(['/', '/metrics', '/healthz', '/readyz'])('HEAD %s has the headers of GET and no body', async (path) => {
    const response = await ask(path, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(0);
    expect(await response.text()).toBe('');
  });
});

describe('everything else', () => {
  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'PROPFIND'])('%s is not allowed on a page', async (method) => {
    const response = await ask('/metrics', { method, ...(method === 'POST' && { body: canary }) });
    expect([response.status, response.headers.get('allow'), await response.text()]).toEqual([405, 'GET, HEAD', 'method not allowed\n']);
  });

  test.each(['/nothing', '/metrics/', '/Metrics', '/healthz/x', '//', '/../etc/passwd', '/%2e%2e/%2e%2e', '/%ff%zz', '/favicon.ico', '/\\evil', `/${canary}?${canary}`, '/__proto__'])('%s is not found, and nothing of it comes back', async (path) => {
    const { status, all } = await askRaw(path, { 'X-Forwarded-For': canary, Referer: canary, 'User-Agent': canary, Cookie: canary, Host: canary });
    expect(status).toBe(404);
    expect(all).not.toContain('canary');
    expect(all).toMatch(/\nnot found\n$/);
  });

  test.each(['/', '/metrics', '/healthz', '/readyz', '/nothing'])('%s carries the security headers and says nothing of its maker', async (path) => {
    const { headers } = await ask(path);
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY', 'referrer-policy': 'no-referrer', 'cache-control': 'no-store',
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'") as unknown,
    });
    for (const name of ['x-powered-by', 'etag', 'server', 'set-cookie', 'access-control-allow-origin']) expect(headers.has(name), name).toBe(false);
  });

  test('a query, a host or a range changes nothing', async () => {
    const { status, all } = await askRaw(`/healthz?a[b]=${canary}`, { Host: canary, Range: 'bytes=0-0', 'If-None-Match': '*' });
    expect(status).toBe(200);
    expect(all).toMatch(/\nok\n$/);
    expect(all).not.toContain('canary');
  });

  test('a page that fails answers fixed words and tells the log where, not what', async () => {
    let cause: unknown;
    try {
      JSON.parse(canary);
    } catch (error) {
      cause = error;
    }
    state.broken = cause instanceof Error ? cause : null;
    const response = await ask('/metrics');
    state.broken = null;
    expect([response.status, await response.text()]).toEqual([500, 'internal error\n']);
    const said = String(voice.read());
    expect(said).toContain('"message":"a page could not be made","error":{"name":"SyntaxError","at":"server.test.ts:');
    expect(said).not.toContain('canary');
  });

  test.each([
    ['no HTTP at all', `${canary}\r\n\r\n`, /^HTTP\/1\.1 400 /],
    ['a header that is too large', `GET /healthz HTTP/1.1\r\nHost: a\r\nX: ${canary.repeat(1000)}\r\n\r\n`, /^HTTP\/1\.1 431 /],
    ['two lengths', `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n${canary}`, /^HTTP\/1\.1 400 /],
    ['no host', `GET /healthz HTTP/1.1\r\n\r\n`, /^HTTP\/1\.1 400 /],
  ])('%s is refused without an echo', async (_, bytes, answer) => {
    const answered = await talk(bytes);
    expect(answered).toMatch(answer);
    expect(answered).not.toContain('canary');
  });
});

describe('the port', () => {
  test('one in use is one clear error', async () => {
    const port = Number(new URL(server.url).port);
    await expect(start(port)).rejects.toThrow(new ServerRefused('EADDRINUSE', '127.0.0.1', port));
  });

  test('an address that is not of this machine is one clear error', async () => {
    await expect(start(0, '192.0.2.1')).rejects.toThrow('192.0.2.1 is no address of this machine');
  });

  test('closing lets go of the port, even with an idle and a silent client on it', async () => {
    const other = await start();
    await (await fetch(`${other.url}/healthz`)).text();
    const silent = connect(Number(new URL(other.url).port), '127.0.0.1');
    silent.on('error', () => undefined);
    await once(silent, 'connect');
    const startedMs = Date.now();
    await other.close();
    expect(Date.now() - startedMs).toBeLessThan(4000);
    const again = await start(Number(new URL(other.url).port));
    await again.close();
  });
});
