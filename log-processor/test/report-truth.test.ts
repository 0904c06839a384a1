/** `report` on generated traffic: what it counts is the generator's truth, to the visit and to the millisecond. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createTraffic } from '../src/generate/traffic.ts';
import { htmlReport } from '../src/report/html-report.ts';
import { reportJson } from '../src/report/report-json.ts';
import { terminalReport } from '../src/report/terminal.ts';
import { runReport } from './report-run.ts';

const folder = mkdtempSync(join(tmpdir(), 'tidewatch-report-'));
afterAll(() => rmSync(folder, { recursive: true }));

const startMs = Date.UTC(2026, 2, 27, 12);
const sites = [
  { serverName: 'ocean-body.example', zone: 'Europe/Paris', visitsPerDay: 400 },
  { serverName: 'lessons.example', zone: 'America/Martinique', visitsPerDay: 100 },
];
/** Over the change to summer time. */
const traffic = createTraffic({ seed: 'report', sites, startMs, endMs: startMs + 3 * 86_400_000 });
const lines = [...traffic.lines()].map(({ text }) => `${text}\n`);
const truth = traffic.truth();
const log = join(folder, 'access.json.log');
writeFileSync(log, lines.join(''));
const configured = sites.map(({ serverName, zone }) => ({ name: serverName, server_names: [serverName], zone }));
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe('a report of generated traffic', async () => {
  const figures = await runReport([log], { sites: configured });

  test.each(['human', 'bot', 'suspected'] as const)('%s visits, page views, bounces, requests and durations are the truth', (visitClass) => {
    const expected = Object.values(truth).map(({ visits }) => visits[visitClass]);
    const { visits, pageViews, bounces, requests, durationMs } = figures.byClass[visitClass];
    expect({ visits, pageViews, bounces, requests, durationMs }).toEqual({
      visits: sum(expected.map((one) => one.visits)),
      pageViews: sum(expected.map((one) => one.pageViews)),
      bounces: sum(expected.map((one) => one.bounces)),
      requests: sum(expected.map((one) => one.requests)),
      durationMs: sum(expected.map((one) => one.durationMs)),
    });
  });

  test('requests and the hours in which visits begin are the truth', () => {
    expect(figures.requests).toBe(sum(Object.values(truth).map((one) => one.lines)));
    expect(figures.lines).toEqual({ read: lines.length, parsed: lines.length, rejected: 0, rejectedBy: {} });
    const byHour = Array.from({ length: 24 }, (_, hour) => sum(figures.starts.map((ofDay) => ofDay[hour] ?? 0)));
    expect(byHour).toEqual(Array.from({ length: 24 }, (_, hour) => sum(Object.values(truth).map(({ humanStartsByHour }) => humanStartsByHour[hour] ?? 0))));
  });

  test('unique visitors are the truth, day by day', () => {
    const days = Object.values(truth).flatMap(({ visitorsByDay }) => Object.values(visitorsByDay));
    expect(figures.uniqueVisitors).toEqual({ browser: sum(days.map(({ browser }) => browser)), bot: sum(days.map(({ bot }) => bot)) });
  });

  test('the days of a filter add up to the whole', async () => {
    const days = figures.days.map(({ day }) => day);
    const parts = [];
    for (const day of days) parts.push(await runReport([log], { sites: configured, days: [day] }));
    expect(sum(parts.map(({ requests }) => requests))).toBe(figures.requests);
    for (const key of ['visits', 'visitors', 'pageViews', 'durationMs'] as const) expect(sum(parts.map(({ byClass }) => byClass.human[key]))).toBe(figures.byClass.human[key]);
    const month = await runReport([log], { sites: configured, months: ['2026-03'] });
    expect({ ...month, wanted: [] }).toEqual(figures);
  });

  test('two shuffled halves, one of them packed, are one history', async () => {
    const halves = [lines.filter((_, index) => index % 2 === 0), lines.filter((_, index) => index % 2 === 1)];
    const paths = [join(folder, 'even.log'), join(folder, 'odd.log.gz')];
    writeFileSync(paths[0]!, halves[0]!.join(''));
    writeFileSync(paths[1]!, gzipSync(halves[1]!.join('')));
    const { byClass, starts, uniqueVisitors } = await runReport(paths, { sites: configured });
    expect({ byClass, starts, uniqueVisitors }).toEqual({ byClass: figures.byClass, starts: figures.starts, uniqueVisitors: figures.uniqueVisitors });
  });

  test('a log far out of order is read again and is the same', async () => {
    const path = join(folder, 'reversed.log');
    writeFileSync(path, lines.toReversed().join(''));
    const reversed = await runReport([path], { sites: configured });
    expect({ bot: reversed.byClass.bot.visits, human: reversed.byClass.human.visits, durationMs: reversed.byClass.human.durationMs }).toEqual({
      bot: figures.byClass.bot.visits,
      human: figures.byClass.human.visits,
      durationMs: figures.byClass.human.durationMs,
    });
  });

  test('no address is in any of the three forms', () => {
    const addresses = new Set(lines.map((line) => /"remote_addr":"([^"]+)"/.exec(line)?.[1] ?? ''));
    expect(addresses.size).toBeGreaterThan(200);
    const forms = [reportJson(figures), htmlReport(figures), terminalReport(figures, { colour: true, rows: 100 })];
    for (const form of forms) for (const address of addresses) expect(form).not.toContain(address);
  });
});
