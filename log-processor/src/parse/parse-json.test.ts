import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Request, Unread } from '../record.ts';
import { decodeLine } from './decode-line.ts';
import { contractFields } from './fields.ts';
import { parseJson } from './parse-json.ts';
import { maxTimeMs, minTimeMs } from './parse-time.ts';

const good: Record<string, unknown> = {
  msec: '1700000000.123',
  remote_addr: '192.0.2.1',
  http_x_forwarded_for: '198.51.100.2',
  server_name: 'example.org',
  request_method: 'GET',
  request_uri: '/a?b=c',
  status: '200',
  bytes_sent: '512',
  request_time: '0.042',
  upstream_response_time: '0.003',
  http_referer: 'https://example.net/',
  http_user_agent: 'Firefox',
  http_sec_purpose: 'prefetch',
  sent_http_content_type: 'text/html',
};

const line = (changes: Record<string, unknown> = {}): string => JSON.stringify({ ...good, ...changes });
const without = (...names: string[]): string => JSON.stringify(Object.fromEntries(Object.entries(good).filter(([name]) => !names.includes(name))));

const reasonOf = (parsed: Request | Unread): string => ('reason' in parsed ? parsed.reason : 'it was read');

function read(text: string): Request {
  const parsed = parseJson(text);
  if ('reason' in parsed) throw new Error(parsed.reason);
  return parsed;
}

test('a line of the contract becomes a request', () => {
  expect(parseJson(line())).toEqual({
    timeMs: 1_700_000_000_123,
    writtenDate: '',
    peer: '192.0.2.1',
    forwardedFor: '198.51.100.2',
    serverName: 'example.org',
    method: 'GET',
    uri: '/a?b=c',
    status: 200,
    bytes: 512,
    durationMs: 42,
    upstreamMs: 3,
    referrer: 'https://example.net/',
    userAgent: 'Firefox',
    purpose: 'prefetch',
    contentType: 'text/html',
  });
});

test('another layout is read too: numbers without quotes, its own date and body bytes, no optional fields', () => {
  const other =
    '{"time_iso8601":"2016-02-20T00:00:45-05:00","msec":1455944445.000,"remote_addr":"192.0.2.1","host":"evil.example","request":"GET / HTTP/1.1",' +
    '"request_method":"GET","request_uri":"/","status":404,"body_bytes_sent":17,"request_time":0.000,"http_referer":"","http_user_agent":"x"}';
  expect(parseJson(other)).toMatchObject({ timeMs: 1_455_944_445_000, writtenDate: '2016-02-20', status: 404, bytes: 17, durationMs: 0, upstreamMs: -1, serverName: '' });
});

test('without msec the written time counts, whole seconds and zone included', () => {
  const text = JSON.stringify({ time_iso8601: '2026-11-22T11:14:54+03:30', remote_addr: 'unix:', status: '000' });
  expect(parseJson(text)).toMatchObject({ timeMs: Date.UTC(2026, 10, 22, 7, 44, 54), writtenDate: '2026-11-22', status: 0, bytes: 0, durationMs: -1 });
});

test('every millisecond is read exactly, as text and as a number', () => {
  fc.assert(
    fc.property(fc.integer({ min: minTimeMs, max: maxTimeMs }), (timeMs) => {
      const written = `${Math.floor(timeMs / 1000)}.${String(timeMs % 1000).padStart(3, '0')}`;
      expect(read(line({ msec: written })).timeMs).toBe(timeMs);
      expect(read(line().replace('"1700000000.123"', written)).timeMs).toBe(timeMs);
    }),
  );
});

test.each([
  ['', -1],
  ['-', -1],
  ['0.003, -', 3],
  ['0.001 : 0.002', 3],
  ['-, 0.001 : 10.001, -', 10_002],
  ['-, -', -1],
  [0.25, 250],
])('upstream times %j are %i ms in all', (written, milliseconds) => {
  expect(read(line({ upstream_response_time: written })).upstreamMs).toBe(milliseconds);
});

