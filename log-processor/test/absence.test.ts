/**
 * T1: made-up personal data in every encoding, in every field that nginx can log, in both formats, through the whole program and its troubles; then
 * nothing of it is in anything that leaves the program, lies beside it or speaks of it. T2: with any one protection switched off, it is found.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLokiModel } from '../../test/loki-model.ts';
import { startLokiModelServer } from '../../test/loki-model-server.ts';
import type { Fault } from '../../test/loki-model-server.ts';
import { parseAddress } from '../src/keys/parse-address.ts';
import type { Rooms } from '../src/assemble.ts';
import { decodeBody } from '../src/loki/decode-body.ts';
import type { Address, PublicRequest } from '../src/record.ts';
import { patternNames } from '../src/scrub/pattern-names.ts';
import { createScrubber } from '../src/scrub/scrub.ts';
import { openSqliteStore } from '../src/store/sqlite-store.ts';
import { addressBytes, canaries, findCanaries } from './canaries.ts';
import { firefox, jsonLine, runRoad } from './road-run.ts';
import type { LineFields, RoadOptions } from './road-run.ts';

let home = '';
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'absence-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));
const freshFolder = (): string => mkdtempSync(join(home, 'run-'));

// --- the canaries in their fields -------------------------------------------------------------------------------------------------------------

/** Two clients have every value, and two are enough for it to be shown: nothing hides behind `other`. */
const clients = ['192.0.2.77', '198.51.100.23'];
/** A trusted proxy, so that X-Forwarded-For is read. */
const proxy = '203.0.113.250';
const uriOf = (make: (text: string) => string) => (text: string): LineFields => ({ request_uri: make(text) });
const refererOf = (make: (text: string) => string) => (text: string): LineFields => ({ http_referer: make(text) });

/** Every field of nginx/log-format.conf, and the places within it that are treated differently. */
const places: Readonly<Record<string, (text: string) => LineFields>> = {
  'msec': (msec) => ({ msec }),
  'remote-addr': (remote_addr) => ({ remote_addr }),
  'forwarded-for': (text) => ({ remote_addr: proxy, http_x_forwarded_for: text }),
  'forwarded-for-list': (text) => ({ remote_addr: proxy, http_x_forwarded_for: `${text}, 198.51.100.23, ${proxy}` }),
  'server-name': (server_name) => ({ server_name }),
  'method': (request_method) => ({ request_method }),
  'uri': uriOf((text) => text),
  'uri-segment': uriOf((text) => `/en/${text}/x`),
  'uri-first-segment': uriOf((text) => `/${text}`),
  'uri-component': uriOf((text) => `/a/${encodeURIComponent(text)}`),
  'uri-file': uriOf((text) => `/files/${text}.css`),
  'uri-rule': uriOf((text) => `/shop/${text}`),
  'uri-other-query': uriOf((text) => `/?r=${text}`),
  'uri-fragment': uriOf((text) => `/x#${text}`),
  'uri-parameter': uriOf((text) => `/x;v=${text}/y`),
  'uri-authority': uriOf((text) => `http://${text}/x`),
  'uri-query': uriOf((text) => `/?q=${text}`),
  'uri-query-component': uriOf((text) => `/x?q=${encodeURIComponent(text)}`),
  'status': (status) => ({ status }),
  'bytes': (bytes_sent) => ({ bytes_sent }),
  'request-time': (request_time) => ({ request_time }),
  'upstream-time': (upstream_response_time) => ({ upstream_response_time }),
  'referer': refererOf((text) => text),
  'referer-path': refererOf((text) => `https://news.example/${text}?q=${text}#${text}`),
  'referer-user': refererOf((text) => `https://${text}:${text}@news.example/`),
  'referer-host': refererOf((text) => `https://${text}/`),
  'referer-host-label': refererOf((text) => `https://x-${text}.isp.example/`),
  'agent': (http_user_agent) => ({ http_user_agent }),
  'agent-comment': (text) => ({ http_user_agent: `Mozilla/5.0 (X11; Linux x86_64; ${text}) Gecko/20100101 Firefox/140.0` }),
  'agent-product': (text) => ({ http_user_agent: `${text}/1.0 Chrome/140.0 Safari/537.36` }),
  'agent-bot': (text) => ({ http_user_agent: `Googlebot/2.1 (+http://${text}/)` }),
  'purpose': (http_sec_purpose) => ({ http_sec_purpose }),
  'content-type': (sent_http_content_type) => ({ sent_http_content_type }),
};
const placeNames = Object.keys(places);
/** Whether a path is personal shows in its place, not in its text. */
const notForPaths = new Set(['uri-query', 'uri-query-component', 'referer-host', 'referer-host-label', 'uri-rule', 'uri-file']);

