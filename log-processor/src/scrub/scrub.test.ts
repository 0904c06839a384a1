import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressBytes, canaries, findCanaries } from '../../test/canaries.ts';
import { patternNames } from './pattern-names.ts';
import { createScrubber } from './scrub.ts';
import { maxTextLength } from './search.ts';

const scrub = createScrubber({});
const textual = canaries.filter(({ kind }) => kind !== 'path');
const cases = textual.flatMap((canary) => canary.encodings.map(({ name, text }) => ({ canary: canary.name, encoding: name, text })));

const byte = fc.integer({ min: 0, max: 255 });
const v4 = fc.tuple(fc.constantFrom('192.0.2', '198.51.100', '203.0.113'), byte).map(([net, host]) => `${net}.${host}`);
const group = fc.integer({ min: 0, max: 0xffff }).map((value) => value.toString(16));
const v6 = fc.array(group, { minLength: 1, maxLength: 5 }).map((groups) => `2001:db8::${groups.join(':')}`);
const wrap: Record<string, (text: string) => string> = {
  percent: (text) => Array.from(Buffer.from(text), (value) => `%${value.toString(16).padStart(2, '0')}`).join(''),
  component: (text) => encodeURIComponent(text).replaceAll('.', '%2E'),
  base64: (text) => Buffer.from(text).toString('base64'),
  base64url: (text) => Buffer.from(text).toString('base64url'),
  hex: (text) => Buffer.from(text).toString('hex'),
  unicode: (text) => Array.from(Buffer.from(text), (value) => `\\u00${value.toString(16).padStart(2, '0')}`).join(''),
  entities: (text) => Array.from(Buffer.from(text), (value) => `&#${value};`).join(''),
};
const nesting = fc.array(fc.constantFrom(...Object.keys(wrap)), { maxLength: 3 });
const before = fc.constantFrom('', 'ab', 'a-', 'q7x', '4', '/', '/en/', '/a/b-', 'x', 'ip=', '?q=', 'client: ', '"', '(', 'é', '/2026/');
const after = fc.constantFrom('', 'z', 'qw', '/', '/x', '-b', '&c=1', ', server', '"', ')', '.html', '=', ' ');
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.array(fc.constantFrom(...Array.from(':.-/=%&@0129aAfFxu\\#; ')), { maxLength: 40 }).map((chars) => chars.join('')),
  fc.array(fc.oneof(fc.constantFrom(...cases.map(({ text }) => text)), fc.constantFrom(...patternNames.map((name) => `:${name}`)), fc.string({ maxLength: 3 })), { maxLength: 4 }).map((parts) => parts.join('')),
);

describe('every canary in every encoding', () => {
  test(`${cases.length} texts of ${textual.length} canaries are gone (T1)`, () => {
    expect(textual.length).toBeGreaterThanOrEqual(20);
    const left = cases.map((one) => ({ ...one, out: scrub(one.text).text })).filter(({ out }) => findCanaries(out).length > 0);
    expect(left).toEqual([]);
  });

  test('is found by the search before the scrubbing, else the test above is blind', () => {
    expect(cases.filter(({ canary, text }) => !findCanaries(text).includes(canary))).toEqual([]);
  });

  test('is counted under some pattern', () => {
    expect(cases.filter(({ text }) => scrub(text).hits.length === 0)).toEqual([]);
  });

  test('is gone inside a whole error line', () => {
    for (const { text } of cases) {
      const line = `2026/01/15 12:30:45 [error] 31#31: *7 open() "/srv/${text}" failed (2: No such file), request: "GET /${text}?q=${text} HTTP/1.1", host: "a.example"`;
      expect(findCanaries(scrub(line).text)).toEqual([]);
    }
  });
});

describe('switching a pattern off (T2)', () => {
  // what only this pattern finds
  const own: Record<string, string> = { uuid: 'uuid', jwt: 'jwt unsigned', email: 'e-mail', iban: 'IBAN', nir: 'NIR with key', card: 'card', mac: 'mac', phone: 'phone', address: 'v4 192.0.2.77', token: 'token hexadecimal' };

  test.each(patternNames.filter((name) => name !== 'oversize'))('%s lets its canary through', (name) => {
    const blind = createScrubber({ off: [name] });
    const left = new Set(cases.flatMap(({ text }) => findCanaries(blind(text).text)));
    expect([...left]).toContain(own[name]);
  });
});