describe('a bad line is a value', () => {
  test.each(['', ' \t\r', ' '.repeat(1000)])('empty %#', (text) => expect(reasonOf(parseJson(text))).toBe('empty'));

  test.each([
    'x', 'null', 'true', '1', '"text"', '[]', '[{}]', '{"msec":"1"', '{"msec":,}', '{\'a\':1}', '\ufeff{}', `${line()}${line()}`, '\u0000', '{"status":009}',
  ])('not one object: %j', (text) => expect(reasonOf(parseJson(text))).toBe('malformed'));

  test.each([
    { request_uri: {} },
    { request_uri: ['/'] },
    { http_user_agent: 5 },
    { http_referer: true },
    { remote_addr: 3_221_225_985 },
    { bytes_sent: '-1' },
    { bytes_sent: 1.5 },
    { bytes_sent: {} },
    { bytes_sent: '1e3' },
    { request_time: 'soon' },
    { request_time: -1 },
    { request_time: [] },
    { upstream_response_time: '0.003;0.002' },
    { upstream_response_time: '0.003, x' },
    { upstream_response_time: { a: 1 } },
  ])('a wrong type: %j', (change) => expect(reasonOf(parseJson(line(change)))).toBe('malformed'));

  test.each(['', 'NaN', 'Infinity', '-1.000', -1, '1e300', 1e300, '253402300799.000', 253402300799, '9223372037.000', '0.000', 0, '315532800.000', '661651199.999', ' 1', '1.', '0x10', '1700000000,123', {}, [], true])(
    'an absurd msec: %j',
    (msec) => expect(reasonOf(parseJson(line({ msec })))).toBe('bad_time'),
  );
  test.each(['2026-02-29T00:00:00+00:00', '2026-13-01T00:00:00+00:00', '2026-11-22T24:00:00+00:00', '2026-11-22 11:14:54+00:00', '2026-11-22T11:14:54', '9999-01-01T00:00:00Z', '1970-01-01T00:00:00Z', '0099-01-01T00:00:00Z', 'x'])(
    'an absurd date: %j',
    (time_iso8601) => {
      expect(reasonOf(parseJson(line({ time_iso8601, msec: undefined })))).toBe('bad_time');
      expect(reasonOf(parseJson(line({ time_iso8601 })))).toBe('bad_time');
    },
  );
  test('no time at all', () => expect(reasonOf(parseJson(without('msec')))).toBe('bad_time'));

  test.each(['000', '009', '099', '200', '999', 0, 9, 404])('status %j is one', (status) => expect(read(line({ status })).status).toBe(Number(status)));
  test.each(['99999', '99', '1000', '-01', '-1', -1, 1000, 200.5, '', ' 200', '2e2', null, {}, [200], '٢٠٠'])('status %j is none', (status) =>
    expect(reasonOf(parseJson(line({ status })))).toBe('bad_status'),
  );
  test('no status at all', () => expect(reasonOf(parseJson(without('status')))).toBe('bad_status'));

  test.each(['', null])('no address: %j', (remote_addr) => expect(reasonOf(parseJson(line({ remote_addr })))).toBe('bad_address'));
});

test('a line that is no request says its time and server name where they can be read', () => {
  const known = { timeMs: 1_700_000_000_123, serverName: 'example.org' };
  expect(parseJson(line({ status: '20' }))).toEqual({ reason: 'bad_status', ...known });
  expect(parseJson(line({ remote_addr: '' }))).toEqual({ reason: 'bad_address', ...known });
  expect(parseJson(line({ bytes_sent: 'x' }))).toEqual({ reason: 'malformed', ...known });
  expect(parseJson(line({ request_uri: 1 }))).toEqual({ reason: 'malformed', ...known });
  expect(parseJson(line({ server_name: 1 }))).toEqual({ reason: 'malformed', ...known, serverName: null });
  expect(parseJson(line({ msec: '0.000' }))).toEqual({ reason: 'bad_time', ...known, timeMs: null });
  expect(parseJson('{')).toEqual({ reason: 'malformed', timeMs: null, serverName: null });
});

