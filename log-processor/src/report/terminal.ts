/** The report for a terminal: what a person wants to know first on top, in columns and bars. */
import { bytes, count, countryName, duration, percent } from '../server/words.ts';
import type { ClassSums, ReportFigures } from './report-figures.ts';
import { cautions, filesTitle, grams, peakTimes, volumeByPeriod } from './report-words.ts';
import { bar, inkFor, section } from './terminal-parts.ts';
import type { Ink, Row } from './terminal-parts.ts';
import type { Counted } from './top-values.ts';

export type TerminalOptions = { readonly colour: boolean; /** Rows of a list. */ readonly rows: number };

export function terminalReport(figures: ReportFigures, { colour, rows }: TerminalOptions): string {
  const ink = inkFor(colour);
  const human = figures.byClass.human.visits;
  const visits = (title: string, values: readonly Counted[], nameOf = (value: string): string => value): string[] =>
    section(ink, title, values.slice(0, rows).map(({ value, count: visitsOf }) => ({ name: nameOf(value), value: visitsOf, said: [count(visitsOf), percent(visitsOf, human)] })));
  const requests = (title: string, values: readonly Counted[]): string[] =>
    section(ink, title, values.slice(0, rows).map(({ value, count: requestsOf }) => ({ name: value, value: requestsOf, said: [count(requestsOf), percent(requestsOf, figures.requests)] })));
  const lines = [
    ...head(figures, ink),
    ...audience(figures, ink),
    ...section(ink, 'Over time (human visits, visitors, page views; all requests)', volumeByPeriod(figures).map(volumeRow)),
    ...peaks(figures, ink),
    ...(figures.sites.length > 1 ? visits('Sites (human visits)', figures.sites) : []),
    ...visits('Countries (human visits)', figures.countries, countryName),
    ...section(ink, 'Pages (views of browsers)', figures.pages.slice(0, rows).map(({ value, count: views }) => ({ name: value, value: views, said: [count(views)] }))),
    ...visits('First pages of visits', figures.entries),
    ...visits('Last pages of visits', figures.exits),
    ...visits('Where visits came from', figures.referrers),
    ...visits('Devices', figures.devices),
    ...visits('Browsers', figures.browsers),
    ...visits('Systems', figures.systems),
    ...requests('Declared bots (requests)', figures.bots),
    ...requests('Answers by status (requests)', figures.statuses),
    ...section(ink, 'Errors', figures.errors.slice(0, rows).map(({ status, path, requests: failed }) => ({ name: `${status} ${path}`, value: failed, said: [count(failed)] }))),
    ...times(figures, ink, rows),
    ...comparison(figures, ink),
    ...footnotes(figures, ink),
  ];
  return `${lines.join('\n')}\n`;
}

function head({ files, firstDay, lastDay, lines, zone, wanted }: ReportFigures, ink: Ink): string[] {
  const formats = [...new Set(files.map(({ format }) => format))].join(' and ');
  const span = firstDay === null ? 'no request in it' : firstDay === lastDay ? firstDay : `${firstDay} to ${lastDay ?? ''}`;
  const rejected = Object.entries(lines.rejectedBy).map(([reason, dropped]) => `${count(dropped)} ${reason}`);
  return [
    ink.title(`Tidewatch report: ${filesTitle(files.map(({ path }) => path))}`),
    `  ${span} (days of ${zone})${wanted.length > 0 ? `, asked for ${wanted.join(', ')}` : ''}, read as ${formats}`,
    `  ${count(lines.read)} lines read, ${count(lines.parsed)} understood${rejected.length > 0 ? `, not ${rejected.join(', ')}` : ''}`,
  ];
}

