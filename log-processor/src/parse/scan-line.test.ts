import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeLine } from './decode-line.ts';
import { contractFields } from './fields.ts';
import { parseJson } from './parse-json.ts';
import { LineScanner } from './scan-line.ts';

const usual: Record<(typeof contractFields)[number], string> = {
  msec: '1772447402.123', remote_addr: '192.0.2.7', http_x_forwarded_for: '', server_name: 'ocean.example', request_method: 'GET', request_uri: '/reef?lang=fr',
  status: '200', bytes_sent: '5120', request_time: '0.012', upstream_response_time: '0.010', http_referer: 'https://search.example/',
  http_user_agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', http_sec_purpose: '', sent_http_content_type: 'text/html; charset=utf-8',
};
const lineOf = (fields: Record<string, string>): Buffer => Buffer.from(`{${contractFields.map((name) => `"${name}":"${fields[name] ?? ''}"`).join(',')}}\n`, 'latin1');
const scanner = new LineScanner(4711);
const scan = (line: Buffer) => {
  // The scanner looks a few bytes ahead, as it can in a read buffer.
  const found = scanner.scan(Buffer.concat([line, Buffer.alloc(16)]).subarray(0, line.length), 0);
  return found?.end === line.length - 1 ? found : null;
};
const scanned = (line: Buffer) => {
  const found = scan(line);
  if (found === null) return null;
  const { timeMs, status, bytes, durationMs, upstreamMs, ...words } = found;
  const { peer, forwardedFor, serverName, method, uri, referrer, userAgent, purpose, contentType } = words;
  return {
    timeMs, writtenDate: '', peer: peer.text, forwardedFor: forwardedFor.text, serverName: serverName.text, method: method.text, uri: uri.text, status, bytes,
    durationMs, upstreamMs, referrer: referrer.text, userAgent: userAgent.text, purpose: purpose.text, contentType: contentType.text,
  };
};
const general = (line: Buffer) => parseJson(decodeLine(line.subarray(0, -1)));

describe('the scanner', () => {
  test('reads the usual line as the general parser does', () => {
    expect(scanned(lineOf(usual))).toEqual(general(lineOf(usual)));
    expect(scanned(lineOf({ ...usual, upstream_response_time: '', request_time: '12.000' }))).toEqual(general(lineOf({ ...usual, upstream_response_time: '', request_time: '12.000' })));
  });

  test.each([
    ['an escape', { http_user_agent: 'a\\"b' }],
    ['a byte above ASCII', { request_uri: '/caf\u00e9' }],
    ['a list of upstreams', { upstream_response_time: '0.001, 0.002' }],
    ['no address', { remote_addr: '' }],
    ['a status of two digits', { status: '20' }],
    ['a status of four digits', { status: '2000' }],
    ['a time without decimals', { msec: '1772447402' }],
    ['no time', { msec: '' }],
    ['a user agent over its length', { http_user_agent: 'x'.repeat(8193) }],
  ])('leaves %s to the general road', (_what, change) => {
    expect(scanned(lineOf({ ...usual, ...change }))).toBeNull();
  });

  test('leaves another order, a missing field, an added field and a torn line to the general road', () => {
    const line = lineOf(usual).toString('latin1');
    for (const other of [line.replace('"msec"', '"time"'), line.replace('"status":"200",', ''), line.replace('}', ',"x":"y"}'), `${line.slice(0, 200)}\n`, '\n', '{\n', ` ${line}`]) {
      expect(scanned(Buffer.from(other, 'latin1'))).toBeNull();
    }
  });

  test('says exactly what the general parser says, or nothing, whatever the fields hold', () => {
    const odd = fc.oneof(
      fc.string({ maxLength: 30 }).map((text) => JSON.stringify(text).slice(1, -1)),
      fc.string({ unit: 'binary', maxLength: 12 }).map((text) => JSON.stringify(text).slice(1, -1)),
      fc.constantFrom('', '-', '0.001', '0.001, -', '1772447402.123', '99999999999.999', '000', '009', '200', '1', '123456789012345', '1234567890123456', '1e3', ' 5', '10.0000'),
    );
    let read = 0;
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...contractFields), odd, { maxKeys: 3 }), (changes) => {
        const line = lineOf({ ...usual, ...changes });
        const fast = scanned(line);
        if (fast === null) return;
        read += 1;
        expect(fast).toEqual(general(line));
      }),
      { numRuns: 3000 },
    );
    expect(read).toBeGreaterThan(500);
  });

  test('keeps texts apart that fall into the same place', () => {
    for (let index = 0; index < 200_000; index += 1) {
      const line = lineOf({ ...usual, request_uri: `/page/${index % 70_000}` });
      if (scan(line)?.uri.text !== `/page/${index % 70_000}`) throw new Error(`line ${index} became another`);
    }
  });

  test('forgets its words and what was learnt of them', () => {
    const first = scan(lineOf(usual))?.peer;
    expect(scan(lineOf(usual))?.peer).toBe(first);
    scanner.forget();
    const anew = scan(lineOf(usual))?.peer;
    expect(anew).not.toBe(first);
    expect(anew?.known).toBeNull();
  });
});
