/** Log lines as they stand in Loki. */
import { LogsDedupStrategy, LogsSortOrder } from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/logs';
import { dress, short, type Figure } from '../figure.ts';

/** Newest first; a click on a line shows its fields. */
export const logLines = (figure: Figure): PanelBuilder =>
  dress(new PanelBuilder(), short(figure)).showTime(true).showLabels(false).wrapLogMessage(true).enableLogDetails(true).sortOrder(LogsSortOrder.Descending).dedupStrategy(LogsDedupStrategy.None);
