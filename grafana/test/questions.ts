/** Walks the committed dashboards: every panel, closed rows included, and every question of every panel. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Json = Readonly<Record<string, unknown>>;
export type ShownTarget = { readonly refId: string; readonly expr: string; readonly type: 'prometheus' | 'loki'; readonly instant: boolean; readonly raw: Json };
export type ShownPanel = { readonly dashboard: string; readonly title: string; readonly type: string; readonly row: string; readonly raw: Json; readonly targets: readonly ShownTarget[] };
export type ShownDashboard = { readonly name: string; readonly raw: Json; readonly panels: readonly ShownPanel[]; readonly rows: readonly Json[] };

const folder = join(import.meta.dirname, '..', 'dashboards');

export const object = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
export const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** As they lie in the repository. */
export const shownDashboards = (): readonly ShownDashboard[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => shown(file.slice(0, -'.json'.length), object(JSON.parse(readFileSync(join(folder, file), 'utf8')))));

export const shownPanels = (): readonly ShownPanel[] => shownDashboards().flatMap(({ panels }) => panels);
/** With the name a person would use to find it. */
export const questions = (): readonly { readonly where: string; readonly panel: ShownPanel; readonly target: ShownTarget }[] =>
  shownPanels().flatMap((panel) => panel.targets.map((target) => ({ where: `${panel.dashboard}: ${panel.title} (${target.refId})`, panel, target })));

function shown(name: string, raw: Json): ShownDashboard {
  const panels: ShownPanel[] = [];
  const rows: Json[] = [];
  let row = '';
  const add = (value: unknown): void => void panels.push(shownPanel(name, row, object(value)));
  for (const value of list(raw['panels'])) {
    if (object(value)['type'] !== 'row') add(value);
    else {
      rows.push(object(value));
      row = text(object(value)['title']);
      list(object(value)['panels']).forEach(add);
    }
  }
  return { name, raw, panels, rows };
}

function shownPanel(dashboard: string, row: string, raw: Json): ShownPanel {
  const targets = list(raw['targets']).map((value): ShownTarget => {
    const target = object(value);
    const type = text(object(target['datasource'])['type']) === 'loki' ? 'loki' : 'prometheus';
    return { refId: text(target['refId']), expr: text(target['expr']), type, instant: target['instant'] === true || target['queryType'] === 'instant', raw: target };
  });
  return { dashboard, title: text(raw['title']), type: text(raw['type']), row, raw, targets };
}
