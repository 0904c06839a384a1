/** The cards of the report page: what was counted by name, by class, as errors and as time. */
import { html } from '../server/html.ts';
import { grams } from './report-words.ts';
import type { Html } from '../server/html.ts';
import { bytes, count, duration, percent } from '../server/words.ts';
import { bar } from './html-charts.ts';
import type { ClassSums, ErrorLine, ReportFigures } from './report-figures.ts';
import type { Counted } from './top-values.ts';

/** Rows that are seen at once; the others open on demand. */
const shown = 10;

/** A card with the most frequent values; the rest of them behind a summary. */
export function list(title: string, what: string, values: readonly Counted[], all: number): Html {
  const most = Math.max(0, ...values.map((value) => value.count));
  const rows = values.map(({ value, count: times }) => html`<tr><td class="v">${value}</td><td class="bar">${bar(times, most)}</td><td class="n">${count(times)}</td><td class="n">${percent(times, all)}</td></tr>`);
  const heading = html`<thead><tr><th scope="col">name</th><td class="bar"></td><th scope="col" class="n">${what}</th><th scope="col" class="n">share</th></tr></thead>`;
  return card(title, rows, heading);
}

export function classTable({ byClass: { human, suspected, bot }, transferGrams }: ReportFigures): Html {
  const carbon = (['human', 'suspected', 'bot'] as const).map((visitClass) => html`<td class="n">${grams(transferGrams[visitClass].network + transferGrams[visitClass].device)}</td>`);
  const classes = [human, suspected, bot];
  const row = (title: string, said: (sums: ClassSums) => string): Html => html`<tr><th scope="row">${title}</th>${classes.map((sums) => html`<td class="n">${said(sums)}</td>`)}</tr>`;
  return html`<section><h2>Who came</h2><table><thead><tr><th scope="col"></th><th scope="col" class="n">people</th><th scope="col" class="n">suspected</th><th scope="col" class="n">bots</th></tr></thead><tbody>${[
    row('visitors', ({ visitors }) => count(visitors)),
    row('visits', ({ visits }) => count(visits)),
    row('page views', ({ pageViews }) => count(pageViews)),
    row('bounces', ({ bounces, visits }) => percent(bounces, visits)),
    row('mean visit', ({ durationMs, visits }) => (visits === 0 ? '–' : duration(durationMs / 1000 / visits))),
    row('requests', ({ requests }) => count(requests)),
    row('bytes', (sums) => bytes(sums.bytes)),
    html`<tr><th scope="row">transfer CO2e</th>${carbon}</tr>`,
  ]}</tbody></table></section>`;
}

export function compareTable({ requests, byClass: { human } }: ReportFigures, { matomo, goaccess }: NonNullable<ReportFigures['compare']>): Html {
  const said = (value: number | null): string => (value === null ? '–' : count(value));
  const row = (name: string, values: readonly (number | null)[]): Html => html`<tr><th scope="row">${name}</th>${values.map((value) => html`<td class="n">${said(value)}</td>`)}</tr>`;
  return html`<section><h2>As others would count<small>they leave bots in</small></h2><table><thead><tr><th scope="col"></th><th scope="col" class="n">requests</th><th scope="col" class="n">visitors</th><th scope="col" class="n">visits</th></tr></thead><tbody>${[
    row('Tidewatch', [requests, human.visitors, human.visits]),
    row('Matomo', [matomo.requests, matomo.visitors, matomo.visits]),
    row('GoAccess', [goaccess.requests, goaccess.visitors, goaccess.visits]),
  ]}</tbody></table></section>`;
}

export function errorTable(errors: readonly ErrorLine[]): Html {
  const rows = errors.map(({ status, path, requests }) => html`<tr><td>${status}</td><td class="v">${path}</td><td class="n">${count(requests)}</td></tr>`);
  return card('Errors', rows, html`<thead><tr><th scope="col">status</th><th scope="col">path</th><th scope="col" class="n">requests</th></tr></thead>`);
}

export function slowTable({ latency, slow }: ReportFigures): Html {
  if (latency === null) return html`<section><h2>Response times</h2><p class="soft">This format does not say how long requests took.</p></section>`;
  const seconds = (value: number): string => `${value.toFixed(3)} s`;
  const rows = slow.map(({ path, requests, meanSeconds, p95Seconds }) => html`<tr><td class="v">${path}</td><td class="n">${count(requests)}</td><td class="n">${seconds(meanSeconds)}</td><td class="n">${seconds(p95Seconds)}</td></tr>`);
  return card('Where the time went', rows, html`<thead><tr><th scope="col">path</th><th scope="col" class="n">requests</th><th scope="col" class="n">mean</th><th scope="col" class="n">95 % within</th></tr></thead>`);
}

function card(title: string, rows: readonly Html[], heading: Html): Html {
  if (rows.length === 0) return html`<section><h2>${title}</h2><p class="soft">None.</p></section>`;
  const more = rows.slice(shown);
  const rest = more.length === 0 ? '' : html`<details><summary>${count(more.length)} more</summary><table>${heading}<tbody>${more}</tbody></table></details>`;
  return html`<section><h2>${title}</h2><table>${heading}<tbody>${rows.slice(0, shown)}</tbody></table>${rest}</section>`;
}
