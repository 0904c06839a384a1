import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeLine } from './decode-line.ts';
import { contractFields } from './fields.ts';
import { parseJson } from './parse-json.ts';
import { LineScanner } from './scan-line.ts';
import { startScanner } from './scanner-memory.ts';
import { tableSizes } from './scanner-memory.ts';

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
    ['an escape that nginx never writes', { http_user_agent: 'a\\u0141b' }],
    ['an escape that is none', { http_user_agent: 'a\\x22b' }],
    ['half an escape', { sent_http_content_type: 'a\\' }],
    ['a list of upstreams', { upstream_response_time: '0.001, 0.002' }],
    ['no address', { remote_addr: '' }],
    ['a status of two digits', { status: '20' }],
    ['a status of four digits', { status: '2000' }],
    ['a time without decimals', { msec: '1772447402' }],
    ['no time', { msec: '' }],
    ['the time of a clock that was lost', { msec: '0.000' }],
    ['a user agent over its length', { http_user_agent: 'x'.repeat(8193) }],
  ])('leaves %s to the general road', (_what, change) => {
    expect(scanned(lineOf({ ...usual, ...change }))).toBeNull();
  });

  test.each([
    ['quotes and backslashes', 'a\\"b\\\\'],
    ['nothing but backslashes', '\\\\\\\\'],
    ['control characters', '\\u0001\\n\\r\\t\\b\\f\\u001F'],
    ['letters above ASCII', 'caf\u00c3\u00a9 \u00e6\u0097\u00a5'],
    ['bytes that are no UTF-8', '\u00ff\u00fe\u00e9a'],
    ['a delete character', '\u007f'],
  ])('reads %s in any text as the general parser does', (_what, text) => {
    for (const field of ['remote_addr', 'http_x_forwarded_for', 'server_name', 'request_method', 'request_uri', 'http_referer', 'http_user_agent', 'http_sec_purpose', 'sent_http_content_type']) {
      const line = lineOf({ ...usual, [field]: text });
      for (let again = 0; again < 2; again += 1) expect(scanned(line), field).toEqual(general(line));
    }
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
      fc.constantFrom('', '-', '0.001', '0.001, -', '1772447402.123', '99999999999.999', '661651200.000', '661651199.999', '000', '009', '200', '1', '123456789012345', '1234567890123456', '1e3', ' 5', '10.0000'),
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

  test('never takes a text for one that lay in its place before: what was written over is gone', () => {
    // Equal lengths, so that a text comes to lie exactly where the one of a whole ring ago lay; each address expects the agent it had then.
    const length = 1024;
    const ring = (tableSizes.find(({ field }) => field === 'userAgent')?.ringBytes ?? NaN) / length;
    const agentOf = (index: number): string => `agent/${index}/`.padEnd(length, 'x');
    const peerOf = (index: number): string => `10.0.${index >> 8}.${index & 255}`;
    const own = new LineScanner(815);
    const agentIn = (index: number, peer: number): string | undefined => {
      const line = lineOf({ ...usual, remote_addr: peerOf(peer), http_user_agent: agentOf(index) });
      return own.scan(Buffer.concat([line, Buffer.alloc(64)]).subarray(0, line.length), 0)?.userAgent.text;
    };
    for (let index = 0; index < ring * 3; index += 1) {
      if (agentIn(index, index) !== agentOf(index)) throw new Error(`agent ${index} became another`);
      if (index >= ring && agentIn(index, index - ring) !== agentOf(index)) throw new Error(`agent ${index} became the one whose place it has`);
    }
  });

  test('overwrites every byte that it read when it forgets', () => {
    const own = new LineScanner(7);
    const memory = startScanner(8);
    const line = lineOf({ ...usual, remote_addr: '203.0.113.77', request_uri: '/secret-garden' });
    line.copy(memory.window);
    expect(memory.scan(memory.windowAt, memory.windowAt + line.length)).toBe(1);
    const all = Buffer.from(memory.window.buffer);
    for (const text of ['203.0.113.77', '/secret-garden']) expect(all.indexOf(text)).toBeGreaterThan(0);
    memory.forget();
    for (const text of ['203.0.113.77', '/secret-garden', 'Mozilla', 'ocean.example']) expect(all.indexOf(text)).toBe(-1);
    expect(own.scan(line, 0)?.uri.text).toBe('/secret-garden');
    own.forget();
    expect(own.scan(line, 0)?.uri.known).toBeNull();
  });

  test('holds no word of the line in hand either, once it has forgotten', async () => {
    setFlagsFromString('--expose-gc');
    const collect: unknown = runInNewContext('gc');
    if (typeof collect !== 'function') throw new TypeError('expected the collector');
    const own = new LineScanner(9);
    const peerOf = (): WeakRef<object> => new WeakRef(own.scan(lineOf(usual), 0)?.peer ?? {});
    const peer = peerOf();
    own.forget();
    await new Promise(setImmediate);
    Reflect.apply(collect, undefined, []);
    expect(peer.deref()).toBeUndefined();
    own.forget(); // it must be alive up to here
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
