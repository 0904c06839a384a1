/** A few words on a dashboard. */
import { PanelBuilder, TextMode } from '@grafana/grafana-foundation-sdk/text';

/** Markdown without a frame. A phone has room for about forty letters in a line, and for three lines in every two of `height`. */
export const note = (title: string, markdown: string, height: number, width = 24): PanelBuilder =>
  new PanelBuilder().title(title).description('Words, no data.').mode(TextMode.Markdown).content(markdown).transparent(true).span(width).height(height);
