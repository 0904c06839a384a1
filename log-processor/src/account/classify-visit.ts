/** Says whether a closed visit was a human's, a declared bot's, or is suspected to be a machine that poses as a browser. */
import type { AgentClass, VisitClass } from '../record.ts';

export type VisitSigns = {
  readonly agentClass: AgentClass;
  readonly pageViews: number;
  readonly hasAsset: boolean;
  readonly hasRobotsTxt: boolean;
  /** Milliseconds from the first to the last page view. */
  readonly viewsSpanMs: number;
};

/** From this many page views on a rate says something. */
export const rateFromViews = 10;

/**
 * Design section 4, "Human, bot, suspected". The impossible rate: at least 10 page views that follow one another in under a second on
 * average, first to last (n views have n - 1 gaps).
 * @param assetsElsewhere the site's pictures and scripts come from another host, so pages without assets mean nothing
 */
export function classifyVisit(signs: VisitSigns, assetsElsewhere: boolean): VisitClass {
  if (signs.agentClass === 'bot') return 'bot';
  if (signs.hasRobotsTxt) return 'suspected';
  if (signs.pageViews > 0 && !signs.hasAsset && !assetsElsewhere) return 'suspected';
  if (signs.pageViews >= rateFromViews && signs.viewsSpanMs < (signs.pageViews - 1) * 1000) return 'suspected';
  return 'human';
}
