/** `tidewatch generate` as a person runs it: the same bytes for the same seed, a truth that the report finds again, and rotations in the middle of a line. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runReport } from './report-run.ts';

const folder = mkdtempSync(join(tmpdir(), 'tidewatch-generate-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string };

function generate(...words: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const command = [join(import.meta.dirname, '../bin/tidewatch.mjs'), 'generate', ...words];
    execFile(process.execPath, command, { cwd: folder, maxBuffer: 1e9 }, (error, stdout, stderr) => resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }));
  });
}

const span = ['--from', '2026-06-01', '--to', '2026-06-02', '--site', 'ocean.example,Europe/Paris,150'];

type Truth = { lines: number; sites: Record<string, { visits: { human: { visits: number; durationMs: number }; bot: { visits: number } } }> };
const readTruth = (name: string): Truth => parseTruth(JSON.parse(readFileSync(join(folder, name), 'utf8')));
const parseTruth = (value: unknown): Truth => value as Truth;

test('the same seed is the same traffic in a file, cut by rotations in the middle of lines, and on standard output', { timeout: 120_000 }, async () => {
  const [piped, written] = [await generate(...span), await generate('access.json.log', ...span, '--rotate', '100000', '--keep', '999')];
  expect([piped.code, written.code]).toEqual([0, 0]);
  const names = readdirSync(folder).filter((name) => /^access\.json\.log(?:\.\d+)?$/.test(name));
  const ages = names.map((name) => Number(/\d+$/.exec(name)?.[0] ?? 0)).toSorted((a, b) => b - a);
  expect(ages.length).toBeGreaterThan(5);
  const texts = ages.map((age) => readFileSync(join(folder, age === 0 ? 'access.json.log' : `access.json.log.${age}`), 'utf8'));
  expect(texts.join('')).toBe(piped.stdout);
  const lines = piped.stdout.split('\n').length - 1;
  const truth = readTruth('access.json.log.truth.json');
  expect(truth.lines).toBe(lines);
  const figures = await runReport(ages.map((age) => join(folder, age === 0 ? 'access.json.log' : `access.json.log.${age}`)), { zone: 'Europe/Paris' });
  const { human, bot } = truth.sites['ocean.example']!.visits;
  expect([figures.lines.read, figures.byClass.human.visits, figures.byClass.human.durationMs, figures.byClass.bot.visits]).toEqual([lines, human.visits, human.durationMs, bot.visits]);
});

test('so many lines and no more, and the truth is of those', { timeout: 60_000 }, async () => {
  const { stdout, code } = await generate('-', ...span, '--lines', '50', '--truth', 'fifty.json');
  expect([code, stdout.split('\n').length - 1, readTruth('fifty.json').lines]).toEqual([0, 50, 50]);
});

test.each([
  [['a', 'b'], /one file/],
  [['--from', 'tomorrow'], /expected a day such as/],
  [['--from', '2026-06-02', '--to', '2026-06-01'], /before --to/],
  [['--site', 'x y'], /expected NAME,ZONE,VISITS/],
  [['--site', 'x,Mars,3'], /no zone/],
  [['--live', '--to', '2026-06-01'], /no end/],
  [['--rotate', '1000'], /standard output has none/],
  [['--speed', '-1'], /whole number|--speed/],
])('%j is refused', { timeout: 60_000 }, async (words, why) => {
  const { code, stderr } = await generate(...words);
  expect([code, stderr]).toEqual([2, expect.stringMatching(why)]);
});
