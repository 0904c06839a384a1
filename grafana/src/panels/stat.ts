/** One number, large, with its recent course behind it where that helps. */
import { BigValueColorMode, BigValueGraphMode, BigValueTextMode, ReduceDataOptionsBuilder } from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { dress, short, type Figure } from '../figure.ts';

export type Stat = Figure & {
  /** The course behind the number; needs an `over-time` query. */
  readonly course?: boolean;
  /** How a series becomes one number. Default: its last value. */
  readonly reduce?: 'last' | 'sum' | 'max' | 'min' | 'mean';
  /** `name` shows the legend alone: for facts that are text. */
  readonly text?: 'auto' | 'value-and-name' | 'name';
  /** Colour the background, for states that must be seen from afar. */
  readonly loud?: boolean;
};

const texts = { auto: BigValueTextMode.Auto, 'value-and-name': BigValueTextMode.ValueAndName, name: BigValueTextMode.Name } as const;

export function stat(figure: Stat): PanelBuilder {
  const reduce = figure.reduce ?? 'last';
  return dress(new PanelBuilder(), short(figure))
    .reduceOptions(new ReduceDataOptionsBuilder().calcs([reduce === 'last' ? 'lastNotNull' : reduce]).fields('').values(false))
    .graphMode(figure.course === true ? BigValueGraphMode.Area : BigValueGraphMode.None)
    .colorMode(figure.loud === true ? BigValueColorMode.Background : BigValueColorMode.Value)
    .textMode(texts[figure.text ?? (figure.queries.length > 1 ? 'value-and-name' : 'auto')]);
}
