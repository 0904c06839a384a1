/** The joint between nginx and the processor: whatever a client makes nginx write with the shipped format, the parser reads. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeLine } from '../log-processor/src/parse/decode-line.ts';
import { contractFields } from '../log-processor/src/parse/fields.ts';
import { parseCombined } from '../log-processor/src/parse/parse-combined.ts';
import { parseJson } from '../log-processor/src/parse/parse-json.ts';
import type { Request, Unread } from '../log-processor/src/record.ts';
import { findNginx, startNginx } from './nginx-server.ts';
import type { NginxServer } from './nginx-server.ts';

const inCi = process.env.CI === 'true';
const dataFolder = resolve(import.meta.dirname, '../../shared/data');
const hasData = existsSync(join(dataFolder, 'nginx-escape-probe/access.json'));
const nginx = await findNginx();

function splitLines(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(10, from);
    lines.push(bytes.subarray(from, end < 0 ? bytes.length : end));
    from = end < 0 ? bytes.length : end + 1;
  }
  return lines;
}

/** Fails without showing the line. */
function mustParse(parse: (line: string) => Request | Unread, bytes: Buffer, at: number): Request {
  const parsed = parse(decodeLine(bytes));
  if ('reason' in parsed) throw new Error(`line ${at}: ${parsed.reason}`);
  return parsed;
}

