/** The bars of the live page. */
import { html } from './html.ts';
import type { Html } from './html.ts';

/** A bar as an SVG, because the page's policy allows no inline style. The number stands beside it as text. */
export function bar(value: number, of: number, look: string): Html {
  const width = of === 0 ? 0 : Math.max(value > 0 ? 0.5 : 0, (100 * value) / of);
  return html`<svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect class="trough" width="100" height="6"/><rect class="${look}" width="${width.toFixed(1)}" height="6"/></svg>`;
}
