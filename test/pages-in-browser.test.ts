/** The pages that people look at, in a real browser: both themes, wide and on a phone, by keyboard and by screen reader, under their own policy. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTraffic } from '../log-processor/src/generate/traffic.ts';
import { createLogger } from '../log-processor/src/logger.ts';
import { htmlReport } from '../log-processor/src/report/html-report.ts';
import { startServer } from '../log-processor/src/server/server.ts';
import type { RunningServer } from '../log-processor/src/server/server.ts';
import { exampleFigures } from '../log-processor/src/server/test/example-figures.ts';
import { runReport } from '../log-processor/test/report-run.ts';
import { hasBrowser, openBrowser } from './browser.ts';
import type { Browser } from './browser.ts';

test('there is a browser wherever CI runs', () => expect(hasBrowser || process.env['CI'] !== 'true').toBe(true));

const pages = ['live', 'public', 'report'] as const;
const looks = (['light', 'dark'] as const).flatMap((theme) => [390, 1280].map((width) => ({ theme, width })));
const patient = { timeout: 120_000 };

/** Luminance of WCAG 2.2, of what stands in the page. */
const contrast = `(() => {
  const channel = (value) => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const luminance = (colour) => { const [r, g, b] = colour.match(/[\\d.]+/g).map(Number); return 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b); };
  const behind = (element) => { for (let at = element; at; at = at.parentElement) { const colour = getComputedStyle(at).backgroundColor; if (!/^rgba\\(.*, 0\\)$|transparent|color/.test(colour)) return colour; } return 'rgb(255,255,255)'; };
  const ratios = [...document.querySelectorAll('h1,h2,h3,p,td,th,b,span,em,footer,a,summary')].filter((element) => element.textContent.trim() !== '' && element.offsetParent !== null).map((element) => {
    const [a, b] = [luminance(getComputedStyle(element).color), luminance(behind(element))].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  });
  return { least: Math.min(...ratios), background: luminance(getComputedStyle(document.body).backgroundColor) };
})()`;

/** What does not fit into its card, headings that do not stand over their columns, and writing in charts that nobody can read. */
const misplaced = `[
  ...[...document.querySelectorAll('section,.card')].filter((card) => card.scrollWidth > card.clientWidth).map((card) => card.querySelector('h2,h3').textContent),
  ...[...document.querySelectorAll('table:not(.heard)')].filter((table) => table.offsetParent !== null && table.tHead && Math.abs(table.tHead.rows[0].lastElementChild.getBoundingClientRect().right - table.tBodies[0].rows[0].lastElementChild.getBoundingClientRect().right) > 1).map((table) => table.tHead.textContent),
  ...[...document.querySelectorAll('svg.chart text')].filter((text) => text.getBoundingClientRect().height < 8).map((text) => text.textContent),
]`;

