/** A histogram's course over time: how many values fell where. */
import { HeatmapColorMode, HeatmapColorOptionsBuilder, PanelBuilder, YAxisConfigBuilder } from '@grafana/grafana-foundation-sdk/heatmap';
import { HeatmapColorScale } from '@grafana/grafana-foundation-sdk/heatmap';
import { dress, type Figure } from '../figure.ts';

/** Lighter is more in the dark theme, darker is more in the light one. */
export const buckets = (figure: Figure): PanelBuilder =>
  dress(new PanelBuilder(), figure)
    .calculate(false)
    .color(new HeatmapColorOptionsBuilder().mode(HeatmapColorMode.Scheme).scheme('Viridis').scale(HeatmapColorScale.Exponential).exponent(0.5).steps(64).fill('blue'))
    .yAxis(new YAxisConfigBuilder().unit(figure.unit))
    .cellGap(1)
    .showLegend();
