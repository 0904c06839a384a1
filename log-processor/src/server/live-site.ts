/** One site on the live page: its tiles, its requests, its countries and its last visits. */
import { html } from './html.ts';
import type { Html } from './html.ts';
import type { SiteFigures } from './live-figures.ts';
import { bar, visitTable } from './live-tables.ts';
import { count, countryName, duration, percent } from './words.ts';

/** As many countries as a phone shows without scrolling far. */
const maxCountries = 8;

export function siteSection(site: SiteFigures): Html {
  return html`<section><h2>${site.site}<small>${site.day}, ${site.zone}</small></h2>
<div class="tiles">${tiles(site)}</div>
<div class="cards">${statusCard(site)}${countryCard(site)}</div>
<div class="card wide"><h3>Last closed visits</h3>${visitTable(site.lastVisits, site.zone)}</div></section>`;
}

function tiles(site: SiteFigures): Html[] {
  const { activeVisitors: active, visitorsToday: visitors, visitsToday: visits, pageViewsToday: views } = site;
  return [
    tile('active visitors now', count(active.browser), { more: `and ${count(active.bot)} bots`, look: 'tile first' }),
    tile('visitors today', count(visitors.browser), { more: `and ${count(visitors.bot)} bots` }),
    tile('visits today', count(visits.human), { more: `${count(visits.bot)} bot, ${count(visits.suspected)} suspected` }),
    tile('page views today', count(views.human), { more: `${count(views.bot)} bot, ${count(views.suspected)} suspected` }),
    tile('bounce rate', percent(site.bouncesToday, visits.human), { more: 'visits with one page view' }),
    tile('mean duration', visits.human === 0 ? '–' : duration(site.visitSecondsToday / visits.human), { more: 'first to last request' }),
  ];
}

function tile(what: string, value: string, { more, look = 'tile' }: { more: string; look?: string }): Html {
  return html`<div class="${look}"><b>${value}</b><span>${what}</span><em>${more}</em></div>`;
}

function statusCard({ requestsByStatusClass }: SiteFigures): Html {
  const all = requestsByStatusClass.reduce((sum, { requests }) => sum + requests, 0);
  const rows = requestsByStatusClass.map(({ statusClass, requests }) => {
    const look = /^[2-5]xx$/.test(statusClass) ? `c${statusClass.charAt(0)}` : 'c0';
    return html`<tr><td class="t">${statusClass}</td><td class="bar">${bar(requests, all, look)}</td><td class="n">${count(requests)}</td><td class="n">${percent(requests, all)}</td></tr>`;
  });
  return html`<div class="card"><h3>Requests by status<small>since counting began</small></h3>${all === 0 ? html`<p class="none">None yet.</p>` : html`<table>${rows}</table>`}</div>`;
}

function countryCard({ countries }: SiteFigures): Html {
  const top = [...countries].sort((a, b) => b.visitors - a.visitors).slice(0, maxCountries);
  const most = top[0]?.visitors ?? 0;
  const rows = top.map(({ country, visitors }) => html`<tr><td>${countryName(country)}</td><td class="bar">${bar(visitors, most, 'tide')}</td><td class="n">${count(visitors)}</td></tr>`);
  return html`<div class="card"><h3>Visitors by country<small>today; few of a kind are "other"</small></h3>${top.length === 0 ? html`<p class="none">None yet.</p>` : html`<table>${rows}</table>`}</div>`;
}
