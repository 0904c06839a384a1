/**
 * Law 3: the same lines in the same order give the same bytes, counters and state wherever the run is cut: into reads, into commits, by orderly
 * ends and by kills. And a line that the scanner reads gives what the general parser gives. One input, a clock that stands still, known keys.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLokiModel } from '../../test/loki-model.ts';
import { firefox, jsonLine, Killed, readLokiModel, runRoad } from './road-run.ts';
import type { LineFields, RoadOptions, RoadResult } from './road-run.ts';

const startMs = Date.UTC(2026, 8, 14, 6);
const hourMs = 3_600_000;
/** After all lines, and within Loki's week. */
const nowMs = startMs + 84 * hourMs;

let home = '';
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'same-output-'));
});
afterAll(() => rmSync(home, { recursive: true }));
const freshFolder = (): string => mkdtempSync(join(home, 'run-'));

type Asked = { readonly timeMs: number; readonly fields: LineFields };

const paths = ['/', '/mail/jane@example.org', '/', '/reef', '/fish/12345', '/style.css', '/api/likes', '/healthz', '/grafana/d/1', '/robots.txt', '/u/jane', '/mail/jane@example.org', '/?lang=fr'];
const agents = [firefox, firefox, 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36', 'Googlebot/2.1', ''];

/** Steps between lines: most within a visit, some near the gap, some over the night; now and then a line that stands too far down in the file. */
const stepMs = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 400_000 }) },
  { weight: 2, arbitrary: fc.integer({ min: 1_700_000, max: 1_900_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 3 * hourMs, max: 14 * hourMs }) },
);
const backMs = fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: fc.integer({ min: 1, max: 110_000 }) }, { weight: 1, arbitrary: fc.integer({ min: 110_000, max: 30 * hourMs }) });

const asked = fc.record({
  stepMs, backMs,
  client: fc.integer({ min: 1, max: 5 }),
  uri: fc.constantFrom(...paths),
  agent: fc.constantFrom(...agents),
  server: fc.constantFrom('ocean.example', 'ocean.example', 'reef.example', 'elsewhere.example'),
  status: fc.constantFrom('200', '200', '200', '304', '404', '500'),
  bytes: fc.integer({ min: 0, max: 100_000 }),
  referrer: fc.constantFrom('', 'https://ocean.example/', 'https://news.example/x', 'https://blog.example/y'),
}); // prettier-ignore

/** A file of lines in an order that one nginx could have written, at most three days long. */
const requests: fc.Arbitrary<readonly Asked[]> = fc.array(asked, { minLength: 5, maxLength: 90 }).map((list) => {
  let newestMs = startMs;
  return list.flatMap((one) => {
    const uri = newestMs === startMs ? '/mail/jane@example.org' : one.uri; // the first line of a day meets its key
    newestMs += one.stepMs;
    if (newestMs > startMs + 72 * hourMs) return [];
    const fields: LineFields = {
      remote_addr: `192.0.2.${one.client}`, request_uri: uri, http_user_agent: one.agent, server_name: one.server, status: one.status, bytes_sent: String(one.bytes), http_referer: one.referrer,
      sent_http_content_type: uri === '/style.css' ? 'text/css' : 'text/html',
    }; // prettier-ignore
    return [{ timeMs: Math.max(startMs, newestMs - one.backMs), fields }];
  });
});

/** Between the lines: nothing, or what is no line. */
const rubbish = fc.constantFrom('', '', '', '', '', '\n', 'broken\n', '{"torn":\n', `${'x'.repeat(3000)}\n`, '\0\0\0\0');

const settings = (path: string): Record<string, unknown> => ({
  anonymity_threshold: 2,
  max_line_bytes: 2048,
  inputs: [{ name: 'main', path, start_at: 'beginning' }],
  sites: [{ name: 'ocean', server_names: ['ocean.example'], zone: 'Europe/Paris', query_keys: ['lang'] }, { name: 'reef', server_names: ['reef.example'], zone: 'Pacific/Apia' }],
});

type Outcome = { readonly lines: Record<string, readonly string[]>; readonly counters: readonly string[]; readonly entries: readonly string[] };

/** Gauges that are looked at once a second only, by a clock that stands still; and what only the last stop says. */
const ofTheMoment = /^(?:tally\/web_(?:active_visitors|visitors_today|visitors_today_by_country)\/|delivery\/)/;

function outcomeOf(result: RoadResult, lines: Record<string, readonly string[]>): Outcome {
  const entries = [...result.entries].filter(([key]) => !ofTheMoment.test(key)).map(([key, value]) => `${key} ${value}`);
  return { lines, counters: result.counters, entries };
}

type Cut = { readonly reads: readonly number[]; readonly batchBytes: number; readonly ends: readonly NonNullable<RoadOptions['end']>[] };
const whole: Cut = { reads: [Infinity], batchBytes: 8_388_608, ends: [] };

const cuts: fc.Arbitrary<Cut> = fc.record({
  reads: fc.array(fc.oneof(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 1, max: 20_000 })), { minLength: 1, maxLength: 6 }),
  batchBytes: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 6000 })),
  ends: fc.array(fc.record({ commit: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 12 })), how: fc.constantFrom('orderly', 'killed before', 'killed after') }), { maxLength: 5 }),
});

