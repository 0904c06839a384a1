/** A heat map of two sets of names: rows and columns in a table whose cells are coloured by their number. */
import { FieldColorBuilder, FieldColorModeId } from '@grafana/grafana-foundation-sdk/dashboard';
import { TableCellHeight } from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/table';
import { dress, type Figure } from '../figure.ts';

export type Matrix = Figure & {
  /** Label whose values are the rows, in the order of the answer. */
  readonly rows: string;
  /** Label whose values are the columns, sorted by name. */
  readonly columns: string;
};

/** Asks one question, because the values of several have several names. The numbers stand in the cells: the colour is only their second voice. */
export function matrix(figure: Matrix): PanelBuilder {
  const corner = `${figure.rows}\\${figure.columns}`;
  const transformations = [
    { id: 'sortBy', options: { fields: {}, sort: [{ field: figure.columns }] } },
    { id: 'groupingToMatrix', options: { columnField: figure.columns, rowField: figure.rows, valueField: 'Value', emptyValue: 'zero' } },
    { id: 'organize', options: { renameByName: { [corner]: figure.rows } } },
  ];
  return dress(new PanelBuilder(), { ...figure, transformations })
    .cellHeight(TableCellHeight.Sm)
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.ContinuousBlues))
    .overrideByFieldType('number', [{ id: 'custom.cellOptions', value: { type: 'color-background', mode: 'basic' } }, { id: 'custom.minWidth', value: 36 }, { id: 'custom.align', value: 'center' }])
    .overrideByName(figure.rows, [{ id: 'custom.width', value: 90 }, { id: 'noValue', value: '-' }]);
}
