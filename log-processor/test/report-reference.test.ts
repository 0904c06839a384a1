/** `report --compare` on real logs: the numbers of other programs are those of the reference, and closing visits early changes none of ours. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { reportJson } from '../src/report/report-json.ts';
import { readOnce } from '../src/report-run.ts';
import { openReading, runReport } from './report-run.ts';

const dataFolder = resolve(import.meta.dirname, '../../../shared/data');
const hasData = existsSync(join(dataFolder, 'reference-counts/refcounts.json'));
const meatlabelFolder = join(dataFolder, 'willthefarmer-2024-2026/data/nginx_default');

const sets = {
  sparkdeveloper: ['sparkdeveloper-2016/access3.log.gz'],
  zanbil: ['zanbil-2019/long-access.gz'],
  mountaintelephone: ['mountaintelephone-2005-2018/access.log.gz'],
  meatlabel: hasData ? readdirSync(meatlabelFolder).filter((name) => name.startsWith('meatlabel')).toSorted().map((name) => join(meatlabelFolder, name)) : [],
  elastic: ['elastic-apache-2015/apache_logs.gz'],
  seart: ['seart-ghs-2024/access.txt'],
};
type SetName = keyof typeof sets;
const pathsOf = (name: SetName): string[] => sets[name].map((path) => resolve(dataFolder, path));

type Reference = { file: string; lines: number; parsed: number; ga_visitors: number; visits_1800_midnight: number };

/** GoAccess's visitors and Matomo's visits where an empty user agent is one with `-`: see reference-counts.test.ts. */
const merged: Partial<Record<SetName, { visitors: number; visits: number }>> = { zanbil: { visitors: -1, visits: -1 } };

describe.skipIf(!hasData)('report on real logs (skipped without the shared data)', () => {
  const references = hasData ? (readJson('reference-counts/refcounts.json') as Reference[]) : [];

  test.each(Object.keys(sets) as SetName[])('%s: lines, GoAccess visitors and Matomo visits are exactly the reference counts', { timeout: 240_000 }, async (name) => {
    const reference = references.find(({ file }) => file.includes(name))!;
    const figures = await runReport(pathsOf(name), { compare: true });
    expect([figures.lines.read, figures.lines.parsed]).toEqual([reference.lines, reference.parsed]);
    expect([figures.compare?.goaccess.visitors, figures.compare?.matomo.visits]).toEqual([reference.ga_visitors + (merged[name]?.visitors ?? 0), reference.visits_1800_midnight + (merged[name]?.visits ?? 0)]);
    expect(figures.lateLines).toBe(0);
  });

  test.each(['sparkdeveloper', 'elastic'] as const)('%s is out of order, and visits that close early are the same as with everything kept open', { timeout: 240_000 }, async (name) => {
    const reading = await openReading(pathsOf(name));
    const early = await readOnce(reading, 3_600_000, true);
    const whole = await readOnce(reading, Infinity, false);
    expect(early).not.toBeNull();
    expect(reportJson(early!)).toBe(reportJson(whole!));
  });

  test('a watermark that is too quick for a log is noticed', async () => {
    const reading = await openReading(pathsOf('elastic'));
    expect(await readOnce(reading, 1_000, true)).toBeNull();
  });
});

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(join(dataFolder, path), 'utf8'));
}