describe('hostile objects', () => {
  test('keys of the prototype change nothing', () => {
    const text = line().replace('{', '{"__proto__":{"status":"500","msec":"1"},"constructor":{"prototype":{"polluted":1}},"toString":"x",');
    expect(read(text)).toEqual(read(line()));
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(reasonOf(parseJson('{"__proto__":{"msec":"1","status":"200","remote_addr":"192.0.2.1"}}'))).toBe('bad_time');
  });

  test('of a doubled key the last counts', () => {
    expect(read(line().replace('"status":"200"', '"status":"200","status":"404"')).status).toBe(404);
  });

  test('unknown keys may hold anything', () => {
    expect(read(line({ request: { a: [{}] }, extra: null }))).toEqual(read(line()));
  });

  test('deep nesting ends as a value', () => {
    const deep = '['.repeat(1_000_000);
    expect(reasonOf(parseJson(deep))).toBe('malformed');
    expect(reasonOf(parseJson(`{"a":${deep}${']'.repeat(1_000_000)}}`))).toBe('bad_time');
    expect(reasonOf(parseJson(line({ request_uri: 0 }).replace(':0,', `:${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)},`)))).toBe('malformed');
  });

  test('lines of 10 MB take no time worth speaking of', () => {
    const big = 'a'.repeat(10_000_000);
    const began = performance.now();
    expect(read(line({ http_user_agent: big })).userAgent).toHaveLength(8192);
    expect(read(line({ request_uri: `/${big}` })).uri).toHaveLength(8192);
    expect(reasonOf(parseJson(big))).toBe('malformed');
    expect(reasonOf(parseJson(' '.repeat(10_000_000)))).toBe('empty');
    expect(reasonOf(parseJson(line({ msec: '1'.repeat(10_000_000) })))).toBe('bad_time');
    expect(reasonOf(parseJson(line({ upstream_response_time: '0.001, '.repeat(1_000_000) })))).toBe('malformed');
    expect(performance.now() - began).toBeLessThan(5000);
  });

  test('a list of forwarded addresses is cut at its left end, never inside an address', () => {
    const forwarded = `${'203.0.113.1, '.repeat(1000)}192.0.2.9`;
    const { forwardedFor } = read(line({ http_x_forwarded_for: forwarded }));
    expect(forwardedFor.length).toBeLessThanOrEqual(2048);
    expect(forwardedFor.endsWith(', 192.0.2.9')).toBe(true);
    expect(new Set(forwardedFor.split(',').map((entry) => entry.trim()))).toEqual(new Set(['203.0.113.1', '192.0.2.9']));
    expect(read(line({ http_x_forwarded_for: '1'.repeat(5000) })).forwardedFor).toBe('');
  });

  test('half a surrogate pair does not come through', () => {
    expect(read(line().replace('Firefox', '\\ud800x')).userAgent).toBe('\ufffdx');
    expect(read(line({ http_user_agent: `${'a'.repeat(8191)}😀` })).userAgent.isWellFormed()).toBe(true);
  });

  test('whatever comes, it is a request or a reason', () => {
    fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.jsonValue().map((value) => line({ msec: value, status: value, bytes_sent: value }))), (text) => {
      const parsed = parseJson(text);
      expect(['string', 'object']).toContain(typeof parsed);
    }));
  });
});

/** As nginx's escape=json writes bytes (src/core/ngx_string.c, ngx_escape_json). */
function escapeJson(bytes: Buffer): Buffer {
  const short = new Map([[8, 'b'], [9, 't'], [10, 'n'], [12, 'f'], [13, 'r'], [34, '"'], [92, '\\']]);
  const pieces: Buffer[] = [];
  for (const byte of bytes) {
    const letter = short.get(byte);
    if (letter !== undefined) pieces.push(Buffer.from(`\\${letter}`));
    else if (byte < 0x20) pieces.push(Buffer.from(`\\u00${byte.toString(16).toUpperCase().padStart(2, '0')}`));
    else pieces.push(Buffer.from([byte]));
  }
  return Buffer.concat(pieces);
}

test('whatever bytes a client sends, the line nginx writes is read back to the same values', () => {
  const anyBytes = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes));
  const anyText = fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => Buffer.from(text));
  const value = fc.oneof(anyBytes, anyText);
  const texts = { request_uri: 'uri', http_referer: 'referrer', http_user_agent: 'userAgent', http_x_forwarded_for: 'forwardedFor', http_sec_purpose: 'purpose', request_method: 'method', sent_http_content_type: 'contentType' } as const;
  const short = fc.uint8Array({ maxLength: 10 }).map((bytes) => Buffer.from(bytes));
  const fields = fc.record({ request_uri: value, http_referer: value, http_user_agent: value, http_x_forwarded_for: value, http_sec_purpose: value, request_method: short, sent_http_content_type: value });
  fc.assert(
    fc.property(fields, fc.integer({ min: 0, max: 999 }), (sent, status) => {
      const values: Record<string, Buffer> = { ...sent, status: Buffer.from(String(status).padStart(3, '0')) };
      const written = contractFields.map((name) => Buffer.concat([Buffer.from(`"${name}":"`), escapeJson(values[name] ?? Buffer.from(String(good[name]))), Buffer.from('"')]));
      const bytes = Buffer.concat([Buffer.from('{'), ...written.flatMap((piece, index) => (index === 0 ? [piece] : [Buffer.from(','), piece])), Buffer.from('}')]);
      expect(bytes.includes(10)).toBe(false);
      const request = read(decodeLine(bytes));
      for (const [field, key] of Object.entries(texts)) expect(request[key]).toBe(decodeLine(values[field] ?? Buffer.alloc(0)));
      expect(request.status).toBe(status);
    }),
    { numRuns: 500 },
  );
});