function audience({ byClass, requests, bytes: sent, transferGrams }: ReportFigures, ink: Ink): string[] {
  const classes = [['people', byClass.human], ['suspected', byClass.suspected], ['bots', byClass.bot]] as const;
  const row = (title: string, said: (sums: ClassSums) => string): string => `  ${title.padEnd(16)}${classes.map(([, sums]) => said(sums).padStart(14)).join('')}`;
  return [
    '',
    ink.title('Audience'),
    ink.soft(`  ${' '.repeat(16)}${classes.map(([name]) => name.padStart(14)).join('')}`),
    row('visitors (days)', ({ visitors }) => count(visitors)),
    row('visits', ({ visits }) => count(visits)),
    row('page views', ({ pageViews }) => count(pageViews)),
    row('bounces', ({ bounces, visits }) => percent(bounces, visits)),
    row('mean visit', ({ durationMs, visits }) => (visits === 0 ? '–' : duration(durationMs / 1000 / visits))),
    row('requests', (sums) => count(sums.requests)),
    row('bytes', (sums) => bytes(sums.bytes)),
    `  ${'transfer CO2e'.padEnd(16)}${(['human', 'suspected', 'bot'] as const).map((visitClass) => grams(transferGrams[visitClass].network + transferGrams[visitClass].device).padStart(14)).join('')}`,
    ink.soft(`  all requests ${count(requests)}, ${bytes(sent)}`),
  ];
}

const volumeRow = ({ name, visits, visitors, pageViews, requests }: ReturnType<typeof volumeByPeriod>[number]): Row => ({ name, value: visits, said: [visits, visitors, pageViews, requests].map(count) });

function peaks(figures: ReportFigures, ink: Ink): string[] {
  const { byHour, sentence } = peakTimes(figures);
  if (sentence === null) return [];
  const most = Math.max(...byHour);
  const rows = byHour.map((visits, hour) => `  ${String(hour).padStart(2, '0')}:00  ${count(visits).padStart(9)}  ${ink.bar(bar(visits, most))}`.trimEnd());
  return ['', ink.title('Peak times (human visits by the hour they began in)'), `  ${sentence}`, ...rows];
}

function times({ latency, slow }: ReportFigures, ink: Ink, rows: number): string[] {
  if (latency === null) return ['', ink.title('Response times'), '  this format does not say how long requests took'];
  const seconds = (value: number): string => `${value.toFixed(3)} s`;
  const said = (['p50', 'p90', 'p95', 'p99', 'max'] as const).map((name) => `${name} ${seconds(latency[name])}`).join('   ');
  const list = slow.slice(0, rows).map(({ path, requests, meanSeconds, p95Seconds }) => ({ name: path, value: meanSeconds * requests, said: [`${count(requests)} ×`, `mean ${seconds(meanSeconds)}`, `p95 ${seconds(p95Seconds)}`] }));
  return ['', ink.title('Response times (to 2 %)'), `  ${said}`, ...section(ink, 'Where the time went', list)];
}

function comparison({ compare, byClass: { human }, requests }: ReportFigures, ink: Ink): string[] {
  if (compare === null) return [];
  const all = [
    ['Tidewatch', { requests, visitors: human.visitors, visits: human.visits }],
    ['Matomo', compare.matomo],
    ['GoAccess', compare.goaccess],
  ] as const;
  const number = (value: number | null): string => (value === null ? '–' : count(value)).padStart(14);
  return [
    '',
    ink.title('As others would count the same lines (they leave bots in: docs/report.md)'),
    ink.soft(`  ${' '.repeat(12)}${['requests', 'visitors', 'visits'].map((name) => name.padStart(14)).join('')}`),
    ...all.map(([name, counted]) => `  ${name.padEnd(12)}${number(counted.requests)}${number(counted.visitors)}${number(counted.visits)}`),
  ];
}

function footnotes(figures: ReportFigures, ink: Ink): string[] {
  const notes = ['A visitor is one address and browser on one day; over two days it is two. Names that few visitors share are "other".', 'Transfer CO2e is an estimate: Sustainable Web Design model 4 at 494 g/kWh, network and device of the visits\' bytes; bots have no device.'];
  return ['', ...notes.map((note) => ink.soft(note)), ...cautions(figures)];
}