const texts = canaries.flatMap(({ name, kind, encodings }) => encodings.map(({ name: encoding, text }) => ({ canary: name, kind, encoding, text })));
type Text = (typeof texts)[number];
/** Numbers that nginx counts by itself: in them a number is a number, whomever it reminds of. */
const counted = new Set(['bytes', 'request-time', 'upstream-time']);
const isNumber = (text: string): boolean => /^[0-9]+$/.test(text);

function fits({ kind, encoding, text }: Text, place: string): boolean {
  if (counted.has(place)) return !isNumber(text);
  return kind !== 'path' || (!notForPaths.has(place) && (encoding === 'plain' || !place.startsWith('uri')));
}

/** Each place has its own site, so that the number of values of a day is never what keeps one of them back. */
const siteOf = (place: string): string => `${place}.example`;

function jsonLines(startMs: number, wanted: readonly string[] = placeNames): string[] {
  let timeMs = startMs;
  return wanted.flatMap((place) =>
    texts.filter((one) => fits(one, place)).flatMap(({ text }) => {
      timeMs += 1;
      return clients.map((remote_addr) => jsonLine(timeMs, { server_name: siteOf(place), remote_addr, status: timeMs % 7 === 0 ? '404' : '200', ...places[place]?.(text) }));
    }),
  );
}

/** As nginx's default escape writes a value. */
const escaped = (text: string): string => [...Buffer.from(text)].map((byte) => (byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c ? String.fromCharCode(byte) : `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`)).join('');

type Written = (text: string, client: string, time: string) => string;
const combinedPlaces: readonly Written[] = [
  (text, _client, time) => `${text} - - [${time}] "GET / HTTP/1.1" 200 9 "-" "x"`,
  (text, client, time) => `${text} ${client} - - [${time}] "GET / HTTP/1.1" 200 9 "-" "x"`,
  (text, client, time) => `${client} ${text} - [${time}] "GET / HTTP/1.1" 200 9 "-" "x"`,
  (text, client, time) => `${client} - ${text} [${time}] "GET / HTTP/1.1" 200 9 "-" "x"`,
  (text, client) => `${client} - - [${text}] "GET / HTTP/1.1" 200 9 "-" "x"`,
  (text, client, time) => `${client} - - [${time}] "${text}" 400 9 "-" "x"`,
  (text, client, time) => `${client} - - [${time}] "${text} / HTTP/1.1" 400 9 "-" "x"`,
  (text, client, time) => `${client} - - [${time}] "GET /en/${text}/x HTTP/1.1" 200 9 "-" "x"`,
  (text, client, time) => `${client} - - [${time}] "GET /?r=${text} HTTP/1.1" 404 9 "-" "x"`,
  (text, client, time) => `${client} - - [${time}] "GET / HTTP/1.1" ${text} 9 "-" "x"`,
  (text, client, time) => (isNumber(text) ? '' : `${client} - - [${time}] "GET / HTTP/1.1" 200 ${text} "-" "x"`),
  (text, client, time) => `${client} - - [${time}] "GET / HTTP/1.1" 200 9 "${text}" "x"`,
  (text, client, time) => `${client} - - [${time}] "GET / HTTP/1.1" 200 9 "https://news.example/${text}" "x"`,
  (text, client, time) => `${client} - - [${time}] "GET / HTTP/1.1" 200 9 "-" "${text}"`,
  (text, client, time) => `${client} - - [${time}] "GET / HTTP/1.1" 200 9 "-" "${firefox}" "${text}"`,
];

function combinedLines(startMs: number): string[] {
  const at = new Date(startMs);
  const month = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'][at.getUTCMonth()] ?? '';
  const time = `${String(at.getUTCDate()).padStart(2, '0')}/${month}/${at.getUTCFullYear()}:${at.toISOString().slice(11, 19)} +0000`;
  const wanted = texts.filter(({ kind, encoding }) => kind !== 'path' || encoding === 'plain');
  return combinedPlaces.flatMap((place) => wanted.flatMap(({ text }) => clients.map((client) => place(escaped(text), client, time))));
}

