/** One number, large, with its recent course behind it where that helps. */
import { BigValueColorMode, BigValueGraphMode, BigValueTextMode, ReduceDataOptionsBuilder } from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { MappingType, SpecialValueMatch, type ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { dress, short, type Figure } from '../figure.ts';
import { palette } from '../palette.ts';

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

/** Nothing is neither good nor bad: without this it had the colour of the lowest step. */
const nothing = (words: string): ValueMapping => ({ type: MappingType.SpecialValue, options: { match: SpecialValueMatch.NullAndNan, result: { text: words, color: palette.grey, index: 9 } } });

export function stat(figure: Stat): PanelBuilder {
  const reduce = figure.reduce ?? 'last';
  const said = short(figure);
  return dress(new PanelBuilder(), { ...said, mappings: [...(figure.mappings ?? []), nothing(said.brief ?? '')] })
    .reduceOptions(new ReduceDataOptionsBuilder().calcs([reduce === 'last' ? 'lastNotNull' : reduce]).fields('').values(false))
    .graphMode(figure.course === true ? BigValueGraphMode.Area : BigValueGraphMode.None)
    .colorMode(figure.loud === true ? BigValueColorMode.Background : BigValueColorMode.Value)
    .textMode(texts[figure.text ?? (figure.queries.length > 1 ? 'value-and-name' : 'auto')]);
}
