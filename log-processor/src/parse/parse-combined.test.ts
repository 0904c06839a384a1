import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Request, Unread } from '../record.ts';
import { decodeLine } from './decode-line.ts';
import { parserFor } from './formats.ts';
import { parseCombined, parseCommon } from './parse-combined.ts';

const plain = '192.0.2.1 - - [20/Feb/2016:00:00:45 -0500] "GET /a?b=c HTTP/1.1" 200 512 "https://example.net/" "Mozilla/5.0 (X11)"';
const time = '[20/Feb/2016:00:00:45 -0500]';

const reasonOf = (parsed: Request | Unread): string => ('reason' in parsed ? parsed.reason : 'it was read');

function read(line: string): Request {
  const parsed = parseCombined(line);
  if ('reason' in parsed) throw new Error(parsed.reason);
  return parsed;
}

test('a combined line becomes a request, with the date as its own zone writes it', () => {
  expect(parseCombined(plain)).toEqual({
    timeMs: Date.UTC(2016, 1, 20, 5, 0, 45),
    writtenDate: '2016-02-20',
    peer: '192.0.2.1',
    forwardedFor: '',
    serverName: '',
    method: 'GET',
    uri: '/a?b=c',
    status: 200,
    bytes: 512,
    durationMs: -1,
    upstreamMs: -1,
    referrer: 'https://example.net/',
    userAgent: 'Mozilla/5.0 (X11)',
    purpose: '',
    contentType: '',
  });
});

test('a common line has no referrer and no user agent', () => {
  const common = `2001:db8::1 - - ${time} "GET / HTTP/1.0" 304 -`;
  expect(parseCommon(common)).toMatchObject({ peer: '2001:db8::1', status: 304, bytes: 0, referrer: '', userAgent: '' });
  expect(reasonOf(parseCombined(common))).toBe('malformed');
  expect(parserFor('common')(common)).toEqual(parseCommon(common));
  expect(parserFor('combined')).toBe(parseCombined);
});

test('what follows the user agent is ignored', () => {
  for (const more of [' "-"', ' "203.0.113.9" 0.003', ' rubbish "']) expect(parseCombined(plain + more)).toEqual(parseCombined(plain));
});

test('a dash is how both servers write nothing', () => {
  expect(read(`192.0.2.1 - - ${time} "-" 400 0 "-" "-"`)).toMatchObject({ method: '', uri: '', referrer: '', userAgent: '', bytes: 0 });
  expect(read(`192.0.2.1 - - ${time} "" 400 - "" ""`)).toMatchObject({ method: '', uri: '', referrer: '', userAgent: '', bytes: 0 });
});

test.each([
  ['\\xC3\\xA9', 'é'],
  ['\\xc3\\xa9', 'é'],
  ['a\\x22b\\x5Cc', 'a"b\\c'],
  ['a\\"b\\\\c\\nd\\te', 'a"b\\c\nd\te'],
  ['\\xFF', '\uefff'],
  ['\\xZZ\\x4', 'xZZx4'],
  ['ends\\\\', 'ends\\'],
  ['日本', '日本'],
])('the escapes of nginx and Apache are undone: %s', (written, sent) => {
  expect(read(`192.0.2.1 - - ${time} "GET / HTTP/1.1" 200 1 "${written}" "${written}"`)).toMatchObject({ referrer: sent, userAgent: sent });
});

test('user names may hold spaces, brackets and shell text', () => {
  for (const user of ['alice', 'john doe', 'a [b] c', '$(id) | x', '-', 'x\\x22 [y']) {
    expect(read(`192.0.2.1 - ${user} ${time} "GET / HTTP/1.1" 401 5 "-" "x"`), user).toMatchObject({ peer: '192.0.2.1', status: 401 });
  }
});

test('a leading host with a port, or a leading quote, is no address', () => {
  expect(read(`shop.example.org:443 ${plain}`)).toMatchObject({ peer: '192.0.2.1', serverName: 'shop.example.org' });
  expect(read(`shop.example.org:80 2001:db8::5 - john doe ${time} "GET / HTTP/1.1" 200 1 "-" "x"`)).toMatchObject({ peer: '2001:db8::5', serverName: 'shop.example.org' });
  expect(read(`"${plain}`)).toMatchObject({ peer: '192.0.2.1', serverName: '' });
});

test.each([
  ['GET /a b HTTP/1.1', 'GET', '/a b'],
  ['GET /nine', 'GET', '/nine'],
  ['PROPFIND /dav/ HTTP/1.1', 'PROPFIND', '/dav/'],
  ['CONNECT example.com:443 HTTP/1.1', 'CONNECT', 'example.com:443'],
  ['get / HTTP/1.1', '', ''],
  ['\\x16\\x03\\x01', '', ''],
  ['GET', '', ''],
  ['GET /a\\x00b HTTP/1.1', '', ''],
])('the request line %j', (written, method, uri) => {
  expect(read(`192.0.2.1 - - ${time} "${written}" 400 1 "-" "-"`)).toMatchObject({ method, uri });
});

