/** The live page's lists name only what enough visitors share, and its sums are those of the day. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseConfig } from './config.ts';
import { readHistory } from './history/read-history.ts';
import { accessLine } from './generate/access-line.ts';
import type { SiteSums } from './server/live-figures.ts';
import { siteSums } from './site-figures.ts';

const startMs = Date.UTC(2026, 8, 15, 10);
/** Page and its style sheet, so that the visit is a person's. */
const visit = (address: number, referrer: string, timeMs = startMs): string =>
  ['/', '/style.css'].map((uri) => accessLine({
    timeMs, remoteAddress: `192.0.2.${address}`, forwardedFor: '', serverName: 'ocean.example', method: 'GET', uri, status: 200, bytes: 500, durationMs: 3, upstreamMs: 2, referrer, purpose: '',
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', contentType: uri === '/' ? 'text/html' : 'text/css',
  })).join('\n'); // prettier-ignore

/** Sums after these visits were closed by a line two hours later. */
async function sumsOf(visits: readonly string[], k: number): Promise<SiteSums> {
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-figures-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'access.log');
  writeFileSync(path, [...visits, visit(250, '', startMs + 7_200_000), ''].join('\n'));
  const config = parseConfig('anonymity_threshold: 2\ninputs: [{ name: main, path: /x }]\nsites: [{ name: ocean, server_names: [ocean.example] }]\n', 'test', {});
  const nothing = (): void => undefined;
  let seen: readonly SiteSums[] = [];
  const step = (_left: number, rooms: Parameters<typeof siteSums>[0]): void => {
    const now = siteSums(rooms, k, startMs + 7_200_000);
    if (now.length > 0) seen = now;
  };
  await readHistory({ config, files: [{ name: 'main', path, format: 'json', piped: null }], site: null, input: 'main', watch: null, graceMs: 120_000, line: () => null, dropped: nothing, closed: nothing, event: nothing, step, lost: nothing }, false);
  const [sums] = seen;
  if (sums === undefined) throw new Error('no site has figures');
  return sums;
}

const people = (first: number, count: number, referrer: string): string[] => Array.from({ length: count }, (_, index) => visit(first + index, referrer));

// One of the four came before the value was shared by two, and is folded already.
test('a referrer of four visitors is part of `other` where five have to share it, and has its name where three do', async () => {
  const visits = [...people(1, 6, 'https://many.example/'), ...people(11, 4, 'https://few.example/')];
  const folded = await sumsOf(visits, 5);
  expect(folded.referrers.map(({ value }) => value)).not.toContain('few.example');
  expect(JSON.stringify(folded)).not.toContain('few.example');
  expect(folded.referrers.at(-1)?.value).toBe('other');
  const shown = await sumsOf(visits, 3);
  expect(shown.referrers.map(({ value }) => value)).toEqual(expect.arrayContaining(['many.example', 'few.example']));
});

test('sums are of all visitors, and nothing in them is one of a single visitor', async () => {
  const sums = await sumsOf(people(1, 6, ''), 5);
  expect(sums).toMatchObject({ site: 'ocean', day: '2026-09-15', visitsToday: { human: 6, bot: 0, suspected: 0 }, pageViewsToday: { human: 6 }, bouncesToday: 6, visitorsToday: { browser: 7, bot: 0 } });
  expect(sums.startedByHour[10]).toBe(6);
  expect(JSON.stringify(sums)).not.toMatch(/192\.0\.2\.|[0-9a-f]{16}/);
});
