/** Lines of the combined and the common format are scanned as the general parser reads them, or left to it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeLine } from './decode-line.ts';
import { parserFor } from './formats.ts';
import { LineScanner } from './scan-line.ts';

type Format = 'combined' | 'common';
const scanners = { combined: new LineScanner(4711, 'combined'), common: new LineScanner(4712, 'common') };
const general = (line: Buffer, format: Format) => parserFor(format)(decodeLine(line.subarray(0, -1)));
/** The line between two others, as in a read buffer; null where it is left to the general road. */
const scanned = (line: Buffer, format: Format, scanner = scanners[format]) => {
  const bytes = Buffer.concat([Buffer.from('x\n'), line, Buffer.from('192.0.2.1 - - [')]);
  const found = scanner.scan(bytes, 2);
  if (found === null) return null;
  expect(found.end).toBe(line.length + 1);
  const { timeMs, status, bytes: sent, durationMs, upstreamMs, ...words } = found;
  const { peer, forwardedFor, serverName, method, uri, referrer, userAgent, purpose, contentType } = words;
  return {
    timeMs, peer: peer.text, forwardedFor: forwardedFor.text, serverName: serverName.text, method: method.text, uri: uri.text, status, bytes: sent,
    durationMs, upstreamMs, referrer: referrer.text, userAgent: userAgent.text, purpose: purpose.text, contentType: contentType.text,
  };
};
/** What the scanner says, if anything, is what the general parser says. @returns whether it said anything */
const agree = (line: Buffer, format: Format): boolean => {
  const fast = scanned(line, format);
  if (fast !== null) expect({ writtenDate: expect.any(String) as string, ...fast }).toEqual(general(line, format));
  return fast !== null;
};

const usual = { peer: '192.0.2.7', user: '- - ', time: '22/Nov/2026:11:14:54 +0000', request: 'GET /reef?lang=fr HTTP/1.1', answer: '200 5120', headers: ' "https://search.example/" "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"', rest: '' };
const lineOf = ({ peer, user, time, request, answer, headers, rest }: typeof usual): Buffer => Buffer.from(`${peer} ${user}[${time}] "${request}" ${answer}${headers}${rest}\n`, 'latin1');

