/** The joint of the whole road: what a real nginx writes arrives in a real Loki, anonymised, once, and counted, however the processor is started and stopped. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findCanaries } from '../log-processor/test/canaries.ts';
import { accessLine } from '../log-processor/src/generate/access-line.ts';
import type { ServedRequest } from '../log-processor/src/generate/access-line.ts';
import { openSqliteStore } from '../log-processor/src/store/sqlite-store.ts';
import { askLoki, countLoki, isObject, queryLoki } from './loki-contents.ts';
import type { LokiEntry } from './loki-contents.ts';
import { skipWithoutLoki, startLoki } from './loki-server.ts';
import type { LokiServer } from './loki-server.ts';
import { findNginx, startNginx } from './nginx-server.ts';
import type { NginxServer } from './nginx-server.ts';
import { readMetrics, startProcessor, total } from './processor-process.ts';
import type { ProcessorProcess } from './processor-process.ts';

const nginxPath = await findNginx();
/** On CI a missing server fails at its start instead. */
const skip = skipWithoutLoki || (nginxPath === null && process.env.CI !== 'true');

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const iphone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1';
const googlebot = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
const probe = 'Mozilla/5.0 (compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)';

type Agent = { readonly agent_class: string; readonly agent: string; readonly os: string; readonly device: string };
const linuxFirefox: Agent = { agent_class: 'browser', agent: 'Firefox', os: 'Linux', device: 'desktop' };
const iosSafari: Agent = { agent_class: 'browser', agent: 'Safari', os: 'iOS', device: 'mobile' };
const robot = (agent: string): Agent => ({ agent_class: 'bot', agent, os: 'other', device: 'other' });

/** Addresses that the search for canaries knows in every encoding. */
const [ann, bob, crawler, monitor] = ['192.0.2.77', '2001:db8::c0de', '198.51.100.23', '203.0.113.199'];

/** A request, and what its line must say beside what nginx measured. */
type Asked = {
  readonly target: string;
  readonly from: string;
  readonly userAgent: string;
  readonly headers?: string;
  readonly method?: string;
  readonly visitor: string;
  readonly path: string;
  readonly kind: string;
  readonly referrer?: string;
  readonly agent: Agent;
};

const annAsks = { from: ann, userAgent: firefox, visitor: 'ann', agent: linuxFirefox } as const;
const bobAsks = { from: bob, userAgent: iphone, visitor: 'bob', agent: iosSafari } as const;
const asked: readonly Asked[] = [
  { ...annAsks, target: '/page?utm_source=mail&email=jeanne.canari@example.org', path: '/page', kind: 'page' },
  { ...annAsks, target: '/style.css', path: '/style.css', kind: 'asset', headers: 'Referer: http://first.example.org/page\r\n', referrer: 'internal' },
  { ...annAsks, target: '/page/next', path: '/page/next', kind: 'page', headers: 'Sec-Purpose: prefetch;prerender\r\n' },
  { ...bobAsks, target: '/page', path: '/page', kind: 'page', headers: 'Referer: https://search.example/?q=reef\r\n', referrer: 'search.example' },
  { ...bobAsks, target: '/gone', path: '/gone', kind: 'page' }, // 404
  { ...bobAsks, target: '/users/gaspard.serin', path: 'other', kind: 'other' }, // nobody else was there, so nobody is told
  { ...bobAsks, target: '/moved', path: '/moved', kind: 'page' }, // 301
  { ...bobAsks, target: '/api/tides', method: 'POST', path: '/api/tides', kind: 'api' },
  { ...annAsks, target: '/gone', path: '/gone', kind: 'page' }, // 404
  { target: '/robots.txt', from: crawler, userAgent: googlebot, visitor: 'crawler', path: '/robots.txt', kind: 'other', agent: robot('Googlebot') },
  { target: '/page', from: crawler, userAgent: googlebot, visitor: 'crawler', path: '/page', kind: 'page', agent: robot('Googlebot') },
  { target: '/healthz', from: monitor, userAgent: probe, visitor: 'monitor', path: '/healthz', kind: 'health', agent: robot('UptimeRobot') },
];
/** What nginx-server.ts asks to know that nginx is up: no agent, no proxy. */
const hello: Asked = { target: '/hello', from: '127.0.0.1', userAgent: '', visitor: 'starter', path: '/hello', kind: 'page', agent: robot('other bot') };

