/**
 * Every file of `lines/in` through the whole road gives exactly the files of `lines/out`: anonymised lines, visits, receipts and counters,
 * with keys that everybody knows and a clock that stands still. One idea a file; the name says it.
 *
 * After a change on purpose: `UPDATE_GOLDEN=1 vitest run log-processor/test/whole-road.test.ts` writes `lines/out` anew. Then read the difference:
 * it is what every user will see.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLokiModel } from '../../test/loki-model.ts';
import type { LokiModelOptions } from '../../test/loki-model.ts';
import { dropReasons } from '../src/record.ts';
import { readLokiModel, runRoad } from './road-run.ts';
import type { RoadOptions } from './road-run.ts';

const inFolder = join(import.meta.dirname, 'lines', 'in');
const outFolder = join(import.meta.dirname, 'lines', 'out');
const updates = process.env['UPDATE_GOLDEN'] === '1';

/** Most files are of Tuesday 2026-09-15, read at noon of the next day: the day is over, and nothing is too old or too new. */
const nowMs = Date.UTC(2026, 8, 16, 12);
const hourMs = 3_600_000;

type Scenario = Partial<Pick<RoadOptions, 'nowMs' | 'inputs'>> & {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly format?: 'combined' | 'common';
  /** The lines go to a model of Loki with these limits. */
  readonly loki?: Partial<LokiModelOptions>;
};

/** What differs from the usual run: a followed file, k = 2, output to files. */
const scenarios: Readonly<Record<string, Scenario>> = {
  'second-midnight': { nowMs: nowMs + 24 * hourMs },
  'dst-day': { nowMs: Date.UTC(2026, 9, 27) },
  'day-without-midnight': { nowMs: Date.UTC(2026, 8, 7, 12) },
  'k-anonymity': { nowMs: nowMs + 48 * hourMs, settings: { anonymity_threshold: 5 } },
  'unix-socket-trusted': { settings: { trusted_proxies: ['unix:'] } },
  'combined': { format: 'combined' },
  'common': { format: 'common' },
  'dropped-too-long': { settings: { max_line_bytes: 1024 } },
  'dropped-too-old': { loki: {} },
  'dropped-behind-stream': { loki: {} },
  // A Loki that is set to take less than the documented week: only its answer tells.
  'dropped-refused': { loki: { maxAgeMs: 24 * hourMs } },
  'hundred-in-one-millisecond': { loki: {} },
  'no-line-feed-at-the-end': { inputs: 'finished' },
};

/** Values that the readers of `lines/out` want to see however few clients had them. */
const shown_values = ['/', '/style.css', '/reef', '/body/lungs', 'FR', 'PT', 'DE', 'Firefox', 'Chrome', 'Safari', 'Googlebot', 'GPTBot', 'curl'];
/** The countries of the documentation ranges, as far as these tests go. */
const countries = new Map([['192.0.2.', 'FR'], ['198.51.10', 'PT'], ['203.0.11', 'DE'], ['2001:db8', 'FR'], ['2001:0db', 'FR']]);

function settingsOf(name: string, path: string): Record<string, unknown> {
  const { format = 'json', settings } = scenarios[name] ?? {};
  return {
    host: 'web1',
    anonymity_threshold: 2,
    trusted_proxies: ['192.0.2.250', '192.0.2.251'],
    inputs: [{ name: 'main', path, start_at: 'beginning', format, ...(format === 'json' ? {} : { site: 'ocean' }) }],
    sites: [
      { name: 'ocean', server_names: ['ocean.example', 'www.ocean.example'], zone: 'Europe/Paris', query_keys: ['lang'], paths: [{ match: '/shop/*', template: '/shop/:product' }], shown_values },
      { name: 'reef', server_names: ['reef.example'], shown_values },
      { name: 'andes', server_names: ['andes.example'], zone: 'America/Santiago', shown_values },
    ],
    ...settings,
  };
}

/** Contents by file name. */
async function run(name: string, home: string): Promise<Map<string, string>> {
  const { inputs = 'followed', nowMs: now = nowMs, loki: limits } = scenarios[name] ?? {};
  const loki = limits === undefined ? null : createLokiModel({ nowMs: () => now, ...limits });
  const { counters, files } = await runRoad({
    folder: mkdtempSync(join(home, 'run-')),
    settings: settingsOf(name, join(inFolder, `${name}.log`)),
    nowMs: now,
    inputs,
    lookUpCountry: (address) => countries.get(address.slice(0, 8)) ?? countries.get(address.slice(0, 9)) ?? null,
    ...(loki === null ? {} : { loki }),
  });
  const kinds = Object.entries(loki === null ? files : readLokiModel(loki));
  const contents = kinds.map(([kind, lines]): [string, string] => [`${name}.${kind}.ndjson`, textOf(lines)]);
  return new Map([...contents, [`${name}.counters.txt`, textOf(counters)]]);
}

/** Where a link leads; the descriptor that read the folder is gone already. */
const linkOf = (path: string): string => {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
};

const textOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
const names = readdirSync(inFolder).filter((file) => file.endsWith('.log')).map((file) => basename(file, '.log')).sort();