describe.each(['combined', 'common'] as const)('the scanner of the %s format', (format) => {
  test.each([
    ['as servers write it', {}],
    ['of an IPv6 address', { peer: '2001:db8::7' }],
    ['with nothing sent', { answer: '304 -', headers: ' "-" "-"' }],
    ['with more behind it, as the main format of nginx has', { rest: ' "203.0.113.9, 198.51.100.2" \u00ff' }],
    ['of another method and protocol', { request: 'M-SEARCH * HTTP/2.0' }],
    ['in summer time', { time: '01/Jul/2026:00:00:00 +0200' }],
    ['at the end of a leap day, west of Greenwich', { time: '29/Feb/2024:23:59:59 -0930' }],
    ['with the end of a line of Windows', { rest: '\r' }],
  ])('reads a line %s', (what, change) => {
    const line = lineOf({ ...usual, ...change });
    for (const time of ['first', 'again']) expect(agree(line, format), time).toBe(!(format === 'common' && what.includes('Windows') && line.includes('5120\r')));
  });

  test.each([
    ['a name', { user: '- jean ' }], ['a server in front', { peer: 'ocean.example:443 192.0.2.7' }], ['a quoted line', { peer: '"192.0.2.7' }],
    ['no protocol', { request: 'GET /' }], ['a path with a space', { request: 'GET /a b HTTP/1.1' }], ['no request', { request: '-' }], ['a small method', { request: 'get / HTTP/1.1' }],
    ['an escape', { request: 'GET /\\x22 HTTP/1.1' }], ['letters above ASCII', { request: 'GET /caf\u00e9 HTTP/1.1' }],
    ['a leap second', { time: '31/Dec/2016:23:59:60 +0000' }], ['the 30th of February', { time: '30/Feb/2026:00:00:00 +0000' }], ['no month', { time: '10/Foo/2026:00:00:00 +0000' }],
    ['a zone too far', { time: '22/Nov/2026:11:14:54 +1600' }], ['the time of a clock that was lost', { time: '01/Jan/1970:00:00:00 +0000' }], ['a year that no clock has', { time: '22/Nov/9999:11:14:54 +0000' }],
    ['a status of two digits', { answer: '20 5' }], ['sixteen digits of bytes', { answer: '200 1234567890123456' }], ['bytes that are none', { answer: '200 5x' }],
  ])('leaves a line with %s to the general road', (_what, change) => {
    expect(scanned(lineOf({ ...usual, ...change }), format)).toBeNull();
  });

  test('says exactly what the general parser says, or nothing, whatever stands there', () => {
    const two = fc.integer({ min: 0, max: 61 }).map((number) => String(number).padStart(2, '0'));
    const time = fc.tuple(two, fc.constantFrom('Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec', 'dec'), fc.integer({ min: 1985, max: 2270 }), two, two, two, fc.constantFrom('+0000', '+0530', '-0330', '+1500', '+1501', '+0a00', ' 0000')).map(([day, month, year, hour, minute, second, zone]) => `${day}/${month}/${year}:${hour}:${minute}:${second} ${zone}`);
    const odd = fc.oneof(fc.string({ maxLength: 12 }), fc.string({ unit: 'binary', maxLength: 5 }), fc.constantFrom('-', '', '- - ', '"', '\\"', '"x"', 'GET / HTTP/1.1 HTTP/1.1', 'GET  HTTP/1.1', ' "-" "', ' "a\\" "b"', ' "" ""', ' "-"', '200 0', '404 12 ', '000 1'));
    const mostly = (value: string, ...others: fc.Arbitrary<string>[]): fc.Arbitrary<string> => fc.oneof({ weight: 6, arbitrary: fc.constant(value) }, odd, ...others);
    const line = fc.record({ peer: mostly(usual.peer, fc.ipV4(), fc.ipV6()), user: mostly(usual.user), time: mostly(usual.time, time, time, time, time), request: mostly(usual.request, fc.webPath().map((path) => `GET ${path || '/'} HTTP/1.1`)), answer: mostly(usual.answer), headers: mostly(usual.headers, fc.webUrl().map((url) => ` "${url}" "agent"`)), rest: mostly(usual.rest) });
    let read = 0;
    fc.assert(fc.property(line, (parts) => {
      const bytes = lineOf(parts);
      if (bytes.indexOf('\n') === bytes.length - 1 && agree(bytes, format)) read += 1;
    }), { numRuns: 4000 });
    expect(read).toBeGreaterThan(500);
  });
});

test('every day from 1991 to 2100 is the one that the general parser reads', () => {
  for (let dayMs = Date.UTC(1991, 0, 1); dayMs < Date.UTC(2100, 0, 1); dayMs += 86_400_000) {
    const [, day, month, year] = new Date(dayMs).toUTCString().split(' ');
    const line = lineOf({ ...usual, time: `${day}/${month}/${year}:12:30:01 +0000` });
    if (scanned(line, 'combined')?.timeMs !== dayMs + 45_001_000) throw new Error(`${day} ${month} ${year} is another day`);
  }
});

test('forgets every word and the time of the last line', () => {
  const own = new LineScanner(7, 'combined');
  const line = lineOf(usual);
  const first = own.scan(line, 0)?.peer;
  expect(own.scan(Buffer.from(line), 0)?.peer).toBe(first);
  own.forget();
  const anew = own.scan(Buffer.from(line), 0);
  expect(anew?.peer).not.toBe(first);
  expect(anew?.timeMs).toBe(Date.UTC(2026, 10, 22, 11, 14, 54));
});