describe('the contract', () => {
  const conf = readFileSync(resolve(import.meta.dirname, '../nginx/log-format.conf'), 'utf8').replace(/^\s*#.*$/gm, '');

  test('nginx writes the fields that the code knows, in the same order, and no others', () => {
    const written = [...conf.matchAll(/'"(\w+)":"\$(\w+)",?'/g)].map(([, key, variable]) => [key, variable]);
    expect(written).toEqual(contractFields.map((name) => [name, name]));
    expect([...conf.matchAll(/\$/g)]).toHaveLength(contractFields.length);
  });

  test('every variable is quoted and escaped as JSON', () => {
    expect(conf).toMatch(/log_format tidewatch escape=json/);
    expect(conf.match(/\$\w+/g)).toHaveLength(conf.match(/"\$\w+"/g)?.length ?? 0);
  });

  test('nothing that names or joins a person is among them', () => {
    expect(conf).not.toMatch(/cookie|authorization|remote_user|remote_port|request_id|\$connection|ssl_client/);
  });
});

test('nginx is installed wherever CI runs', () => expect(nginx !== null || !inCi).toBe(true));
test('the shared data is there wherever CI runs', () => expect(hasData || !inCi).toBe(true));

describe.skipIf(nginx === null)('a real nginx (skipped where none is installed)', () => {
  let server: NginxServer;
  /** What was sent, and what must be read back; `undefined` where only readability is claimed. */
  const sent: { name: string; expected?: Partial<Request> }[] = [];

  async function say(name: string, raw: string | Uint8Array, expected?: Partial<Request>, options?: Parameters<NginxServer['send']>[1]): Promise<void> {
    await server.send(raw, options);
    sent.push(expected === undefined ? { name } : { name, expected });
    await untilWritten(sent.length);
  }
  /** nginx writes its line after the answer, and for a client that went away when it notices: the next request waits for it. */
  async function untilWritten(count: number): Promise<void> {
    for (let tries = 0; tries < 2000 && splitLines(await server.log()).length < count; tries += 1) await new Promise((done) => setTimeout(done, 5));
  }
  const get = (uri: string, headers = ''): string => `GET ${uri} HTTP/1.1\r\nHost: probe\r\nConnection: close\r\n${headers}\r\n`;
  /** How bytes of a header are read back. */
  const asRead = (latin1: string): string => decodeLine(Buffer.from(latin1, 'latin1'));

  beforeAll(async () => {
    server = await startNginx(nginx ?? '');
    sent.push({ name: 'hello of the starter', expected: { uri: '/hello', status: 200 } });

    for (let byte = 0; byte < 256; byte += 1) {
      if (byte === 10) continue;
      const letter = String.fromCharCode(byte);
      const refused = byte === 0 || byte === 13;
      // nginx cuts spaces off both ends of a header, hence the letters around the byte.
      const agent = refused ? '' : asRead(`A${letter}Z`);
      await say(`agent byte ${byte}`, get(`/b?x=${byte}`, `User-Agent: A${letter}Z\r\n`), { uri: `/b?x=${byte}`, userAgent: agent, status: refused ? 400 : 200 });
      const accepted = byte > 0x20 && byte !== 0x7f && letter !== '%';
      await say(`uri byte ${byte}`, get(`/u${letter}v`, `User-Agent: uri-${byte}\r\n`), accepted ? { uri: asRead(`/u${letter}v`), method: 'GET' } : { status: 400, uri: '' });
    }

    const utf8 = Buffer.from('Ünïcödé 日本 😀').toString('latin1');
    await say('UTF-8', get('/utf8', `User-Agent: ${utf8}\r\nReferer: http://e/${utf8}\r\n`), { userAgent: 'Ünïcödé 日本 😀', referrer: 'http://e/Ünïcödé 日本 😀' });
    await say('broken UTF-8 beside good', get('/mixed', `User-Agent: ${utf8}\r\nReferer: \xff\xfe\r\n`), { userAgent: 'Ünïcödé 日本 😀', referrer: '\uefff\ueffe' });
    await say('nothing but the host', get('/none'), { userAgent: '', referrer: '', forwardedFor: '', purpose: '', upstreamMs: -1 });
    await say('empty headers', get('/empty', 'User-Agent: \r\nReferer:\r\n'), { userAgent: '', referrer: '' });
    await say('dashes', get('/dash', 'User-Agent: -\r\nReferer: -\r\n'), { userAgent: '-', referrer: '-' });
    await say('headers twice', get('/twice', 'User-Agent: one\r\nUser-Agent: two\r\nReferer: r1\r\nReferer: r2\r\n'), { userAgent: 'one', referrer: 'r1' });
    await say('X-Forwarded-For twice', get('/xff', 'X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-For: 198.51.100.2, 203.0.113.3\r\n'), {
      forwardedFor: '192.0.2.1, 198.51.100.2, 203.0.113.3',
    });
    await say('JSON fragments', get('/inj?a="},{"b":"c\\', 'Referer: http://e/"\\\r\nUser-Agent: \\u0022 \\x22 " </script>","status":"999\r\n'), {
      uri: '/inj?a="},{"b":"c\\',
      referrer: 'http://e/"\\',
      userAgent: '\\u0022 \\x22 " </script>","status":"999',
      status: 200,
    });
    await say('encoded NUL', get('/a%20b%00c', 'User-Agent: nul\r\n'), { status: 400, method: 'GET' });
    await say('HTTP/0.9', 'GET /nine\r\n', { uri: '/nine', method: 'GET', status: 200 });
    await say('TLS hello', Buffer.concat([Buffer.from('16030100c8010000c403', 'hex'), Buffer.from('"\\\x00\xff\r\n\r\n', 'latin1')]), { status: 400, method: '' });
    await say('garbage', Buffer.from('\x00\x01\x02"\\\xff\r\n', 'latin1'), { status: 400, method: '', uri: '' });
    await say('no request line', '\r\n\r\n\r\n', undefined);
    await say('long uri', `GET /${'a'.repeat(9000)} HTTP/1.1\r\nHost: probe\r\n\r\n`, { status: 414 });
    await say('long agent', get('/long', `User-Agent: ${'U'.repeat(8000)}\r\n`), { userAgent: 'U'.repeat(8000), status: 200 });
    await say('lower-case method', 'get / HTTP/1.1\r\nHost: probe\r\n\r\n', { status: 400, method: '' });
    await say('CONNECT', 'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n', undefined);
    await say('Basic auth', get('/user', `Authorization: Basic ${Buffer.from('al"ice\\\x01\xff:pw', 'latin1').toString('base64')}\r\n`), { uri: '/user', status: 200 });
    await say('prefetch', get('/page', 'Sec-Purpose: prefetch;prerender\r\n'), { purpose: 'prefetch;prerender', contentType: 'text/html; charset=utf-8' });
    await say('a POST', 'POST /form HTTP/1.1\r\nHost: probe\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc', { method: 'POST', status: 200 });
    await say('another Host', get('/host', 'X: y\r\n').replace('probe', 'evil.example'), { serverName: 'first.example.org' });
    await say('a redirect', get('/moved'), { status: 301 });
    await say('not there', get('/gone'), { status: 404 });
    await say('refused upstream', get('/refused', 'User-Agent: up\r\n'), { status: 502 });
    await say('over a unix socket', get('/unix', 'X-Forwarded-For: 192.0.2.7\r\n'), { peer: 'unix:', forwardedFor: '192.0.2.7' }, { overSocket: true });
    await say('half a request, then silence', 'GET /half HTTP/1.1\r\nHost:', { status: 408 }, { waitMs: 2500 });
    await say('half a request, then gone', 'GET /half HTTP/1.1\r\nHost:', undefined, { abort: true });
  }, 120_000);

  afterAll(() => server.stop());

  test('reads every line it wrote and finds in it what was sent', async () => {
    const lines = splitLines(await server.log());
    expect(lines).toHaveLength(sent.length);
    sent.forEach(({ name, expected }, index) => {
      const request = mustParse(parseJson, lines[index] ?? Buffer.alloc(0), index + 1);
      expect(request.timeMs, name).toBeGreaterThan(Date.now() - 600_000);
      expect(request.timeMs, name).toBeLessThanOrEqual(Date.now());
      expect(request.serverName, name).toBe('first.example.org');
      expect(request.bytes, name).toBeGreaterThanOrEqual(0);
      expect(request.durationMs, name).toBeGreaterThanOrEqual(0);
      if (!name.includes('unix')) expect(request.peer, name).toBe('127.0.0.1');
      if (name === 'refused upstream') expect(request.upstreamMs, name).toBeGreaterThanOrEqual(0);
      if (expected !== undefined) expect(request, name).toMatchObject(expected);
    });
  });

  test('reads lists of upstream times, and answers that nobody waited for', async () => {
    const before = splitLines(await server.log()).length;
    await server.send(get('/upstream', 'User-Agent: outer\r\n'));
    await server.send(get('/tried', 'User-Agent: tried\r\n'));
    await server.send(get('/slow', 'User-Agent: impatient\r\n'), { abort: true });
    // Each of the first two is passed on to this very nginx, which writes a line for itself, too.
    await untilWritten(before + 5);
    const lines = splitLines(await server.log()).slice(before);
    const requests = lines.map((line, index) => mustParse(parseJson, line, index + 1));
    expect(lines.some((line) => /"upstream_response_time":"\d\.\d{3}, \d\.\d{3}"/.test(line.toString('latin1')))).toBe(true);
    const impatient = requests.find((request) => request.userAgent === 'impatient');
    expect(impatient).toMatchObject({ status: 499, bytes: 0 });
    for (const agent of ['outer', 'tried']) {
      const outer = requests.filter((request) => request.userAgent === agent && request.peer === '127.0.0.1');
      expect(outer, agent).toHaveLength(1);
      expect(outer[0]?.upstreamMs, agent).toBeGreaterThanOrEqual(0);
    }
  });

  test('no value that names or joins a person is in the log', async () => {
    const log = (await server.log()).toString('latin1');
    expect(log).not.toMatch(/al\\"ice|Basic |evil\.example/);
    expect(log).not.toContain('probe"');
  });
});

describe.skipIf(!hasData)('recorded and real logs (skipped without the shared data)', () => {
  test('all 528 odd lines of the escape probe are read, in JSON and in combined, and say the same', () => {
    const json = splitLines(readFileSync(join(dataFolder, 'nginx-escape-probe/access.json')));
    const combined = splitLines(readFileSync(join(dataFolder, 'nginx-escape-probe/access.combined')));
    expect([json.length, combined.length]).toEqual([528, 528]);
    let differingRequests = 0;
    json.forEach((line, index) => {
      const fromJson = mustParse(parseJson, line, index + 1);
      const fromCombined = mustParse(parseCombined, combined[index] ?? Buffer.alloc(0), index + 1);
      const dashes = (text: string): string => (text === '-' ? '' : text);
      expect(fromCombined.referrer, `referrer of line ${index + 1}`).toBe(dashes(fromJson.referrer));
      expect(fromCombined.userAgent, `agent of line ${index + 1}`).toBe(dashes(fromJson.userAgent));
      expect(fromCombined.status).toBe(fromJson.status);
      expect(fromCombined.bytes).toBe(fromJson.bytes);
      expect(fromCombined.peer).toBe(fromJson.peer);
      expect(fromCombined.writtenDate).toBe(fromJson.writtenDate);
      expect(fromCombined.timeMs).toBe(Math.floor(fromJson.timeMs / 1000) * 1000);
      if (fromCombined.uri !== fromJson.uri || fromCombined.method !== fromJson.method) {
        // Of requests it refused, nginx logs the line in combined but no method and address in JSON.
        expect([400, 414]).toContain(fromJson.status);
        differingRequests += 1;
      }
    });
    expect(differingRequests).toBe(6);
  });

  const sets = [
    'zanbil-2019/long-access.gz',
    'sparkdeveloper-2016/access3.log.gz',
    'mountaintelephone-2005-2018/access.log.gz',
    'seart-ghs-2024/access.txt',
    'elastic-apache-2015/apache_logs.gz',
    ...(hasData
      ? readdirSync(join(dataFolder, 'willthefarmer-2024-2026/data/nginx_default'), { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name).slice(dataFolder.length + 1))
      : []),
  ];

  test('real logs, made nginx JSON by an independent tool, are read without one malformed line', { timeout: 300_000 }, () => {
    const converted = execFileSync('python3', [join(dataFolder, 'tools/combined2nginxjson.py'), ...sets.map((set) => join(dataFolder, set))], {
      maxBuffer: 512 * 2 ** 20,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const reasons = new Map<string, number>();
    let read = 0;
    for (const line of splitLines(converted)) {
      const parsed = parseJson(decodeLine(line));
      if ('reason' in parsed) reasons.set(parsed.reason, (reasons.get(parsed.reason) ?? 0) + 1);
      else if (parsed.writtenDate !== '') read += 1;
    }
    expect(Object.fromEntries(reasons)).toEqual({});
    expect(read).toBeGreaterThan(440_000);
  });
});