/** Runs until a life comes to the end of its input. */
async function run(path: string, inputs: 'followed' | 'finished', output: 'files' | 'loki', cut: Cut): Promise<Outcome> {
  const folder = freshFolder();
  const loki = createLokiModel({ nowMs: () => nowMs });
  let reads = 0;
  const readBytes = (): number => cut.reads[reads++ % cut.reads.length] ?? Infinity;
  const life = (end?: RoadOptions['end']): Promise<RoadResult> =>
    runRoad({
      folder, inputs, nowMs, settings: settings(path), batchBytes: cut.batchBytes, readBytes,
      lookUpCountry: (address) => (address.endsWith('1') ? 'FR' : 'PT'),
      ...(output === 'loki' ? { loki } : {}),
      ...(end === undefined ? {} : { end }),
    }); // prettier-ignore
  for (const end of cut.ends) {
    try {
      await life(end);
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
  }
  const result = await life();
  // What a killed process wrote and never committed is moved aside under another name.
  const committed = Object.fromEntries(Object.entries(result.files).filter(([name]) => !name.includes('uncommitted')));
  return outcomeOf(result, output === 'loki' ? readLokiModel(loki) : committed);
}

const runs = Number(process.env['TIDEWATCH_TEST_ROUNDS'] ?? 15);

describe('the same lines give the same output wherever the run is cut', () => {
  test.each([['followed', 'files'], ['followed', 'loki'], ['finished', 'files'], ['finished', 'loki']] as const)('%s, to %s', { timeout: 300_000 }, async (inputs, output) => {
    let lives = 0;
    await fc.assert(
      fc.asyncProperty(requests, fc.array(rubbish, { minLength: 1, maxLength: 30 }), cuts, async (lines, between, cut) => {
        const path = join(freshFolder(), 'access.log');
        writeFileSync(path, lines.map(({ timeMs, fields }, index) => `${between[index % between.length] ?? ''}${jsonLine(timeMs, fields)}\n`).join(''));
        const expected = await run(path, inputs, output, whole);
        expect(await run(path, inputs, output, cut)).toEqual(expected);
        lives += cut.ends.length;
      }),
      { numRuns: runs, interruptAfterTimeLimit: 240_000 },
    );
    expect(lives).toBeGreaterThan(runs / 2);
  });
});

type Style = { readonly order: readonly number[]; readonly space: string; readonly numbers: boolean; readonly escapes: boolean; readonly more: string };

const style: fc.Arbitrary<Style> = fc.record({
  order: fc.shuffledSubarray(Array.from({ length: 14 }, (_, index) => index), { minLength: 14, maxLength: 14 }),
  space: fc.constantFrom('', ' ', '\t', '  '),
  numbers: fc.boolean(),
  escapes: fc.boolean(),
  more: fc.constantFrom('', '"request_id":"x",', '"__proto__":{"status":"999"},', '"constructor":7,', '"status":"nonsense",', '"extra":{"remote_addr":["192.0.2.99"]},'),
});

/** The same request as another program would have written it. */
function restyled(line: string, { order, space, numbers, escapes, more }: Style): string {
  const fields = [...line.matchAll(/"([a-z_]+)":("(?:[^"\\]|\\.)*")/g)].map(([, name = '', value = '']): string => {
    const isNumber = numbers && ['msec', 'status', 'bytes_sent'].includes(name);
    const text = escapes && !isNumber ? value.replace(/[A-Za-z/]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`) : value;
    return `"${name}"${space}:${space}${isNumber ? String(Number(value.slice(1, -1))) : text}`;
  });
  return `{${space}${more}${order.map((index) => fields[index] ?? '').join(`${space},${space}`)}${space}}`;
}

describe('the scanner and the general parser', () => {
  test('give the same output for the same requests, however they are written', { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(requests, fc.array(style, { minLength: 1, maxLength: 10 }), async (asked, styles) => {
        const lines = asked.map(({ timeMs, fields }) => jsonLine(timeMs, fields));
        const folder = freshFolder();
        writeFileSync(join(folder, 'scanned.log'), lines.map((line) => `${line}\n`).join(''));
        writeFileSync(join(folder, 'parsed.log'), lines.map((line, index) => `${restyled(line, styles[index % styles.length]!)}\n`).join(''));
        const [scanned, parsed] = [await run(join(folder, 'scanned.log'), 'followed', 'files', whole), await run(join(folder, 'parsed.log'), 'followed', 'files', whole)];
        const withoutPlaces = (outcome: Outcome): Outcome => ({ ...outcome, entries: outcome.entries.filter((entry) => !entry.startsWith('position/')) });
        expect(withoutPlaces(parsed)).toEqual(withoutPlaces(scanned));
        expect(scanned.counters.some((line) => line.startsWith('logproc_lines_dropped_total'))).toBe(false);
      }),
      { numRuns: runs, interruptAfterTimeLimit: 240_000 },
    );
  });
});
