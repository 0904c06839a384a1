/** The live page: what Grafana shows, small, for a machine that has none. Server-rendered, no script. */
import { html, htmlText } from './html.ts';
import type { Html } from './html.ts';
import type { LiveFigures } from './live-figures.ts';
import { houseCards } from './live-house.ts';
import { siteSection } from './live-site.ts';
import { liveStyle } from './live-style.ts';
import { bytes, duration } from './words.ts';

/** How often the page asks for itself again. */
const refreshSeconds = 10;

/** Two waves; the mark on the page and in the tab. */
const waves = 'M1 8c2.5-3 4.5-3 7 0s4.5 3 7 0M1 13c2.5-3 4.5-3 7 0s4.5 3 7 0';
const icon = `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 20"><path d="${waves}" fill="none" stroke="#0a7a8c" stroke-width="2" stroke-linecap="round"/></svg>`)}`;

/** The whole page as text. The stylesheet stands in it as it is, so that its hash can stand in the Content-Security-Policy. */
export function renderLivePage(figures: LiveFigures): string {
  const body = html`<header><h1><svg width="22" height="24" viewBox="0 0 16 20" aria-hidden="true"><path d="${waves}" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round"/></svg>Tidewatch</h1>${stateLine(figures)}</header>
<main>${figures.sites.map((site) => siteSection(site, figures.threshold))}${figures.sites.length === 0 ? html`<h2>No site yet</h2><p class="none">The first line that arrives brings one.</p>` : ''}
<h2>The house</h2>${houseCards(figures)}</main>
<footer>Tidewatch ${figures.version}. Visitors are told apart within one day only, by a key that is destroyed after it; no address is kept. Every number is committed, and fewer than ${figures.threshold} visitors are never told apart. Country lookup: GeoLite2 by MaxMind. This page renews itself every ${refreshSeconds} s.</footer>`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta http-equiv="refresh" content="${refreshSeconds}"><title>Tidewatch</title><link rel="icon" href="${icon}"><style>${liveStyle}</style></head><body>${htmlText(body)}</body></html>\n`;
}

function stateLine({ watermarkMs, nowMs, catchingUp, lagBytes, outboxBytes }: LiveFigures): Html {
  if (watermarkMs === null) return html`<span class="state">waiting for the first line</span>`;
  const waiting = [lagBytes > 0 ? `${bytes(lagBytes)} unread` : 'everything read', outboxBytes > 0 ? `${bytes(outboxBytes)} to deliver` : 'everything delivered'].join(', ');
  const behind = duration(Math.max(0, nowMs - watermarkMs) / 1000);
  return html`<span class="state"><b class="${catchingUp ? 'warm' : 'good'}">${catchingUp ? 'catching up' : 'live'}</b>, complete up to ${behind} ago; ${waiting}</span>`;
}
