/** Bars side by side for names in a row, such as days or classes. */
import { FieldColorBuilder, FieldColorModeId } from '@grafana/grafana-foundation-sdk/dashboard';
import { LegendDisplayMode, LegendPlacement, StackingMode, VisibilityMode, VizLegendOptionsBuilder, VizTooltipOptionsBuilder, TooltipDisplayMode, SortOrder, VizOrientation } from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/barchart';
import { dress, fixedColour, type Figure } from '../figure.ts';
import type { Colour } from '../palette.ts';
import { refId } from '../query.ts';

export type BarChart = Figure & {
  /** The field whose values stand under the bars, sorted by name. */
  readonly names: string;
  /** A name and colour for each query's bars. */
  readonly bars: readonly (readonly [title: string, colour: Colour])[];
  readonly stack?: boolean;
};

/** Every query is an instant one by the label `names`. */
export function barChart(figure: BarChart): PanelBuilder {
  const several = figure.queries.length > 1 || figure.queries[0]?.source === 'loki';
  const fieldOf = (index: number): string => (several ? `Value #${refId(index)}` : 'Value');
  const transformations = [
    { id: 'merge', options: {} },
    { id: 'sortBy', options: { fields: {}, sort: [{ field: figure.names }] } },
    { id: 'organize', options: { excludeByName: { Time: true }, renameByName: Object.fromEntries(figure.bars.map(([title], index) => [fieldOf(index), title])) } },
  ];
  const panel = dress(new PanelBuilder(), { ...figure, transformations })
    .xField(figure.names)
    .orientation(VizOrientation.Vertical)
    .showValue(VisibilityMode.Never)
    .stacking(figure.stack === true ? StackingMode.Normal : StackingMode.None)
    .barWidth(0.9)
    .groupWidth(0.8)
    .fillOpacity(85)
    .lineWidth(0)
    .xTickLabelMaxLength(20)
    .xTickLabelRotation(figure.names === 'day' ? -45 : 0)
    .xTickLabelSpacing(figure.names === 'day' ? 50 : 0)
    .axisSoftMin(0)
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassicByName))
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.None))
    .legend(new VizLegendOptionsBuilder().showLegend(figure.bars.length > 1).displayMode(LegendDisplayMode.List).placement(LegendPlacement.Bottom).calcs([]));
  // A tick without room for its name would say why the panel is empty.
  panel.overrideByName(figure.names, [{ id: 'noValue', value: ' ' }]);
  for (const [title, colour] of figure.bars) panel.overrideByName(title, [fixedColour(colour)]);
  return panel;
}
