/** The bars and the table of visits on the live page. */
import { html } from './html.ts';
import type { Html } from './html.ts';
import type { VisitFigures } from './live-figures.ts';
import { count, countryName, duration, timeOfDay } from './words.ts';

/** A bar as an SVG, because the page's policy allows no inline style. The number stands beside it as text. */
export function bar(value: number, of: number, look: string): Html {
  const width = of === 0 ? 0 : Math.max(value > 0 ? 0.5 : 0, (100 * value) / of);
  return html`<svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect class="trough" width="100" height="6"/><rect class="${look}" width="${width.toFixed(1)}" height="6"/></svg>`;
}

/** @param zone IANA zone of the site */
export function visitTable(visits: readonly VisitFigures[], zone: string): Html {
  if (visits.length === 0) return html`<p class="none">None yet: a visit closes half an hour after its last request.</p>`;
  return html`<table class="visits"><thead><tr><th>ended</th><th>class</th><th class="n">views</th><th>from, to</th><th>who</th></tr></thead><tbody>${visits.map((visit) => row(visit, zone))}</tbody></table>`;
}

function row(visit: VisitFigures, zone: string): Html {
  const way = visit.exitPath === visit.entryPath ? visit.entryPath : `${visit.entryPath} → ${visit.exitPath}`;
  const origin = visit.referrerHost === 'direct' || visit.referrerHost === 'internal' ? '' : `, via ${visit.referrerHost}`;
  const who = [countryName(visit.country), visit.device, visit.family, visit.os].filter((word) => word !== '').join(' · ');
  return html`<tr><td class="t">${timeOfDay(visit.endMs, zone)}</td><td><span class="tag ${visit.visitClass}">${visit.visitClass}</span></td><td class="n">${count(visit.views)} in ${duration((visit.endMs - visit.startMs) / 1000)}</td><td class="p"><code>${way}</code>${origin}</td><td class="x">${who}, ${count(visit.requests)} ${visit.requests === 1 ? 'request' : 'requests'}, visitor ${visit.visitor.slice(0, 6)}</td></tr>`;
}