/** Lines that never become requests. */
function brokenLines(startMs: number): string[] {
  const plain = canaries.map(({ value }) => value);
  const lines = plain.map((value) => jsonLine(startMs, { remote_addr: clients[0] ?? '', request_uri: `/${value}`, http_user_agent: value }));
  return [
    ...texts.map(({ text }) => text),
    ...lines.map((line) => line.slice(0, -40)),
    ...lines.map((line) => line + line),
    ...lines.map((line) => line.replace('"status":"200"', '"status":')),
    ...plain.map((value) => `${value} ${'x'.repeat(40_000)}`),
  ];
}

const settings = (folder: string): Record<string, unknown> => ({
  host: 'web1',
  log_level: 'debug',
  anonymity_threshold: 2,
  max_line_bytes: 32_768,
  trusted_proxies: [proxy],
  inputs: [
    { name: 'main', path: join(folder, 'access.json.log'), start_at: 'beginning' },
    { name: 'old', path: join(folder, 'access.log'), start_at: 'beginning', format: 'combined', site: 'combined' },
  ],
  sites: [
    ...placeNames.map((place) => ({ name: place, server_names: [siteOf(place)], query_keys: ['q'], paths: place === 'uri-rule' ? [{ match: '/shop/**', template: '/shop/**' }] : [] })),
    { name: 'combined', server_names: ['combined.example'] },
  ],
});

// --- the search -------------------------------------------------------------------------------------------------------------------------------

/** What was found where: nothing, if all is well. */
const found = (channels: Readonly<Record<string, readonly (Buffer | string)[]>>): string[] =>
  Object.entries(channels).flatMap(([channel, haystacks]) => [...new Set(haystacks.flatMap(findCanaries))].map((canary) => `${channel}: ${canary}`));

/** Every byte below a folder. */
const filesBelow = (folder: string): Buffer[] =>
  !existsSync(folder) ? [] : readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)).filter((path) => statSync(path).isFile()).map((path) => readFileSync(path));

/** Labels, lines and metadata of a push body as text. */
const bodyText = (payload: Uint8Array): string => JSON.stringify(decodeBody(payload));

/** What a closed state holds, read through its own door, bodies of the outbox decoded. */
function stateText(folder: string): string[] {
  const store = openSqliteStore({ path: join(folder, 'state.db') });
  try {
    return [...[...store.scan('')].map(([key, value]) => `${key} ${value}`), ...store.bodies().map(({ id }) => bodyText(store.payload(id)))];
  } finally {
    store.close();
  }
}

const startMs = Date.UTC(2026, 8, 15, 10);

type Run = Partial<RoadOptions> & { readonly json: readonly string[]; readonly combined?: readonly string[] };

/** One run in this process, to its end, and all that it left. */
async function leavings({ json, combined = [], ...options }: Run): Promise<Record<string, readonly (Buffer | string)[]>> {
  const folder = freshFolder();
  writeFileSync(join(folder, 'access.json.log'), json.map((line) => `${line}\n`).join(''));
  writeFileSync(join(folder, 'access.log'), combined.map((line) => `${line}\n`).join(''));
  const { counters } = await runRoad({ folder, nowMs: startMs + 26 * 3_600_000, inputs: 'followed', settings: settings(folder), ...options });
  const left = { lines: filesBelow(join(folder, 'lines')), state: [...filesBelow(join(folder, 'state')), ...stateText(join(folder, 'state'))], keys: filesBelow(join(folder, 'keys')), counters };
  rmSync(folder, { recursive: true });
  return left;
}

