import { createSecretKey } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCalendar } from './account/calendar.ts';
import { parseConfig } from './config.ts';
import { openRoad } from './open-road.ts';
import { decodeLine } from './parse/decode-line.ts';
import { contractFields } from './parse/fields.ts';
import { parseJson } from './parse/parse-json.ts';
import { LineScanner } from './parse/scan-line.ts';
import { walk } from './pipeline.ts';
import { createScrubber } from './scrub/scrub.ts';
import { createVocabulary } from './vocabulary.ts';
import { WordWalker } from './walk-words.ts';

const midnightMs = Date.UTC(2026, 2, 3);
const nowMs = midnightMs + 3 * 3_600_000;
const config = parseConfig(
  JSON.stringify({
    state_folder: 's', key_folder: 'k', files_folder: 'f', inputs: [{ name: 'main', path: 'x' }], trusted_proxies: ['192.0.2.0/28', 'unix:'],
    sites: [{ name: 'reef', server_names: ['reef.example'], query_keys: ['lang'] }, { name: 'shop', server_names: ['shop.example', 'www.shop.example'] }],
  }),
  'the test',
); // prettier-ignore

/** A whole road of its own, with keys that come from site and day. */
function newRoad() {
  const living = new Map<string, ReturnType<typeof createSecretKey>>();
  const hits: string[] = [];
  const vocabulary = createVocabulary({ threshold: 3, always: (_site, value) => value === '/', entries: [] });
  const { tools } = openRoad({
    config, vocabulary, calendar: createCalendar(() => 'UTC'), scrub: createScrubber({}), scrubbed: (pattern) => hits.push(pattern),
    keyOf: (site, day) => (day === '2026-03-01' ? 'destroyed' : (living.get(site + day) ?? 'missing')),
    lookUpCountry: (address) => (address.includes('7') ? 'PT' : address.includes(':') ? 'FR' : null),
  }); // prettier-ignore
  const wanted = (site: string, day: string): void => void living.set(site + day, createSecretKey(Buffer.from((site + day).padEnd(32, '.'))));
  return { tools, hits, vocabulary, wanted };
}

const from = <T>(...values: T[]) => fc.constantFrom(...values);
const fields = fc.record({
  msec: fc.integer({ min: midnightMs - 86_400_000 * 2, max: nowMs + 1_200_000 }).map((timeMs) => (timeMs / 1000).toFixed(3)),
  remote_addr: from('192.0.2.1', '192.0.2.2', '192.0.2.77', '198.51.100.7', '198.51.100.8', '2001:db8::1', '2001:db8:0:7::1', '::ffff:192.0.2.1', 'unix:', 'nobody', '203.0.113.7:80'),
  http_x_forwarded_for: from('', '', '203.0.113.7', '203.0.113.8, 192.0.2.3', 'unknown', '2001:db8:7::2'),
  server_name: from('reef.example', 'shop.example', 'WWW.shop.example', 'else.example', ''),
  request_method: from('GET', 'GET', 'HEAD', 'POST', 'BREW'),
  request_uri: from('/', '/reef', '/reef?lang=fr', '/a/4711', '/u/jane', '/mail/x@example.org', '/healthz', '/robots.txt', '/x.css', '/api/y', '/grafana/d', '*', '', 'http://reef.example/reef', 'https://198.51.100.9/grafana/d', 'http://198.51.100.9'),
  status: from('200', '304', '404', '500', '301'),
  bytes_sent: from('0', '512', '123456'),
  request_time: from('0.000', '0.012', '12.345'),
  upstream_response_time: from('', '0.010'),
  http_referer: from('', 'https://search.example/?q=x', 'https://reef.example/a', 'https://192.0.2.9/', 'android-app://x'),
  http_user_agent: from('', 'curl/8', 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Googlebot/2.1'),
  http_sec_purpose: from('', '', 'prefetch'),
  sent_http_content_type: from('', 'text/html', 'text/css', 'application/json'),
});
const lineOf = (line: Record<string, string>) => Buffer.from(`{${contractFields.map((name) => `"${name}":"${line[name] ?? ''}"`).join(',')}}\n${' '.repeat(16)}`);

describe('the road with memory', () => {
  test('says of every line of a log what the general road says, and learns the same', () => {
    let compared = 0;
    let shown = 0;
    fc.assert(
      fc.property(fc.array(fields, { minLength: 150, maxLength: 250 }), (log) => {
        const general = newRoad();
        const known = newRoad();
        const scanner = new LineScanner(4711);
        const walker = new WordWalker(known.tools);
        for (const [index, line] of log.entries()) {
          const bytes = lineOf(line);
          const end = bytes.indexOf(10);
          const origin = { input: 'main', lineNumber: index + 1, site: null, nowMs };
          const scanned = scanner.scan(bytes, 0);
          if (scanned === null) throw new Error('the line has the expected shape');
          const expected = walk(parseJson(decodeLine(bytes.subarray(0, end))), origin, general.tools);
          expect({ ...walker.walk(scanned, origin) }).toEqual(expected);
          for (const road of [general, known]) if ('keyWanted' in expected) road.wanted(expected.keyWanted.site, expected.keyWanted.day);
          compared += 1;
          if ('visitor' in expected && expected.path !== 'other' && expected.visitor !== null) shown += 1;
          if (index === 120) for (const road of [general, known]) road.vocabulary.forget('reef', '2026-03-02');
        }
        expect(known.hits).toEqual(general.hits);
        expect(known.vocabulary.takeChanges()).toEqual(general.vocabulary.takeChanges());
      }),
      { numRuns: 30 },
    );
    expect(compared).toBeGreaterThan(4000);
    expect(shown).toBeGreaterThan(200);
  });
});
