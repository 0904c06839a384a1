/** The range and step that Grafana would send with a panel's question to Loki, on a screen of 1600 pixels. */
import { askLoki } from '../ask-loki.ts';
import { autoBars } from '../../src/variables.ts';
import { fillVariables } from '../fill-variables.ts';
import { object, text, type ShownDashboard, type ShownPanel, type ShownTarget } from '../questions.ts';

const screenPixels = 1_600;
/** Loki answers no more points; Grafana widens the step before it asks. */
const mostPoints = 11_000;
const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** `15m` to seconds. */
export const seconds = (duration: string): number => Number(duration.slice(0, -1)) * (unitSeconds[duration.slice(-1)] ?? NaN);

/** Range that a dashboard opens with. */
export const usualRange = ({ raw }: ShownDashboard): string => text(object(raw['time'])['from']).replace('now-', '');

export type Asked = { readonly took: number; readonly rows: number };

export type Place = { readonly dashboard: ShownDashboard; readonly panel: ShownPanel; readonly target: ShownTarget };

/** @throws Error with Loki's own words when it refuses */
export async function askAsGrafana(url: string, { panel, target }: Place, range: string, toMs: number): Promise<Asked> {
  // "auto" of the interval: the range in so many bars, and no bar under a minute.
  const interval = `${Math.max(60, Math.ceil(seconds(range) / autoBars))}s`;
  const step = stepOf(panel, target, range, interval);
  const expr = fillVariables(target.expr, target.instant, { range, step: `${step}s`, interval });
  const began = performance.now();
  const { rows } = await askLoki(url, expr, target.instant, { fromMs: toMs - seconds(range) * 1000, toMs, stepSeconds: step });
  return { took: (performance.now() - began) / 1000, rows: rows.length };
}

function stepOf(panel: ShownPanel, target: ShownTarget, range: string, interval: string): number {
  const wanted = text(target.raw['step']).replace('$interval', interval);
  const pixels = (Number(object(panel.raw['gridPos'])['w']) / 24) * screenPixels;
  const wide = wanted === '' ? Math.ceil(seconds(range) / pixels) : seconds(wanted);
  return Math.max(1, wide, Math.ceil(seconds(range) / mostPoints));
}