test('a line that is no request says its time and virtual host where they can be read', () => {
  const known = { timeMs: Date.UTC(2016, 1, 20, 5, 0, 45), serverName: 'shop.example' };
  const vhost = `shop.example:443 ${plain}`;
  expect(parseCombined(vhost.replace(' 200 ', ' 20 '))).toEqual({ reason: 'bad_status', ...known });
  expect(parseCombined(vhost.replace(' 512 ', ' x '))).toEqual({ reason: 'malformed', ...known });
  expect(parseCombined(vhost.replace(time, '[yesterday]'))).toEqual({ reason: 'bad_time', ...known, timeMs: null });
  expect(parseCombined(plain.replace(' 200 ', ' 20 '))).toEqual({ reason: 'bad_status', ...known, serverName: '' });
});

describe('a bad line is a value', () => {
  test.each(['', '   ', '\t\r'])('empty: %j', (line) => expect(reasonOf(parseCombined(line))).toBe('empty'));
  test.each([
    'x', '{"msec":"1"}', time, `192.0.2.1 - - ${time} "GET /`, `192.0.2.1 ${time} "GET /" 200 1 "-" "-"`, `192.0.2.1 - - ${time} "GET / HTTP/1.1" 200 1`,
    `192.0.2.1 - - ${time} "GET / HTTP/1.1" 200 1 "-"`, `192.0.2.1 - - ${time} "GET / HTTP/1.1" 200 1 "-" "cut`, `192.0.2.1 - - ${time} "GET / HTTP/1.1" 200 x "-" "-"`,
    `192.0.2.1 - - ${time} "GET / HTTP/1.1" 200 -5 "-" "-"`, ` - - ${time} "GET / HTTP/1.1" 200 1 "-" "-"`,
  ])('not the format: %#', (line) => expect(reasonOf(parseCombined(line))).toBe('malformed'));
  test.each(['20/Feb/2016:00:00:45', 'yesterday', '', '30/Feb/2016:00:00:45 +0000', '01/Jan/1970:00:00:00 +0000'])('no time: %j', (text) =>
    expect(reasonOf(parseCombined(plain.replace(time, `[${text}]`)))).toBe('bad_time'),
  );
  test.each(['99999', '20', '-', '', '-20', 'abc', '2 0'])('no status: %j', (status) => expect(reasonOf(parseCombined(plain.replace(' 200 ', ` ${status} `)))).toBe('bad_status'));

  test('every cut of a line is a value', () => {
    for (let length = 0; length < plain.length; length += 1) expect(parseCombined(plain.slice(0, length)), `${length}`).toHaveProperty('reason');
  });

  test('lines of 10 MB take no time worth speaking of', () => {
    const began = performance.now();
    const bomb = ['a', '"', '\\', '\\"', '[', '] ', ' ', '] "', '\\x', '[x] "'].map((piece) => piece.repeat(10_000_000 / piece.length));
    for (const big of bomb) {
      for (const line of [big, `192.0.2.1 - - ${time} "${big}`, `192.0.2.1 - ${big}`, `192.0.2.1 - - ${time} "GET / HTTP/1.1" 200 1 "${big}`, plain.replace('X11', big)]) {
        expect(['string', 'object']).toContain(typeof parseCombined(line));
      }
    }
    expect(performance.now() - began).toBeLessThan(40_000);
  });
});

/** As nginx's default escape writes bytes (src/http/modules/ngx_http_log_module.c, ngx_http_log_escape). */
function escapeDefault(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    const raw = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c;
    text += raw ? String.fromCharCode(byte) : `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return text;
}

test('whatever bytes a client sends, nginx writes them so that they are read back', () => {
  const value = fc.oneof(
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => Buffer.from(text)),
  );
  fc.assert(
    fc.property(value, value, value, (user, referrer, agent) => {
      fc.pre(user.length > 0 && ![referrer, agent].some((bytes) => bytes.toString() === '-'));
      const line = `192.0.2.1 - ${escapeDefault(user)} ${time} "GET / HTTP/1.1" 200 1 "${escapeDefault(referrer)}" "${escapeDefault(agent)}"`;
      expect(read(line)).toMatchObject({ peer: '192.0.2.1', referrer: decodeLine(referrer), userAgent: decodeLine(agent) });
    }),
    { numRuns: 500 },
  );
});
