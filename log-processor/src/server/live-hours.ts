/** The hours of today as columns: a picture for those who see it, and the same as a table for those who hear it. */
import { html } from './html.ts';
import type { Html } from './html.ts';
import { few } from './words.ts';

const [columnWidth, height, gap] = [10, 60, 2];

/** @param byHour human visits by the hour they began in. @param k fewer are not told apart from none */
export function hoursCard(byHour: readonly number[], k: number): Html {
  const shown = byHour.map((visits) => (visits >= k ? visits : 0));
  const most = Math.max(1, ...shown);
  const columns = shown.map((visits, hour) => {
    const size = visits === 0 ? 0.6 : Math.max(1.5, (height * visits) / most);
    return html`<rect class="${visits === 0 ? 'trough' : 'tide'}" x="${hour * columnWidth + gap / 2}" y="${(height - size).toFixed(1)}" width="${columnWidth - gap}" height="${size.toFixed(1)}" rx="1"/>`;
  });
  const rows = byHour.map((visits, hour) => html`<tr><th scope="row">${clock(hour)}</th><td>${few(visits, k)}</td></tr>`);
  return html`<div class="card wide"><h3>Visits by the hour they began in<small>at most ${most === 1 ? 0 : most} an hour; fewer than ${k} are not shown</small></h3>
<svg class="hours" viewBox="0 0 ${24 * columnWidth} ${height}" preserveAspectRatio="none" aria-hidden="true">${columns}</svg>
<div class="axis" aria-hidden="true">${[0, 6, 12, 18].map((hour) => html`<span>${clock(hour)}</span>`)}</div>
<table class="heard"><caption>Visits by the hour they began in</caption><thead><tr><th scope="col">begun at</th><th scope="col">visits</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

const clock = (hour: number): string => `${String(hour).padStart(2, '0')}:00`;
