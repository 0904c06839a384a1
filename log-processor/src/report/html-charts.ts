/** The charts of the report page as SVG, without a script: columns over time, bars beside numbers, and the week as a heat map. */
import { html } from '../server/html.ts';
import type { Html } from '../server/html.ts';
import { count } from '../server/words.ts';
import { weekdayNames } from './report-words.ts';

const width = 720;
const height = 200;
const axis = 18;
const left = 44;
/** One day must not be a wall. */
const widest = 48;

export type Column = { readonly name: string; readonly value: number; /** What hovering and a screen reader say. */ readonly said: string };

/** Columns from left to right under a scale that ends at a round number. */
export function columns(title: string, values: readonly Column[]): Html {
  const top = niceCeiling(Math.max(0, ...values.map(({ value }) => value)));
  const step = Math.min(widest, (width - left) / Math.max(1, values.length));
  const plot = height - axis - 8;
  const every = Math.ceil(values.length / 12);
  const drawn = values.map(({ name, value, said }, index) => {
    const tall = top === 0 ? 0 : (value / top) * plot;
    const x = left + index * step;
    const label = index % every === 0 ? html`<text x="${(x + step / 2).toFixed(1)}" y="${height - 4}" text-anchor="middle">${shortName(name)}</text>` : '';
    return html`<rect x="${(x + step * 0.1).toFixed(1)}" y="${(8 + plot - tall).toFixed(1)}" width="${(step * 0.8).toFixed(1)}" height="${tall.toFixed(1)}"><title>${said}</title></rect>${label}`;
  });
  const rules = [0, 0.5, 1].map((share) => {
    const y = (8 + plot * (1 - share)).toFixed(1);
    return html`<line class="rule" x1="${left}" x2="${width}" y1="${y}" y2="${y}"/><text x="${left - 6}" y="${(8 + plot * (1 - share) + 4).toFixed(1)}" text-anchor="end">${compact(top * share)}</text>`;
  });
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${title}"><svg class="chart" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}"><title>${title}</title>${rules}${drawn}</svg></div>`;
}

/** A bar beside its number. */
export function bar(value: number, most: number): Html {
  const share = most <= 0 ? 0 : Math.max(value > 0 ? 0.5 : 0, (100 * value) / most);
  return html`<svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect class="trough" width="100" height="6" rx="1"/><rect width="${share.toFixed(1)}" height="6" rx="1"/></svg>`;
}

/** Visits by weekday and hour: numbers in a table, shaded, so that it can be read with and without eyes. */
export function heatMap(starts: readonly (readonly number[])[]): Html {
  const most = Math.max(1, ...starts.flat());
  const hours = Array.from({ length: 24 }, (_, hour) => html`<th scope="col">${String(hour).padStart(2, '0')}</th>`);
  const rows = starts.map((ofDay, weekday) => html`<tr><th scope="row">${weekdayNames[weekday] ?? ''}</th>${ofDay.map((visits) => html`<td class="h${visits === 0 ? 0 : Math.max(1, Math.ceil((8 * visits) / most))}">${visits === 0 ? '·' : compact(visits)}</td>`)}</tr>`);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Visits by weekday and hour"><table class="heat"><thead><tr><th scope="col"><span class="soft">begun at</span></th>${hours}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** The next of 1, 2, 5, 10, 20, 50 ... */
function niceCeiling(value: number): number {
  if (value <= 0) return 0;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5, 10].find((factor) => factor * power >= value) ?? 10) * power;
}

const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const compact = (value: number): string => (value < 1000 ? (Number.isInteger(value) ? count(value) : value.toFixed(1)) : short.format(value));

/** `2026-11-28` as `11-28`: the year stands in the head. */
const shortName = (name: string): string => (name.length === 10 ? name.slice(5) : name);