describe('every canary in every encoding in every field (T1)', () => {
  const json = jsonLines(startMs);
  const combined = combinedLines(startMs);

  test(`${canaries.length} canaries in ${texts.length} spellings and ${placeNames.length + combinedPlaces.length} places: ${json.length + combined.length} lines, and the search sees each of them`, () => {
    expect(canaries.length).toBeGreaterThanOrEqual(20);
    const fields = new Set(placeNames.flatMap((place) => Object.keys(places[place]?.('x') ?? {})));
    expect([...fields].sort()).toEqual(['bytes_sent', 'http_referer', 'http_sec_purpose', 'http_user_agent', 'http_x_forwarded_for', 'msec', 'remote_addr', 'request_method', 'request_time', 'request_uri', 'sent_http_content_type', 'server_name', 'status', 'upstream_response_time']);
    for (const lines of [json, combined]) expect(findCanaries(lines.join('\n')).sort()).toEqual(canaries.map(({ name }) => name).sort());
  });

  // Lines of exactly our shape are scanned and walk with memory; a space sends them along the general road.
  test.each(['as nginx writes them', 'with a space too many'])('is gone from lines, visits, receipts, counters, keys and the state with its words that wait: lines %s', { timeout: 300_000 }, async (written) => {
    const lines = written === 'as nginx writes them' ? json : json.map((line) => line.replace('{', '{ '));
    const left = await leavings({ json: [...lines, ...brokenLines(startMs)], combined: [...combined, ...brokenLines(startMs)] });
    expect(found(left)).toEqual([]);
    expect(left['lines']?.length).toBe(3);
    expect(left['lines']?.[0]?.length).toBeGreaterThan(1_000_000);
    // The values were shown, not only folded away.
    for (const name of patternNames) if (name !== 'oversize') expect(left['lines']?.join('\n')).toContain(`:${name}`);
  });

  test('is gone from what Loki is sent', { timeout: 300_000 }, async () => {
    const sent: Buffer[] = [];
    const loki = createLokiModel({ nowMs: () => startMs + 26 * 3_600_000 });
    const push = (payload: Uint8Array): ReturnType<typeof loki.push> => {
      sent.push(Buffer.from(bodyText(payload)));
      return loki.push(payload);
    };
    const capturing = Object.assign(Object.create(loki) as typeof loki, { push });
    const left = await leavings({ json, combined, loki: capturing });
    expect(found({ ...left, sent })).toEqual([]);
    expect(sent.join('').length).toBeGreaterThan(1_000_000);
  });
});

describe('with one protection switched off, the same search finds what it held back (T2)', () => {
  const shown = jsonLines(startMs, ['uri-segment', 'uri-component', 'uri-query', 'uri-query-component', 'referer-host', 'referer-host-label']);

  test('with all of them on, it finds nothing', async () => {
    expect(found(await leavings({ json: shown }))).toEqual([]);
  });

  test.each(patternNames.filter((name) => name !== 'oversize'))('the pattern %s', async (name) => {
    const left = await leavings({ json: shown, scrub: createScrubber({ off: [name] }) });
    expect(found(left).map((hit) => hit.split(':')[0])).toEqual(expect.arrayContaining(['lines', 'state']));
  });

  const addressOnly = jsonLines(startMs, ['remote-addr', 'forwarded-for']);

  /** Ways in which the step that takes the address away could fail at it. */
  const leaks: Readonly<Record<string, (request: PublicRequest, address: Address) => Partial<PublicRequest>>> = {
    'the path': (_, { text }) => ({ path: `/${text}` }),
    'the visitor, as 4 or 8 bytes in hexadecimal': (_, { bytes }) => ({ visitor: Buffer.from(bytes).toString('hex').padEnd(32, '0') }),
    'the client, as base64': (_, { text }) => ({ client: Buffer.from(`x${text}`).toString('base64') }),
    'the country': (_, { text }) => ({ country: text }),
    'the referrer, as a host name': (_, { text }) => ({ referrerHost: `ip-${text.replaceAll('.', '-').replaceAll(':', '-')}.isp.example` }),
    'the family, percent-encoded': (_, { text }) => ({ family: text.replace(/[^A-Za-z0-9]/g, (char) => `%${char.charCodeAt(0).toString(16)}`) }),
    'the number of bytes': ({ bytes }, { text }) => (text.includes(':') ? { bytes } : { bytes: addressBytes(text).readUInt32BE() }),
  };

  /** The general form of the step, and the one for lines of the expected shape. */
  const roads: Readonly<Record<string, { sabotage: (rooms: Rooms, leak: (result: PublicRequest, address: Address | null) => PublicRequest) => void; write: (line: string) => string }>> = {
    general: {
      write: (line) => line.replace('{', '{ '),
      sabotage: ({ road }, leak) => {
        const honest = road.anonymise.bind(road);
        road.anonymise = (line) => {
          const result = honest(line);
          return 'keyWanted' in result ? result : leak(result, line.facts.address);
        };
      },
    },
    fast: {
      write: (line) => line,
      sabotage: ({ road }, leak) => {
        const honest = road.anonymiseKnown.bind(road);
        road.anonymiseKnown = (line) => {
          const result = honest(line);
          return 'keyWanted' in result ? result : leak(result, parseAddress(line.address ?? ''));
        };
      },
    },
  };

  test.each(Object.keys(roads).flatMap((road) => Object.keys(leaks).map((name) => [road, name] as const)))('on the %s road, an address in %s', async (road, name) => {
    const { write = String, sabotage } = roads[road] ?? {};
    const leak = (result: PublicRequest, address: Address | null): PublicRequest => (address === null ? result : { ...result, ...leaks[name]?.(result, address) });
    const hits = found(await leavings({ json: addressOnly.map(write), sabotage: (rooms) => sabotage?.(rooms, leak) }));
    expect(hits.filter((hit) => hit.startsWith('lines: v4')).length).toBeGreaterThan(0);
  });

  test('a raw line in the state, and an address in the name of a metric', async () => {
    const sabotage = ({ tallies }: Rooms): void => tallies.counter('logproc_scrubbed_total', ['203.0.113.199']).add(1);
    const store: RoadOptions['store'] = (honest) => {
      const commit = honest.commit.bind(honest);
      honest.commit = (change) => commit({ ...change, puts: [...change.puts, ['note/1', Buffer.from('jeanne.canari@example.org').toString('base64')]] });
      return honest;
    };
    const hits = found(await leavings({ json: addressOnly.slice(0, 4), sabotage, store }));
    expect(hits).toEqual(expect.arrayContaining(['state: e-mail', 'state: v4 203.0.113.199', 'counters: v4 203.0.113.199']));
  });
});

