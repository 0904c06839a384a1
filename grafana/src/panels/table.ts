/** Tables: rankings with a bar in the cell, matrices with a colour in the cell, and plain lists. */
import type { DataTransformerConfig, DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/table';
import { TableCellHeight, TableSortByFieldStateBuilder } from '@grafana/grafana-foundation-sdk/common';
import { dress, linkTo, type Figure, type Link } from '../figure.ts';
import { palette } from '../palette.ts';

export type Column = {
  /** Name of the field in the answer: a label, or `#A` for the value of the first question. */
  readonly field: string;
  readonly title: string;
  readonly unit?: string;
  readonly decimals?: number;
  /** A bar as long as the value. */
  readonly bar?: boolean;
  readonly width?: number;
  readonly link?: Link;
  readonly mappings?: unknown;
};

export type Table = Figure & { readonly columns: readonly Column[]; /** Field to sort by and whether the largest comes first. */ readonly sort?: readonly [title: string, descending: boolean] };

/** Labels and values of every answer in one row each, joined where the labels are the same; fields that are no column are left out. */
export function table(figure: Table): PanelBuilder {
  const several = figure.queries.length > 1 || figure.queries[0]?.source === 'loki';
  const columns = figure.columns.map((column) => ({ ...column, field: column.field.startsWith('#') ? (several ? `Value ${column.field}` : 'Value') : column.field }));
  const transformations: DataTransformerConfig[] = [{ id: 'merge', options: {} }, ...(figure.transformations ?? []), ...chosen(columns)];
  const panel = dress(new PanelBuilder(), { ...figure, transformations }).cellHeight(TableCellHeight.Sm);
  for (const column of columns) {
    panel.overrideByName(column.title, look(column));
  }
  if (figure.sort !== undefined) panel.sortBy([new TableSortByFieldStateBuilder().displayName(figure.sort[0]).desc(figure.sort[1])]);
  return panel;
}

/** Only the columns, renamed and in their order. */
function chosen(columns: readonly Column[]): readonly DataTransformerConfig[] {
  const [renameByName, indexByName] = [Object.fromEntries(columns.map(({ field, title }) => [field, title])), Object.fromEntries(columns.map(({ field }, index) => [field, index]))];
  return [
    { id: 'filterFieldsByName', options: { include: { names: columns.map(({ field }) => field) } } },
    { id: 'organize', options: { excludeByName: {}, indexByName, renameByName } },
  ];
}

function look({ unit, decimals, bar, width, link, mappings }: Column): DynamicConfigValue[] {
  const bars = { type: 'gauge', mode: 'basic', valueDisplayMode: 'text' };
  return [
    // Or every empty cell would say why the table is empty.
    { id: 'noValue', value: '-' },
    ...(unit === undefined ? [] : [{ id: 'unit', value: unit }]),
    ...(decimals === undefined ? [] : [{ id: 'decimals', value: decimals }]),
    ...(bar === true ? [{ id: 'custom.cellOptions', value: bars }, { id: 'min', value: 0 }, { id: 'color', value: { mode: 'fixed', fixedColor: palette.blue } }] : []),
    ...(width === undefined ? [] : [{ id: 'custom.width', value: width }]),
    ...(link === undefined ? [] : [{ id: 'links', value: [linkTo(link).build()] }]),
    ...(mappings === undefined ? [] : [{ id: 'mappings', value: mappings }]),
  ];
}
