/** Lines, areas and bars over time. */
import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import { FieldColorBuilder, FieldColorModeId } from '@grafana/grafana-foundation-sdk/dashboard';
import { GraphDrawStyle, GraphGradientMode, LegendDisplayMode, LegendPlacement, ScaleDistribution, ScaleDistributionConfigBuilder, SortOrder, StackingConfigBuilder, StackingMode, TooltipDisplayMode, VisibilityMode, VizLegendOptionsBuilder, VizTooltipOptionsBuilder } from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { dress, fixedColour, type Figure } from '../figure.ts';
import { colourOf, type Colour } from '../palette.ts';

export type OverTime = Figure & {
  readonly draw?: 'line' | 'area' | 'bars';
  readonly stack?: boolean;
  /** Colours of legends beside those that mean the same everywhere. */
  readonly colours?: Readonly<Record<string, Colour>>;
  /** Legends drawn as a dashed line without fill: budgets and limits. */
  readonly limits?: readonly string[];
  /** Numbers in the legend; `last` for gauges, `sum` for bars. */
  readonly legendShows?: readonly ('last' | 'mean' | 'max' | 'min' | 'sum')[];
  /** Legends of another unit, or `/expressions/` for several, drawn against an axis of their own on the right. */
  readonly rightAxis?: Readonly<Record<string, string>>;
  readonly logarithmic?: boolean;
};

const fills = { line: 10, area: 35, bars: 80 } as const;

export function overTime(figure: OverTime): PanelBuilder {
  const draw = figure.draw ?? 'line';
  const panel = dress(new PanelBuilder(), figure)
    .drawStyle(draw === 'bars' ? GraphDrawStyle.Bars : GraphDrawStyle.Line)
    .lineWidth(draw === 'bars' ? 0 : 2)
    .fillOpacity(fills[draw])
    .gradientMode(draw === 'area' ? GraphGradientMode.Opacity : GraphGradientMode.None)
    .showPoints(VisibilityMode.Auto)
    .pointSize(4)
    .spanNulls(false)
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassicByName))
    .legend(legend(figure.legendShows ?? []))
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
  if (figure.logarithmic === true) panel.scaleDistribution(new ScaleDistributionConfigBuilder().type(ScaleDistribution.Log).log(10));
  else if (figure.min === undefined) panel.axisSoftMin(0);
  if (figure.stack === true) panel.stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'));
  dressSeries(panel, figure);
  return panel;
}

function dressSeries(panel: PanelBuilder, figure: OverTime): void {
  for (const [name, properties] of seriesLooks(figure)) {
    if (name.startsWith('/')) panel.overrideByRegexp(name, properties);
    else panel.overrideByName(name, properties);
  }
}

function legend(shows: readonly string[]): VizLegendOptionsBuilder {
  const calcs = shows.map((show) => (show === 'last' ? 'lastNotNull' : show));
  return new VizLegendOptionsBuilder()
    .showLegend(true)
    .displayMode(calcs.length > 0 ? LegendDisplayMode.Table : LegendDisplayMode.List)
    .placement(LegendPlacement.Bottom)
    .calcs(calcs);
}

/** Only legends that a query of the panel can have. */
function seriesLooks(figure: OverTime): readonly [string, DynamicConfigValue[]][] {
  const looks = new Map<string, DynamicConfigValue[]>();
  const add = (name: string, ...properties: DynamicConfigValue[]): void => void looks.set(name, [...(looks.get(name) ?? []), ...properties]);
  const known = figure.queries.flatMap(({ legend: text }) => Object.entries(colourOf[/^\{\{(\w+)\}\}$/.exec(text)?.[1] ?? ''] ?? {}));
  for (const [name, colour] of new Map([...known, ...Object.entries(figure.colours ?? {})])) add(name, fixedColour(colour));
  for (const name of figure.limits ?? []) {
    add(name, fixedColour('vermilion'), { id: 'custom.lineStyle', value: { fill: 'dash', dash: [8, 8] } }, { id: 'custom.fillOpacity', value: 0 }, { id: 'custom.stacking', value: { mode: 'none' } });
  }
  for (const [name, unit] of Object.entries(figure.rightAxis ?? {})) add(name, { id: 'unit', value: unit }, { id: 'custom.axisPlacement', value: 'right' }, { id: 'custom.fillOpacity', value: 0 });
  return [...looks];
}
