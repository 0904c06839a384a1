/** The page for everybody: human visits by the hours of today that are over, nothing of this moment, and no number that few people make. */
import { bar } from './live-bar.ts';
import { html, htmlText } from './html.ts';
import type { Html } from './html.ts';
import type { LiveFigures, SiteFigures } from './live-figures.ts';
import { liveStyle } from './live-style.ts';
import { count } from './words.ts';

/** Every five minutes: what it shows changes once an hour. */
const refreshSeconds = 300;

/** The whole page as text, with the stylesheet of the live page, which the Content-Security-Policy names by its hash. */
export function renderPublicPage({ sites, threshold, version }: LiveFigures): string {
  const body = html`<header><h1>Tidewatch</h1><span class="state">hours that are over</span></header>
<main>${sites.map((site) => siteSection(site, threshold))}${sites.length === 0 ? html`<p class="none">Nothing to show yet.</p>` : ''}</main>
<footer>Tidewatch ${version}. Visits of people by the hour they began in; an hour is shown half an hour after its end, and fewer than ${threshold} visits are not told apart from none. No address is kept.</footer>`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta http-equiv="refresh" content="${refreshSeconds}"><title>Tidewatch</title><link rel="icon" href="data:,"><style>${liveStyle}</style></head><body>${htmlText(body)}</body></html>\n`;
}

function siteSection({ site, day, zone, startedByHour, closedHours }: SiteFigures, threshold: number): Html {
  const hours = startedByHour.slice(0, closedHours);
  const most = Math.max(0, ...hours);
  const rows = hours.map((visits, hour) => {
    const shown = visits >= threshold;
    return html`<tr><th scope="row">${clock(hour)} to ${clock(hour + 1)}</th><td class="bar">${bar(shown ? visits : 0, most, 'tide')}</td><td class="n">${shown ? count(visits) : `under ${threshold}`}</td></tr>`;
  });
  const table = html`<table><thead><tr><th scope="col">begun</th><th scope="col" class="n" colspan="2">visits</th></tr></thead><tbody>${rows}</tbody></table>`;
  return html`<section aria-label="${site}"><h2>${site}<small>${day}, ${zone}</small></h2><div class="card">${rows.length === 0 ? html`<p class="none">The first hour of today is not over yet.</p>` : table}</div></section>`;
}

const clock = (hour: number): string => `${String(hour % 24).padStart(2, '0')}:00`;