/** A day that is over for an hour at least, whenever this runs. */
const yesterdayMs = Math.floor((Date.now() - 25 * 3_600_000) / 86_400_000) * 86_400_000;
const yesterday = new Date(yesterdayMs).toISOString().slice(0, 10);
const at = (clock: string): number => Date.parse(`${yesterday}T${clock}Z`);

const served = (time: string, path: string, more: Partial<ServedRequest>): ServedRequest => ({
  timeMs: at(time), remoteAddress: '127.0.0.1', forwardedFor: ann, serverName: 'first.example.org', method: 'GET', uri: path, status: 200, bytes: 1000,
  durationMs: 20, upstreamMs: -1, referrer: '', userAgent: firefox, purpose: '', contentType: 'text/html', ...more,
}); // prettier-ignore
const css = { contentType: 'text/css', bytes: 500 };
const fromCrawler = { forwardedFor: crawler, userAgent: googlebot };
const fromBob = { forwardedFor: bob, userAgent: iphone };
const yesterdaysLines: readonly ServedRequest[] = [
  served('10:00:00.000', '/page', { referrer: 'https://search.example/' }),
  served('10:00:00.400', '/style.css', css),
  served('10:04:00.000', '/page', fromBob), // a page and nothing of it: suspected
  served('10:05:00.000', '/page/next', { durationMs: 50 }),
  served('10:10:00.000', '/robots.txt', { ...fromCrawler, contentType: 'text/plain' }),
  served('10:10:05.000', '/page', fromCrawler),
  served('10:35:00.000', '/gone', { status: 404, bytes: 300 }), // exactly 1800 s later: the same visit
  served('11:05:00.001', '/page', {}), // a millisecond more: a new one
  served('11:05:00.100', '/style.css', css),
  served('12:00:00.000', '/healthz', { forwardedFor: monitor, userAgent: probe }),
];

const whole = yesterdaysLines.map(accessLine);
/** R23: what a full disk leaves, the start of one line with the next one behind it, and what an unquoted variable leaves. */
const torn = [`${whole[5]?.slice(0, 40) ?? ''}${whole[5] ?? ''}`, (whole[5] ?? '').replace(/"upstream_response_time":"[^"]*"/, '"upstream_response_time":')];
/** Lines 6 and 7 are the torn ones. */
const history = [...whole.slice(0, 5), ...torn, ...whole.slice(5)];

/** The line as it must be in Loki, with names instead of tokens. */
function expectedLine(ask: Asked, written: Readonly<Record<string, string>>): string {
  const { method = 'GET', visitor, path, kind, referrer = 'direct', agent } = ask;
  const status = Number(written['status']);
  const rounded = (value: number): number => (path === 'other' ? Number(value.toPrecision(2)) : value);
  return JSON.stringify({
    visitor,
    ...(status >= 400 ? { client: `client of ${visitor}` } : {}),
    method, path, kind, status,
    bytes: rounded(Number(written['bytes_sent'])),
    request_time: Number(written['request_time']),
    referrer, country: 'unknown', ...agent,
  }); // prettier-ignore
}

/** Puts names in the place of tokens, in the order in which they come; a token that was seen keeps its name. */
function withNames(lines: readonly string[], names: readonly string[]): string[] {
  const known = new Map<string, string>();
  return lines.map((line, index) =>
    line.replace(/"(visitor|client)":"([0-9a-f]+)"/g, (_, field: string, token: string) => {
      if (!known.has(token)) known.set(token, field === 'client' ? `client of ${names[index] ?? ''}` : (names[index] ?? ''));
      return `"${field}":"${known.get(token) ?? ''}"`;
    }),
  );
}

const parsed = (text: string): Record<string, unknown> => {
  const value: unknown = JSON.parse(text);
  if (!isObject(value)) throw new Error('no object');
  return value;
};

async function until(what: string, holds: () => Promise<boolean>, seconds = 40): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`not within ${seconds} s: ${what}`);
    await sleep(100);
  }
}

