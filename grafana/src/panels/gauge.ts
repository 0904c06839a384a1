/** Lying bars, one for each name. */
import { BarGaugeDisplayMode, BarGaugeNamePlacement, BarGaugeSizing, BarGaugeValueMode, ReduceDataOptionsBuilder, VizOrientation } from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder as BarGauge } from '@grafana/grafana-foundation-sdk/bargauge';
import { dress, short, type Figure } from '../figure.ts';

const lastValue = (): ReduceDataOptionsBuilder => new ReduceDataOptionsBuilder().calcs(['lastNotNull']).fields('').values(false);

/** One lying bar per series, its name above it. */
export const barGauge = (figure: Figure): BarGauge =>
  dress(new BarGauge(), short(figure)).reduceOptions(lastValue()).orientation(VizOrientation.Horizontal).displayMode(BarGaugeDisplayMode.Basic).valueMode(BarGaugeValueMode.Text).namePlacement(BarGaugeNamePlacement.Left).showUnfilled(true).sizing(BarGaugeSizing.Manual).minVizHeight(16).maxVizHeight(30);