describe('golden lines', () => {
  let home = '';
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'whole-road-'));
  });
  afterAll(() => rmSync(home, { recursive: true }));

  test.each(names)('%s', async (name) => {
    const results = await run(name, home);
    const golden = readdirSync(outFolder).filter((file) => file.startsWith(`${name}.`)).sort();
    if (updates) {
      for (const file of golden) rmSync(join(outFolder, file));
      for (const [file, text] of results) writeFileSync(join(outFolder, file), text);
      return;
    }
    expect([...results.keys()].sort()).toEqual(golden);
    for (const [file, text] of results) expect(text, file).toBe(readFileSync(join(outFolder, file), 'utf8'));
  });

  test.skipIf(!existsSync('/proc/self/fd'))('no run leaves a file open (asked of /proc)', () => {
    const open = readdirSync('/proc/self/fd').map((descriptor) => linkOf(`/proc/self/fd/${descriptor}`));
    expect(open.filter((path) => path.startsWith(home) || path.startsWith(inFolder))).toEqual([]);
  });

  test('every scenario has its file, and every output file its input', () => {
    expect(Object.keys(scenarios).filter((name) => !names.includes(name))).toEqual([]);
    expect(readdirSync(outFolder).filter((file) => !names.includes(file.replace(/\.[a-z]+\.(?:ndjson|txt)$/, '')))).toEqual([]);
  });
});

describe('what the golden files show', () => {
  const countersOf = (name: string): string => readFileSync(join(outFolder, `${name}.counters.txt`), 'utf8');
  const droppedIn = (name: string): string[] => [...countersOf(name).matchAll(/^logproc_lines_dropped_total\{reason="(\w+)"\}/gm)].map(([, reason]) => reason ?? '');
  const sum = (name: string, metric: string): number => [...countersOf(name).matchAll(new RegExp(`^${metric}(?:\\{[^}]*\\})? (\\d+)$`, 'gm'))].reduce((total, [, value]) => total + Number(value), 0);

  test('every reason for which a line can be dropped, and no other', () => {
    expect([...new Set(names.flatMap(droppedIn))].sort()).toEqual([...dropReasons].sort());
  });

  test('each file that is named after a reason drops for this reason only', () => {
    const named = names.filter((name) => name.startsWith('dropped-'));
    expect(named.map((name) => [name, droppedIn(name)])).toEqual(named.map((name) => [name, [name.slice('dropped-'.length).replaceAll('-', '_')]]));
    expect(named).toHaveLength(dropReasons.length);
  });

  test.each(names)('%s: read = delivered + dropped, and visits opened = closed + merged + open', (name) => {
    expect(sum(name, 'logproc_lines_read_total')).toBe(sum(name, 'logproc_lines_delivered_total') + sum(name, 'logproc_lines_dropped_total'));
    expect(sum(name, 'logproc_visits_opened_total')).toBe(sum(name, 'logproc_visits_closed_total') + sum(name, 'logproc_visits_merged_total') + sum(name, 'logproc_visits_open'));
  });

  test('lines of JSON that is written in one way: no key twice, nothing but printable ASCII', () => {
    for (const file of readdirSync(outFolder).filter((name) => name.endsWith('.ndjson'))) {
      for (const line of readFileSync(join(outFolder, file), 'utf8').trimEnd().split('\n')) {
        expect(JSON.stringify(JSON.parse(line)), file).toBe(line);
        expect(line, file).toMatch(/^[\x20-\x7e]+$/);
      }
    }
  });

  test('receipts that each hold the hash of the one before', () => {
    let links = 0;
    for (const file of readdirSync(outFolder).filter((name) => name.endsWith('.day.ndjson'))) {
      const lastOf = new Map<string, string>();
      for (const line of readFileSync(join(outFolder, file), 'utf8').trimEnd().split('\n')) {
        // The receipt itself, without the time and the labels in front of it.
        const receipt = line.slice(line.indexOf('"receipt":1')).replace(/^/, '{').replace(/\}\}$/, line.startsWith('{"labels"') ? '}' : '}}');
        const site = /"site":"(\w+)"/.exec(receipt)?.[1] ?? '';
        const last = lastOf.get(site);
        expect(receipt, file).toMatch(last === undefined ? /"previous":null\}$/ : new RegExp(`"previous":"${last}"\\}$`));
        lastOf.set(site, createHash('sha256').update(receipt).digest('hex'));
        links += last === undefined ? 0 : 1;
      }
    }
    expect(links).toBeGreaterThan(5);
  });

  test('no address of any input', () => {
    const addresses = new Set(names.flatMap((name) => readFileSync(join(inFolder, `${name}.log`), 'latin1').match(/\b(?:\d{1,3}\.){3}\d{1,3}\b|\b2001:[0-9a-f:]+/gi) ?? []));
    expect(addresses.size).toBeGreaterThan(20);
    for (const file of readdirSync(outFolder)) {
      const text = readFileSync(join(outFolder, file), 'utf8');
      expect([...addresses].filter((address) => text.includes(address)), file).toEqual([]);
    }
  });

  test('hundred equal requests of one millisecond are a hundred lines in Loki (R54)', () => {
    const lines = readFileSync(join(outFolder, 'hundred-in-one-millisecond.access.ndjson'), 'utf8').trimEnd().split('\n');
    expect(new Set(lines).size).toBe(100);
    expect(new Set(lines.map((line) => line.replace(/"ns":"\d+"/, ''))).size).toBe(1);
  });
});