describe('properties', () => {
  test('an address from the documentation ranges is gone wherever and however it stands', () => {
    fc.assert(
      fc.property(fc.oneof(v4, v6), nesting, before, after, (address, nested, head, tail) => {
        const hidden = nested.reduce((text, name) => wrap[name]?.(text) ?? text, address);
        const out = scrub(`${head}${hidden}${tail}`).text;
        expect(out).not.toContain(hidden);
        expect(out).not.toContain(address);
        expect(Buffer.from(out, 'latin1').includes(addressBytes(address))).toBe(false);
      }),
      { numRuns: 3000 },
    );
  });

  test('scrubbing twice is scrubbing once', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const once = scrub(text).text;
        expect(scrub(once).text).toBe(once);
      }),
      { numRuns: 3000 },
    );
  });

  test('no hit, no change; a change, a hit', () => {
    fc.assert(fc.property(anyText, (text) => scrub(text).text === text || scrub(text).hits.length > 0), { numRuns: 2000 });
  });

  test('words of lower-case letters are untouched', () => {
    const word = fc.array(fc.constantFrom(...Array.from('abcdefghijklmnopqrstuvwxyz')), { minLength: 1, maxLength: 14 }).map((chars) => chars.join(''));
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), fc.constantFrom('/', '-', '.', '_', ' '), (parts, joint) => {
        const text = `/${parts.join(joint)}`;
        expect(scrub(text)).toEqual({ text, hits: [] });
      }),
    );
  });
});

describe('limits', () => {
  const units = [
    'a', 'A', '1', '0', 'a@', '@', 'a@a.', '1.', '1.1', '999.', '%', '%25', '%2', '&#', '&#1', 'eyJ', 'eyJhbGci-', 'ey.', '1-', '1:', '::', 'a:', '0x', '0xa', '0x1.', 'a-', 'aA1',
    'FR76', 'FR76 ', '1 ', '+1', '+33 ', '00', '0 ', '4 ', '4111', '\\u', '\\u0031', 'MTky', 'TVRreQ', 'token=', 'token-', 'a_', 'é', '/', '1/', '00:', 'ab:cd-', '[', '[::', '2001-',
    'ip6.', '1.2.', 'eyJhbGciOiJub25lIn0.', 'e30.', 'Bearer ', '31', '3139', '"token":"', '１', '\u200b1',
  ]; // prettier-ignore

  test.each(units)('64 Ki characters of %j are linear work', (unit) => {
    const text = unit.repeat(maxTextLength).slice(0, maxTextLength);
    const start = performance.now();
    scrub(text);
    // quadratic work would take minutes; a busy machine stays far below this
    expect(performance.now() - start).toBeLessThan(3000);
  });

  test('a longer text is replaced as a whole', () => {
    expect(scrub('a'.repeat(maxTextLength + 1))).toEqual({ text: ':oversize', hits: ['oversize'] });
    expect(scrub('a'.repeat(maxTextLength)).hits).toEqual([]);
  });

  test('what is encoded too deeply to be decided goes', () => {
    let hidden = '192.0.2.77';
    for (let depth = 0; depth < 7; depth++) hidden = `%${Array.from(Buffer.from(hidden), (value) => value.toString(16)).join('%')}`;
    expect(scrub(hidden.slice(0, maxTextLength)).text).toMatch(/^:/);
  });

  test('an unknown encoding of nothing personal stays as it is', () => {
    for (const text of ['caf%C3%A9', '&eacute;', '\\n', '100%', '%zz', 'AT&T', 'Q29yYWwgcmVlZnM']) expect(scrub(text).text).toBe(text);
  });
});

describe('replaceAddress', () => {
  const seen: string[] = [];
  const replacing = createScrubber({
    replaceAddress(addressText) {
      seen.push(addressText);
      return 'client:9f86d081884c7d65';
    },
  });

  test('writes what it is told, which no other pattern touches', () => {
    seen.length = 0;
    const line = 'client: 192.0.2.77, upstream: "http://[2001:db8::1]:80/", mail a@example.org, 0xC000024D';
    expect(replacing(line).text).toBe(
      'client: client:9f86d081884c7d65, upstream: "http://client:9f86d081884c7d65/", mail :email, client:9f86d081884c7d65',
    );
    expect(seen.toSorted()).toEqual(['192.0.2.77', '192.0.2.77', '2001:db8::1']);
  });

  test('is given standard spelling: no port, no zone, no leading zeros', () => {
    seen.length = 0;
    for (const text of ['192.0.2.77:51234', '3221226061', '0xc0.0x0.0x2.0x4d', '[fe80::1%eth0]:80']) replacing(text);
    expect(seen).toEqual(['192.0.2.77', '192.0.2.77', '192.0.2.77', 'fe80::1']);
  });

  test('is asked for an encoded address, and not for names and leading zeros that may be octal', () => {
    seen.length = 0;
    expect(replacing('ip-192-0-2-77 192.0.02.077 MTkyLjAuMi43Nw==').text).toBe('ip-:address :address client:9f86d081884c7d65');
    expect(seen).toEqual(['192.0.2.77']);
  });

  test('private-use characters of the input cannot pose as a replacement', () => {
    expect(replacing('\ue000 192.0.2.77').text).toBe('\ufffd client:9f86d081884c7d65');
  });
});
