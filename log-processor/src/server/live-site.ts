/** One site on the live page: its tiles, its hours, and what enough visitors share. */
import { html } from './html.ts';
import type { Html } from './html.ts';
import type { SharedValue, SiteFigures } from './live-figures.ts';
import { hoursCard } from './live-hours.ts';
import { bar } from './live-bar.ts';
import { count, countryName, duration, few, percent } from './words.ts';

/** @param k a number of people below it is shown as `under k` */
export function siteSection(site: SiteFigures, k: number): Html {
  return html`<section aria-label="${site.site}"><h2>${site.site}<small>${site.day}, ${site.zone}</small></h2>
<div class="tiles">${tiles(site, k)}</div>
${hoursCard(site.startedByHour, k)}
<div class="cards">${sharedCard('Pages visits began on', site.pages, k)}${sharedCard('Where visitors came from', site.referrers, k)}${sharedCard('Visitors by country', named(site.countries, countryName), k)}${sharedCard('Visitors by device', site.devices, k)}${statusCard(site)}</div></section>`;
}

function tiles(site: SiteFigures, k: number): Html[] {
  const { activeVisitors: active, visitorsToday: visitors, visitsToday: visits, pageViewsToday: views } = site;
  const enough = visits.human >= k;
  return [
    tile('active visitors now', few(active.browser, k), { more: `and ${count(active.bot)} bots`, look: 'tile first' }),
    tile('visitors today', few(visitors.browser, k), { more: `and ${count(visitors.bot)} bots` }),
    tile('visits today', few(visits.human, k), { more: `${count(visits.bot)} bot, ${few(visits.suspected, k)} suspected` }),
    tile('page views today', enough || views.human === 0 ? count(views.human) : '–', { more: `${count(views.bot)} bot, ${few(views.suspected, k)} suspected` }),
    tile('bounce rate', enough ? percent(site.bouncesToday, visits.human) : '–', { more: 'visits with one page view' }),
    tile('mean duration', enough ? duration(site.visitSecondsToday / visits.human) : '–', { more: 'first to last request' }),
  ];
}

function tile(what: string, value: string, { more, look = 'tile' }: { more: string; look?: string }): Html {
  return html`<div class="${look}" role="group" aria-label="${what}"><b>${value}</b><span>${what}</span><em>${more}</em></div>`;
}

function statusCard({ requestsByStatusClass }: SiteFigures): Html {
  const all = requestsByStatusClass.reduce((sum, { requests }) => sum + requests, 0);
  const rows = requestsByStatusClass.map(({ statusClass, requests }) => {
    const look = /^[2-5]xx$/.test(statusClass) ? `c${statusClass.charAt(0)}` : 'c0';
    return html`<tr><th scope="row" class="t">${statusClass}</th><td class="bar">${bar(requests, all, look)}</td><td class="n">${count(requests)}</td><td class="n">${percent(requests, all)}</td></tr>`;
  });
  return html`<div class="card"><h3>Requests by status<small>since counting began</small></h3>${all === 0 ? html`<p class="none">None yet.</p>` : html`<table aria-label="Requests by status"><tbody>${rows}</tbody></table>`}</div>`;
}

const named = (values: readonly SharedValue[], nameOf: (value: string) => string): readonly SharedValue[] => values.map(({ value, visitors }) => ({ value: nameOf(value), visitors }));

/** What few share is in `other` already; where `other` itself is few, it is not counted out. */
function sharedCard(title: string, values: readonly SharedValue[], k: number): Html {
  const most = Math.max(0, ...values.map(({ visitors }) => visitors));
  const rows = values.map(({ value, visitors }) => html`<tr><th scope="row" class="p">${value}</th><td class="bar">${bar(visitors >= k ? visitors : 0, most, 'tide')}</td><td class="n">${few(visitors, k)}</td></tr>`);
  const table = html`<table aria-label="${title}"><tbody>${rows}</tbody></table>`;
  return html`<div class="card"><h3>${title}<small>closed visits of today</small></h3>${rows.length === 0 ? html`<p class="none">None yet: a visit closes half an hour after its last request.</p>` : table}</div>`;
}
