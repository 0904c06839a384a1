/** The report as one page that needs nothing else: no network, no script, light and dark, on a phone and on paper. */
import { html, htmlText } from '../server/html.ts';
import type { Html } from '../server/html.ts';
import { bytes, count, countryName, duration, percent } from '../server/words.ts';
import { columns, heatMap } from './html-charts.ts';
import { reportStyle } from './html-style.ts';
import { classTable, compareTable, errorTable, list, slowTable } from './html-tables.ts';
import { cautions, filesTitle, grams, peakTimes, volumeByPeriod } from './report-words.ts';
import type { ReportFigures } from './report-figures.ts';

/** The whole page as text. */
export function htmlReport(figures: ReportFigures): string {
  const body = html`<header><h1>${filesTitle(figures.files.map(({ path }) => path.split('/').at(-1) ?? path))}</h1>${head(figures)}</header>
<main>${tiles(figures)}${overTime(figures)}${peaks(figures)}<div class="grid">${cards(figures)}</div></main>
<footer>Tidewatch ${figures.version}. A visitor is one address and browser on one day; over two days it is two. Names that few visitors share are "other". Addresses were used in memory to count and are in no part of this page. Transfer CO2e is an estimate of the network and the reader's device (bots have none) by Sustainable Web Design model 4 at 494 g/kWh. Country lookup: GeoLite2 by MaxMind.</footer>`;
  const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="generator" content="Tidewatch"><title>Tidewatch report</title><link rel="icon" href="data:,"><style>${reportStyle}</style></head><body>${htmlText(body)}</body></html>\n`;
}

function head(figures: ReportFigures): Html {
  const { firstDay, lastDay, zone, wanted, files, lines } = figures;
  const span = firstDay === null ? 'no request in it' : firstDay === lastDay ? firstDay : `${firstDay} to ${lastDay ?? ''}`;
  const rejected = Object.entries(lines.rejectedBy).map(([reason, dropped]) => `${count(dropped)} ${reason}`).join(', ');
  return html`<p><b>${span}</b> <span class="soft">days of ${zone}${wanted.length > 0 ? `, asked for ${wanted.join(', ')}` : ''}</span></p>
<p class="soft">${count(lines.read)} lines read as ${[...new Set(files.map(({ format }) => format))].join(' and ')}, ${count(lines.parsed)} understood${rejected === '' ? '' : `; not: ${rejected}`}.</p>
${cautions(figures).map((caution) => html`<p class="bad">${caution}</p>`)}`;
}

function tiles({ byClass: { human }, requests, bytes: sent, latency, transferGrams }: ReportFigures): Html {
  const tile = (value: string, what: string, more: string, look = 'tile'): Html => html`<div class="${look}"><b>${value}</b><span>${what}</span><em>${more}</em></div>`;
  const mean = human.visits === 0 ? '–' : duration(human.durationMs / 1000 / human.visits);
  return html`<div class="tiles">${[
    tile(count(human.visitors), 'visitors', 'people, each day anew', 'tile first'),
    tile(count(human.visits), 'visits', 'of people'),
    tile(count(human.pageViews), 'page views', human.visits === 0 ? 'of people' : `${(human.pageViews / human.visits).toFixed(1)} a visit`),
    tile(percent(human.bounces, human.visits), 'bounce rate', 'visits with one page view'),
    tile(mean, 'mean visit', 'first to last request'),
    tile(count(requests), 'requests', 'of everybody'),
    tile(bytes(sent), 'sent', 'to everybody'),
    tile(grams(transferGrams.human.network + transferGrams.human.device), 'transfer CO2e', 'estimate, visits of people'),
    tile(latency === null ? '–' : `${latency.p95.toFixed(2)} s`, '95 % answered within', latency === null ? 'the log does not say' : `half within ${latency.p50.toFixed(3)} s`),
  ]}</div>`;
}

function overTime(figures: ReportFigures): Html {
  const volume = volumeByPeriod(figures);
  const values = volume.map(({ name, visits, visitors, pageViews, requests }) => ({ name, value: visits, said: `${name}: ${count(visits)} visits, ${count(visitors)} visitors, ${count(pageViews)} page views, ${count(requests)} requests` }));
  const rows = volume.map(({ name, visits, visitors, pageViews, requests, bytes: sent }) => html`<tr><td>${name}</td>${[visits, visitors, pageViews, requests].map((value) => html`<td class="n">${count(value)}</td>`)}<td class="n">${bytes(sent)}</td></tr>`);
  return html`<section class="wide"><h2>Visits of people over time</h2>${columns('Visits of people over time', values)}
<details><summary>As a table</summary><table><thead><tr><th scope="col">when</th><th scope="col" class="n">visits</th><th scope="col" class="n">visitors</th><th scope="col" class="n">page views</th><th scope="col" class="n">all requests</th><th scope="col" class="n">bytes</th></tr></thead><tbody>${rows}</tbody></table></details></section>`;
}

function peaks(figures: ReportFigures): Html | string {
  const { sentence } = peakTimes(figures);
  if (sentence === null) return '';
  return html`<section class="wide"><h2>Peak times<small>visits of people by when they began</small></h2><p>${sentence}</p>${heatMap(figures.starts)}</section>`;
}

function cards(figures: ReportFigures): Html[] {
  const { byClass: { human: { visits } }, requests, compare } = figures;
  const views = figures.pages.reduce((sum, page) => sum + page.count, 0);
  return [
    classTable(figures),
    ...(compare === null ? [] : [compareTable(figures, compare)]),
    ...(figures.sites.length > 1 ? [list('Sites', 'visits', figures.sites, visits)] : []),
    list('Pages', 'views', figures.pages, views),
    list('First pages', 'visits', figures.entries, visits),
    list('Last pages', 'visits', figures.exits, visits),
    list('Where visits came from', 'visits', figures.referrers, visits),
    list('Countries', 'visits', figures.countries.map(({ value, ...rest }) => ({ value: countryName(value), ...rest })), visits),
    list('Devices', 'visits', figures.devices, visits),
    list('Browsers', 'visits', figures.browsers, visits),
    list('Systems', 'visits', figures.systems, visits),
    list('Declared bots', 'requests', figures.bots, requests),
    list('Answers by status', 'requests', figures.statuses, requests),
    errorTable(figures.errors),
    slowTable(figures),
  ];
}