// --- the program itself -------------------------------------------------------------------------------------------------------------------------

type Program = { readonly child: ChildProcess; readonly said: Buffer[]; url(): Promise<string>; end(signal: NodeJS.Signals): Promise<number | null> };

const main = join(import.meta.dirname, '..', 'src', 'main.ts');
const programs = new Set<ChildProcess>();
afterAll(() => programs.forEach((child) => child.kill('SIGKILL')));

/** `tidewatch run` as a process of its own, through a shell that may limit it. */
function startProgram(folder: string, more: { settings?: Record<string, unknown>; limit?: string; environment?: Record<string, string> } = {}): Program {
  const config = join(folder, 'tidewatch.yaml');
  const folders = { state_folder: join(folder, 'state'), key_folder: join(folder, 'keys'), files_folder: join(folder, 'lines') };
  writeFileSync(config, JSON.stringify({ ...settings(folder), ...folders, listen_port: 0, commit_interval_milliseconds: 100, ...more.settings }));
  const command = `${more.limit ?? ''} exec "$0" "$@"`;
  const child = spawn('/bin/sh', ['-c', command, process.execPath, '--disable-warning=ExperimentalWarning', main, 'run', '--config', config], {
    cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env['PATH'] ?? '', TIDEWATCH_LOG_LEVEL: 'debug', ...more.environment },
  }); // prettier-ignore
  programs.add(child);
  const said: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => said.push(part));
  child.stderr.on('data', (part: Buffer) => said.push(part));
  return {
    child,
    said,
    url: async () => {
      for (let tries = 0; tries < 1200; tries += 1) {
        const [, url] = /"live_page":"(http:\/\/[^"]+?)\/"/.exec(Buffer.concat(said).toString()) ?? [];
        if (url !== undefined) return url;
        if (child.exitCode !== null) break;
        await sleep(25);
      }
      throw new Error(`the program does not come up: ${Buffer.concat(said).toString().slice(0, 2000)}`);
    },
    end: async (signal) => {
      const closed = once(child, 'close');
      child.kill(signal);
      const [code] = (await closed) as [number | null];
      programs.delete(child);
      return code;
    },
  };
}