describe.skipIf(skip)('from a real nginx into a real Loki', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-joint-'));
  const range = { fromMs: yesterdayMs, toMs: Date.now() + 3_600_000 };
  let nginx: NginxServer;
  let loki: LokiServer;
  let processor: ProcessorProcess;

  const start = (): ProcessorProcess =>
    startProcessor({
      folder,
      settings: {
        output: 'loki',
        loki_url: loki.url,
        host: 'joint',
        log_level: 'debug',
        trusted_proxies: ['127.0.0.1'],
        commit_interval_milliseconds: 100,
        inputs: [
          { name: 'nginx', path: nginx.logPath, start_at: 'beginning' },
          { name: 'history', path: join(folder, 'history.json.log'), start_at: 'beginning' },
        ],
        sites: [{
          name: 'first', server_names: ['first.example.org'], own_hosts: [],
          shown_values: ['/page', '/page/next', '/style.css', '/gone', '/moved', '/api/tides', '/robots.txt', '/healthz', '/hello', 'search.example', 'Firefox', 'Safari', 'Googlebot', 'UptimeRobot', 'other bot'],
        }], // prettier-ignore
      },
    });
  const ask = async ({ target, from, userAgent, headers = '', method = 'GET' }: Asked): Promise<void> => {
    const close = 'Connection: close\r\n';
    await nginx.send(`${method} ${target} HTTP/1.1\r\nHost: first.example.org\r\nX-Forwarded-For: ${from}\r\nUser-Agent: ${userAgent}\r\n${headers}${close}\r\n`);
  };
  const written = async (): Promise<Record<string, string>[]> =>
    (await nginx.log())
      .toString()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => Object.fromEntries(Object.entries(parsed(line)).map(([key, value]) => [key, String(value)])));
  const inLoki = (logql: string): Promise<LokiEntry[]> => queryLoki(loki.url, logql, range);
  const ledger = async (): Promise<Record<string, number>> => {
    const samples = await readMetrics(await processor.url());
    const of = (name: string): number => total(samples, name);
    return { read: of('logproc_lines_read_total'), delivered: of('logproc_lines_delivered_total'), dropped: of('logproc_lines_dropped_total'), inFlight: of('logproc_lines_in_flight') };
  };
  /** Copies that are stored, by stream. */
  const copies = (): Promise<Record<string, number>> => countLoki(loki.url, 'sum by (stream) (count_over_time({job="tidewatch"}[72h]))', 'stream', range.toMs);
  const page = async (path: string): Promise<{ status: number; text: string }> => {
    const response = await fetch(`${await processor.url()}${path}`, { signal: AbortSignal.timeout(5000) });
    return { status: response.status, text: await response.text() };
  };

  beforeAll(async () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'history.json.log'), history.map((line) => `${line}\n`).join(''));
    nginx = await startNginx(nginxPath ?? '');
    loki = await startLoki({ folder: join(folder, 'loki') });
  });
  afterAll(async () => {
    await processor.kill();
    await nginx.stop();
    await loki.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('R27, R39: without Loki it is not ready and says why, and what it reads waits', async () => {
    await loki.stop();
    processor = start();
    for (const request of asked) await ask(request);
    const [lines, dropped] = [asked.length + 1 + history.length, torn.length];
    await until('everything is read', async () => (await ledger())['read'] === lines);
    expect(await ledger()).toEqual({ read: lines, delivered: 0, dropped, inFlight: lines - dropped });
    await until('it is not ready and says why', async () => /^not ready\nLoki: .*ECONNREFUSED/.test((await page('/readyz')).text));
    expect((await page('/readyz')).status).toBe(503);
    expect(await page('/healthz')).toEqual({ status: 200, text: 'ok\n' });
    await loki.restart();
    await until('everything is delivered', async () => (await ledger())['inFlight'] === 0);
    expect(await ledger()).toEqual({ read: lines, delivered: lines - dropped, dropped, inFlight: 0 });
    expect((await readMetrics(await processor.url())).get('logproc_lines_dropped_total{reason="malformed"}')).toBe(dropped);
    await until('it is ready', async () => (await page('/readyz')).status === 200);
    expect((await page('/readyz')).text).toBe('ready\n');
  });

  test('the access lines are exactly what was asked, at the nanosecond that their place gives', async () => {
    const found = await inLoki('{job="tidewatch", stream="access", input="nginx"}');
    const inLog = await written();
    const expected = [hello, ...asked].map((request, index) => expectedLine(request, inLog[index] ?? {}));
    expect(withNames(found.map(({ line }) => line), [hello, ...asked].map(({ visitor }) => visitor))).toEqual(expected); // prettier-ignore
    expect(found.map(({ ns }) => ns)).toEqual(inLog.map((line, index) => `${(line['msec'] ?? '').replace('.', '')}${String(index + 1).padStart(6, '0')}`));
    expect(inLog.map((line) => line['status'])).toEqual(['200', '200', '200', '200', '200', '404', '200', '301', '200', '404', '200', '200', '200']);
  });

  test('labels say where a line comes from; all else is in its text, which LogQL can filter and group by', async () => {
    const notFound = await inLoki('{stream="access", input="nginx"} |= `"status":404,`');
    expect(notFound.map(({ labels }) => labels)).toEqual([0, 1].map(() => ({ job: 'tidewatch', site: 'first', host: 'joint', input: 'nginx', stream: 'access', service_name: 'nginx' })));
    expect(await inLoki('{stream="access", input="nginx"} | json | status=404')).toHaveLength(notFound.length);
    expect(await inLoki('{stream="access", input="nginx"} | json kind="kind" | kind="health"')).toHaveLength(1);
    expect(await inLoki('{stream="access"} |= `"agent_class":"bot"` |= `"kind":"page"`')).toHaveLength(3);
    const byStatus = await countLoki(loki.url, 'sum by (status) (count_over_time({stream="access", input="nginx"} | json status="status" [72h]))', 'status', range.toMs);
    expect(byStatus).toEqual({ 200: 10, 301: 1, 404: 2 });
    expect(await countLoki(loki.url, `sum by (input) (count_over_time({stream="access"}[72h]))`, 'input', range.toMs)).toEqual({ nginx: asked.length + 1, history: yesterdaysLines.length });
  });

  test('the visits of yesterday are closed, each at the time of its last line', async () => {
    const visits = await inLoki('{job="tidewatch", stream="visit"}');
    const common = { server_seconds: 0, country: 'unknown' };
    const ofAnn = { visitor: 'ann', device: 'desktop', browser: 'Firefox', os: 'Linux', agent_class: 'human' };
    const lines = withNames(visits.map(({ line }) => line), ['bob', 'crawler', 'ann', 'ann']).map(parsed); // prettier-ignore
    // Picograms per byte of CO2.js, Sustainable Web Design 4: 35,568 in the network, and 79,534 in the device of whoever is no bot.
    const gramsOf = (bytes: number, perByte = 115_102): object => ({ transfer_co2e_grams: expect.closeTo((bytes * perByte) / 1e12, 6) as number });
    const day = (time: string): string => `${yesterday}T${time}Z`;
    expect(lines).toEqual([
      { visitor: 'bob', first_today: true, start: day('10:04:00.000'), end: day('10:04:00.000'), duration_seconds: 0, views: 1, requests: 1, bytes: 1000, ...common, ...gramsOf(1000), server_seconds: 0.02,
        entry: '/page', exit: '/page', referrer: 'direct', device: 'mobile', browser: 'Safari', os: 'iOS', agent_class: 'suspected', bounce: true },
      { visitor: 'crawler', first_today: true, start: day('10:10:00.000'), end: day('10:10:05.000'), duration_seconds: 5, views: 1, requests: 2, bytes: 2000, ...common, ...gramsOf(2000, 35_568), server_seconds: 0.04,
        entry: '/page', exit: '/page', referrer: 'direct', device: 'other', browser: 'Googlebot', os: 'other', agent_class: 'bot', bounce: true },
      { ...ofAnn, first_today: true, start: day('10:00:00.000'), end: day('10:35:00.000'), duration_seconds: 2100, views: 2, requests: 4, bytes: 2800, ...common, ...gramsOf(2800), server_seconds: 0.11,
        entry: '/page', exit: '/page/next', referrer: 'search.example', bounce: false },
      { ...ofAnn, first_today: false, start: day('11:05:00.001'), end: day('11:05:00.100'), duration_seconds: 0.099, views: 1, requests: 2, bytes: 1500, ...common, ...gramsOf(1500), server_seconds: 0.04,
        entry: '/page', exit: '/page', referrer: 'direct', bounce: true },
    ]); // prettier-ignore
    expect(visits.map(({ ns }) => ns)).toEqual(
      ([['10:04:00.000', 3], ['10:10:05.000', 8], ['10:35:00.000', 9], ['11:05:00.100', 11]] as const).map(([time, number]) => `${at(time)}${String(number).padStart(6, '0')}`),
    ); // prettier-ignore
    expect(visits[2]?.labels).toEqual({
      job: 'tidewatch', site: 'first', host: 'joint', stream: 'visit', service_name: 'tidewatch', agent_class: 'human', country: 'unknown', device: 'desktop', first_today: 'true',
    }); // prettier-ignore
    const byClass = await countLoki(loki.url, 'sum by (agent_class) (count_over_time({stream="visit"} | first_today="true" [72h]))', 'agent_class', range.toMs);
    expect(byClass).toEqual({ human: 1, bot: 1, suspected: 1 });
  });

  test('yesterday has one receipt, and its chain goes on', async () => {
    const receipts = await inLoki('{job="tidewatch", stream="day"}');
    const [first, ...later] = receipts.map(({ line }) => parsed(line));
    expect(first).toMatchObject({
      receipt: 1, site: 'first', day: yesterday, start: `${yesterday}T00:00:00.000Z`, lines: { committed: yesterdaysLines.length, dropped: {} }, previous: null, unattributed: { committed: 0, dropped: { malformed: torn.length } },
      audience: {
        unique_visitors: { browser: 2, bot: 1 },
        visits: { human: { visits: 2, page_views: 3, bounces: 1, visitor_days: 1 }, bot: { visits: 1 }, suspected: { visits: 1 } },
      },
    }); // prettier-ignore
    expect(receipts[0]?.ns).toBe(String(BigInt(yesterdayMs + 86_400_000) * 1_000_000n - 1n));
    expect(later.every((receipt) => receipt['previous'] !== null)).toBe(true);
  });

  test('no address of a client, and nothing else of a person, is in any answer of Loki, of the processor or in what it said', async () => {
    const times = { start: String(range.fromMs * 1e6), end: String(range.toMs * 1e6) };
    const labelValues = ['input', 'site', 'host', 'stream', 'service_name'].map((label) => askLoki(loki.url, `label/${label}/values`, times));
    const texts = [
      await askLoki(loki.url, 'query_range', { query: '{job=~".+"}', ...times, limit: '5000' }),
      await askLoki(loki.url, 'series', times),
      await askLoki(loki.url, 'labels', times),
      await askLoki(loki.url, 'detected_fields', { query: '{job=~".+"}', ...times }),
      ...(await Promise.all(labelValues)),
      (await page('/metrics')).text,
      (await page('/')).text,
      (await page('/readyz')).text,
      (await page('/192.0.2.77')).text,
      processor.said(),
    ];
    expect(texts.join('\n').length).toBeGreaterThan(20_000);
    expect(texts.flatMap(findCanaries)).toEqual([]);
    expect(findCanaries((await nginx.log()).toString())).toContain('v4 192.0.2.77'); // the search can find them
  });

  test('R48: SIGTERM ends it with code 0 and a clean state, and the next start delivers nothing twice', async () => {
    const before = await ledger();
    expect(await processor.stop()).toEqual({ code: 0, signal: null });
    expect(processor.said()).toContain('ended in order');
    const store = openSqliteStore({ path: join(folder, 'state', 'state.db'), program: 'joint test' });
    expect({ clean: store.closedCleanly, bodies: store.bodies().length }).toEqual({ clean: true, bodies: 0 });
    store.close();
    const stored = await copies();
    for (const request of asked.slice(0, 3)) await ask(request); // while it is down
    processor = start();
    await until('the three are delivered', async () => (await ledger())['delivered'] === (before['delivered'] ?? 0) + 3);
    expect(await ledger()).toEqual({ ...before, read: (before['read'] ?? 0) + 3, delivered: (before['delivered'] ?? 0) + 3 });
    expect(await copies()).toEqual({ ...stored, access: (stored['access'] ?? 0) + 3 });
  });

  test('R48: without Loki SIGTERM still ends it with code 0 within ten seconds, a second one at once, and neither loses or doubles a line', async () => {
    const [before, stored] = [await ledger(), await copies()];
    await loki.stop();
    for (const request of asked.slice(0, 2)) await ask(request);
    await until('the two are read', async () => (await ledger())['inFlight'] === 2);
    const stopMs = Date.now();
    expect(await processor.stop()).toEqual({ code: 0, signal: null });
    expect(Date.now() - stopMs).toBeLessThan(10_000);
    processor = start();
    await processor.url();
    for (const request of asked.slice(0, 2)) await ask(request);
    await until('four are in flight', async () => (await ledger())['inFlight'] === 4);
    const ended = processor.stop();
    await sleep(1500); // two signals within a second are one
    const secondMs = Date.now();
    expect((await processor.stop()).signal).toBeNull();
    expect(Date.now() - secondMs).toBeLessThan(1000);
    await ended;
    await loki.restart();
    processor = start();
    await until('the four are delivered', async () => (await ledger())['inFlight'] === 0);
    expect(await ledger()).toEqual({ ...before, read: (before['read'] ?? 0) + 4, delivered: (before['delivered'] ?? 0) + 4 });
    expect(await copies()).toEqual({ ...stored, access: (stored['access'] ?? 0) + 4 });
  });
});
