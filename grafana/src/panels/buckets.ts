/** A histogram's course over time: how many values fell where. */
import { CellValuesBuilder, HeatmapColorMode, HeatmapColorOptionsBuilder, PanelBuilder, YAxisConfigBuilder } from '@grafana/grafana-foundation-sdk/heatmap';
import { HeatmapColorScale } from '@grafana/grafana-foundation-sdk/heatmap';
import { dress, short, type Figure } from '../figure.ts';

/** The unit is that of the buckets; the cells hold numbers per second, or per bar where the question says so. Lighter is more in the dark theme, darker is more in the light one. */
export const buckets = (figure: Figure & { readonly cells?: string }): PanelBuilder =>
  dress(new PanelBuilder(), short({ ...figure, unit: figure.cells ?? 'cps' }))
    .calculate(false)
    .color(new HeatmapColorOptionsBuilder().mode(HeatmapColorMode.Scheme).scheme('Viridis').scale(HeatmapColorScale.Exponential).exponent(0.5).steps(64).fill('blue'))
    .yAxis(new YAxisConfigBuilder().unit(figure.unit))
    .cellValues(new CellValuesBuilder().unit(figure.cells ?? 'cps'))
    .cellGap(1)
    .showLegend();