/** A door that takes every push down before Loki gets it, and answers for it as told. */
async function startDoor(target: string): Promise<{ url: string; sent: Buffer[]; hold: { is: boolean }; close(): void }> {
  const sent: Buffer[] = [];
  const hold = { is: false };
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const body = Buffer.concat(parts);
      const isPush = request.url?.endsWith('/push') === true;
      if (isPush) sent.push(body);
      sent.push(Buffer.from(JSON.stringify([request.url, request.headers])));
      if (isPush && hold.is) return; // never answers
      fetch(target + (request.url ?? ''), { method: request.method ?? 'GET', ...(isPush ? { body, headers: { 'content-type': 'application/x-protobuf' } } : {}) }).then(
        async (answer) => {
          response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()));
        },
        () => request.socket.destroy(),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent,
    hold,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Bytes on a socket, and all that comes back. */
async function askRaw(url: string, request: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const answer: Buffer[] = [];
  socket.on('data', (part: Buffer) => answer.push(part));
  socket.on('error', () => undefined); // a door may be shut in one's face
  socket.end(request);
  await Promise.race([once(socket, 'close'), sleep(3000)]);
  socket.destroy();
  return Buffer.concat(answer).toString();
}

const aCanary = 'jeanne.canari@example.org';

/** Everything the program says over HTTP, to good and to bad questions that hold canaries. */
async function answersOf(url: string): Promise<string[]> {
  const answers: string[] = [];
  for (const path of ['/metrics', '/', '/healthz', '/readyz', `/${aCanary}?q=192.0.2.77`, '/metrics/192.0.2.77', '/loki/api/v1/push']) {
    for (const accept of ['text/html', 'application/openmetrics-text; version=1.0.0']) {
      const response = await fetch(url + path, { headers: { accept, 'x-forwarded-for': '192.0.2.77', referer: aCanary } });
      answers.push(`${response.status} ${JSON.stringify([...response.headers])} ${await response.text()}`);
    }
  }
  const posted = await fetch(`${url}/loki/api/v1/push`, { method: 'POST', body: aCanary });
  answers.push(`${posted.status} ${await posted.text()}`);
  for (const request of [`${aCanary}\r\n\r\n`, `GET /${aCanary} HTTP/1.1\r\nHost: 192.0.2.77\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`, `GET / HTTP/1.1\r\nHost: a\r\nX: ${aCanary.repeat(1000)}\r\n\r\n`]) {
    answers.push(await askRaw(url, request));
  }
  return answers;
}

const metric = (answers: readonly string[], name: string): number => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(answers.find((text) => text.includes('# HELP')) ?? '')?.[1] ?? NaN);

async function until(condition: () => Promise<boolean> | boolean, longestMs = 60_000): Promise<void> {
  const untilMs = Date.now() + longestMs;
  while (!(await condition())) {
    if (Date.now() > untilMs) throw new Error('it does not come about');
    await sleep(100);
  }
}

const ofProcess = (pid: number): Buffer[] => ['environ', 'cmdline', 'comm'].map((name) => readFileSync(`/proc/${pid}/${name}`));