describe.skipIf(!hasBrowser)('pages in a browser (skipped without Chromium)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-pages-'));
  let browser: Browser;
  const servers: RunningServer[] = [];
  const urls: Record<(typeof pages)[number], string> = { live: '', public: '', report: '' };

  beforeAll(async () => {
    const logger = createLogger({ level: 'error', destination: new PassThrough() });
    const answers = { host: '127.0.0.1', port: 0, logger, metrics: () => Promise.resolve({ text: 'up 1\n', contentType: 'text/plain' }), ready: () => ({ ready: true, reasons: [] }), live: () => exampleFigures, push: null };
    for (const isPublic of [false, true]) {
      const server = await startServer({ ...answers, isPublic });
      servers.push(server);
      urls[isPublic ? 'public' : 'live'] = `${server.url}/`;
    }
    const startMs = Date.UTC(2026, 5, 1);
    const traffic = createTraffic({ seed: 'page', sites: [{ serverName: 'ocean.example', zone: 'UTC', visitsPerDay: 150 }], startMs, endMs: startMs + 3 * 86_400_000 });
    const log = join(folder, 'access.log');
    writeFileSync(log, [...traffic.lines()].map(({ text }) => `${text}\n`).join(''));
    const path = join(folder, 'report.html');
    writeFileSync(path, htmlReport(await runReport([log], { compare: true })));
    urls.report = pathToFileURL(path).href;
    browser = await openBrowser();
  }, 120_000);

  afterAll(async () => {
    await browser.close();
    for (const server of servers) await server.close();
    rmSync(folder, { recursive: true });
  });

  const cases = pages.flatMap((name) => looks.map((look) => ({ name, ...look })));
  test.each(cases)('the $name page, $theme, $width pixels wide: fits, can be read, and asks for nothing else', patient, async ({ name, ...look }) => {
    const page = await browser.open(urls[name], look);
    expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
    expect(await page.evaluate(misplaced)).toEqual([]);
    const seen = { least: 0, background: NaN, ...Object(await page.evaluate(contrast)) } as { least: number; background: number };
    expect(seen.least).toBeGreaterThanOrEqual(4.5);
    expect(seen.background < 0.2).toBe(look.theme === 'dark');
    expect(page.requests.filter((url) => url !== urls[name] && !url.startsWith('data:'))).toEqual([]);
    expect(page.complaints).toEqual([]);
  });

  test.each(pages)('the %s page tells a screen reader its heading, its main part and its tables', patient, async (name) => {
    const page = await browser.open(urls[name], { theme: 'light', width: 1280 });
    const said = await page.accessible();
    const namesOf = (role: string): string[] => said.filter((node) => node.role === role).map((node) => node.name);
    expect([namesOf('main').length, await page.evaluate('document.querySelectorAll("h1").length'), await page.evaluate('document.documentElement.lang')]).toEqual([1, 1, 'en']);
    expect(namesOf('columnheader').length).toBeGreaterThan(1);
    for (const text of namesOf('heading')) expect(text).not.toBe('');
  });

  test('every figure of the live page has a name that is read with it, the hours too, and no single visit is told', patient, async () => {
    const page = await browser.open(urls.live, { theme: 'dark', width: 390 });
    const said = await page.accessible();
    const namesOf = (role: string): string[] => said.filter((node) => node.role === role).map((node) => node.name);
    expect(namesOf('group')).toEqual(expect.arrayContaining(['active visitors now', 'visitors today', 'visits today', 'page views today']));
    expect(namesOf('table')).toEqual(expect.arrayContaining(['Visits by the hour they began in', 'Pages visits began on', 'Visitors by country', 'Line ledger']));
    expect(namesOf('rowheader')).toEqual(expect.arrayContaining(['14:00', 'France', '/lessons/coral-reefs']));
    const text = String(await page.evaluate('document.body.innerText'));
    expect(text).not.toMatch(/[0-9a-f]{6,}|Firefox|Android/);
    expect(text).toContain('under 5');
  });

  test.each(['live', 'report'] as const)('the %s page can be used by keyboard, and shows where one is', patient, async (name) => {
    const page = await browser.open(urls[name], { theme: 'light', width: 1280 });
    await page.press('Tab');
    expect(await page.evaluate('["A", "SUMMARY", "DIV"].includes(document.activeElement.tagName)')).toBe(true);
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).not.toBe('none');
  });

  test('what is folded in the report opens by keyboard', patient, async () => {
    const page = await browser.open(urls.report, { theme: 'light', width: 1280 });
    await page.evaluate('document.querySelector("summary").focus()');
    await page.press('Enter');
    expect(await page.evaluate('document.querySelector("details").open')).toBe(true);
  });

  test('the public page has closed hours and nothing else', patient, async () => {
    const page = await browser.open(urls.public, { theme: 'light', width: 1280 });
    const text = String(await page.evaluate('document.body.innerText'));
    expect(text).toContain('13:00 to 14:00');
    expect(text).not.toContain('14:00 to 15:00'); // it is not over
    expect(text.match(/under 5/g)?.length).toBe(4);
    for (const secret of ['active', 'Firefox', 'France', '8f3a61', 'coral', 'Ledger', '311']) expect(text).not.toContain(secret);
  });
});
