/** A dashboard as a page: its frame, its link bar and its variables, and rows of panels in the order they are read. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { DashboardCursorSync, DashboardLinkBuilder, DashboardLinkType, RowBuilder, TimePickerBuilder, type DashboardLink, type Panel, type RowPanel, type VariableModel } from '@grafana/grafana-foundation-sdk/dashboard';
import { DashboardBuilder, type Dashboard } from './classic.ts';
import { dataSourceVariable, type Source } from './data-sources.ts';
import { pages, type PageName } from './page-names.ts';
import { note } from './panels/note.ts';

export type Row = { readonly title: string; /** Closed at first: asked only when it is opened. */ readonly closed?: boolean; readonly panels: readonly Builder<Panel>[] };

export type Page = {
  readonly name: PageName;
  readonly sources: readonly Source[];
  readonly variables: readonly Builder<VariableModel>[];
  readonly time: string;
  readonly refresh: string;
  /** Panels above the first row. */
  readonly head: readonly Builder<Panel>[];
  readonly rows: readonly Row[];
  /** What else helps to read it, at the end, where it may be long. */
  readonly reading?: string;
};

export function page({ name, sources, variables, time, refresh, head, rows, reading }: Page): Dashboard {
  const { title, says } = pages[name];
  const dashboard = new DashboardBuilder(title)
    .uid(name)
    .description(says)
    .tags(['tidewatch'])
    .timezone('browser')
    .weekStart('monday')
    .time({ from: `now-${time}`, to: 'now' })
    .refresh(refresh)
    .timepicker(new TimePickerBuilder().refreshIntervals(['30s', '1m', '5m', '15m', '1h']))
    .tooltip(DashboardCursorSync.Crosshair)
    .readonly()
    .links(linkBar());
  for (const source of sources) dashboard.withVariable(dataSourceVariable(source));
  for (const variable of variables) dashboard.withVariable(variable);
  for (const panel of head) dashboard.withPanel(panel);
  for (const row of rows) addRow(dashboard, row);
  if (reading !== undefined) addRow(dashboard, { title: 'How to read this dashboard', panels: [note('', reading, 8)] });
  return numbered(dashboard.build());
}

function addRow(dashboard: DashboardBuilder, { title, closed = false, panels }: Row): void {
  const row = new RowBuilder(title).collapsed(closed);
  if (closed) for (const panel of panels) row.withPanel(panel);
  dashboard.withRow(row);
  if (!closed) for (const panel of panels) dashboard.withPanel(panel);
}

/** The same bar everywhere; time range and choices come along. */
const linkBar = (): DashboardLinkBuilder[] =>
  Object.entries(pages).map(([name, { short, icon, says }]) =>
    new DashboardLinkBuilder(short).type(DashboardLinkType.Link).url(`/d/${name}`).icon(icon).tooltip(says).keepTime(true).includeVars(true).targetBlank(false),
  );

/** The SDK hides every link in a menu unless its place is taken away. */
function inTheOpen(link: DashboardLink): DashboardLink {
  const shown = { ...link };
  delete shown.placement;
  return shown;
}

/** Ids in reading order, so that a panel's address stays while nothing above it changes. */
function numbered(dashboard: Dashboard): Dashboard {
  let id = 0;
  const number = <P extends Panel | RowPanel>(panel: P): P => ({ ...panel, id: (id += 1), ...('panels' in panel ? { panels: panel.panels.map((inner) => number(inner)) } : {}) });
  return { ...dashboard, id: null, links: (dashboard.links ?? []).map((link) => inTheOpen(link)), panels: (dashboard.panels ?? []).map((panel) => number(panel)) };
}