describe.skipIf(process.platform !== 'linux')('the program itself (needs /proc)', () => {
  /** One spelling in five, so that the program is through with it in seconds. */
  const sample = (lines: readonly string[]): string[] => lines.filter((_, at) => (at >> 1) % 5 === 0);
  const write = (folder: string): void => {
    const from = Date.now() - 3 * 3_600_000;
    writeFileSync(join(folder, 'access.json.log'), [...sample(jsonLines(from)), ...brokenLines(from)].map((line) => `${line}\n`).join(''));
    writeFileSync(join(folder, 'access.log'), [...sample(combinedLines(from)), ...brokenLines(from)].map((line) => `${line}\n`).join(''));
  };

  test('says, answers, sends and keeps nothing of them, whatever Loki does', { timeout: 180_000 }, async () => {
    const folder = freshFolder();
    write(folder);
    const model = createLokiModel({ nowMs: () => Date.now() });
    const server = await startLokiModelServer(model);
    const faults: Fault[] = [{ status: 429, text: 'slow down' }, { status: 400, text: 'entry too far behind' }, { status: 500, text: 'oops' }, { store: true, reset: 'after' }, { status: 400, store: true, text: 'one of them was bad' }, { status: 260 }, { status: 200, text: '<html>' }, { status: 413 }];
    server.faults.push(...faults);
    const door = await startDoor(server.url);
    const program = startProgram(folder, { settings: { output: 'loki', loki_url: door.url, loki_settle_milliseconds: 50 } });
    const url = await program.url();
    const early = await answersOf(url);
    let late: string[] = [];
    await until(async () => {
      late = await answersOf(url);
      return server.faults.length === 0 && metric(late, 'logproc_lines_in_flight\\{input="main"\\}') === 0 && metric(late, 'logproc_lines_in_flight\\{input="old"\\}') === 0;
    }, 120_000);
    const process = ofProcess(program.child.pid ?? 0);
    expect(await program.end('SIGTERM')).toBe(0);
    const stored = model.streams().flatMap((stream) => [stream, ...model.stored(stream).flatMap(({ line, metadata }) => [line, metadata])]).join('\n');
    const bodies = door.sent.filter((body) => body[0] !== 0x5b).map(bodyText);
    const left = { state: [...filesBelow(join(folder, 'state')), ...stateText(join(folder, 'state'))], keys: filesBelow(join(folder, 'keys')), files: filesBelow(join(folder, 'lines')) };
    expect(found({ ...left, stored: [stored], sent: [...door.sent, ...bodies], said: program.said, early, late, process })).toEqual([]);
    expect(bodies.length).toBeGreaterThan(10);
    expect(stored.length).toBeGreaterThan(1_000_000);
    expect(Buffer.concat(program.said).toString()).toContain('ended in order');
    expect(metric(late, 'logproc_lines_dropped_total\\{reason="malformed"\\}')).toBeGreaterThan(100);
    door.close();
    await server.close();
  });

  test('keeps nothing of them in an outbox that Loki never takes, and after a kill', { timeout: 120_000 }, async () => {
    const folder = freshFolder();
    write(folder);
    const door = await startDoor('http://127.0.0.1:9');
    door.hold.is = true;
    const program = startProgram(folder, { settings: { output: 'loki', loki_url: door.url } });
    const url = await program.url();
    let answers: string[] = [];
    await until(async () => {
      answers = await answersOf(url);
      return metric(answers, 'logproc_outbox_bytes') > 100_000 && door.sent.length > 1;
    });
    const process = ofProcess(program.child.pid ?? 0);
    await program.end('SIGKILL');
    const raw = filesBelow(join(folder, 'state'));
    const state = stateText(join(folder, 'state'));
    expect(found({ raw, state, keys: filesBelow(join(folder, 'keys')), sent: door.sent, said: program.said, answers, process })).toEqual([]);
    expect(state.filter((text) => text.startsWith('{"labels":')).join('').length).toBeGreaterThan(500_000);
    door.close();
  });

  test('says nothing of them while the disk is full', { timeout: 120_000 }, async () => {
    const folder = freshFolder();
    write(folder);
    // No file of it may grow beyond this many blocks of 512 or 1024 bytes.
    const program = startProgram(folder, { limit: 'ulimit -f 1500;' });
    const url = await program.url();
    let answers: string[] = [];
    await until(async () => {
      answers = await answersOf(url);
      return answers.some((text) => /^503 .*cannot|^503 .*Cannot/s.test(text));
    });
    const process = ofProcess(program.child.pid ?? 0);
    await program.end('SIGKILL');
    const left = { state: filesBelow(join(folder, 'state')), keys: filesBelow(join(folder, 'keys')), lines: filesBelow(join(folder, 'lines')) };
    expect(found({ ...left, said: program.said, answers, process })).toEqual([]);
    expect(Buffer.concat(program.said).toString()).toContain('cannot write');
  });

  test('this search sees what a process is given (T2)', { timeout: 60_000 }, async () => {
    const folder = freshFolder();
    mkdirSync(join(folder, '2001:db8::c0de'));
    writeFileSync(join(folder, '2001:db8::c0de', 'access.json.log'), '');
    writeFileSync(join(folder, '2001:db8::c0de', 'access.log'), '');
    const program = startProgram(join(folder, '2001:db8::c0de'), { environment: { NOTE: aCanary } });
    await program.url();
    const process = ofProcess(program.child.pid ?? 0);
    expect(await program.end('SIGTERM')).toBe(0);
    expect(found({ process }).sort()).toEqual(['process: e-mail', 'process: v6 2001:db8::c0de']);
  });
});
