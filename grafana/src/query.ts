/** A question of a panel: what is asked of which data source, and in which shape the answer is wanted. */
import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import { DataqueryBuilder as LokiQuery } from '@grafana/grafana-foundation-sdk/loki';
import { DataqueryBuilder as PrometheusQuery, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { dataSource, type Source } from './data-sources.ts';

/**
 * `over-time`: one value per step; `now`: one value per series at the end of the range; `table`: the same as rows;
 * `buckets`: a histogram over time; `buckets-now`: a histogram of the whole range; `lines`: log lines.
 */
export type Shape = 'over-time' | 'now' | 'table' | 'buckets' | 'buckets-now' | 'lines';

export type Query = {
  readonly source: Source;
  readonly expr: string;
  /** Name of a series; `{{label}}` is filled in. */
  readonly legend: string;
  readonly shape: Shape;
  /** Shortest step, such as `$interval` or `1d`. */
  readonly step?: string;
  /** Most lines of a log query. */
  readonly most?: number;
};

const asked = (source: Source, shape: Shape) => (expr: string, legend = '', rest: Pick<Query, 'step' | 'most'> = {}): Query => ({ source, expr, legend, shape, ...rest });

export const promql = asked('prometheus', 'over-time');
export const promqlNow = asked('prometheus', 'now');
export const promqlTable = asked('prometheus', 'table');
export const promqlBuckets = asked('prometheus', 'buckets');
export const promqlBucketsNow = asked('prometheus', 'buckets-now');
export const logql = asked('loki', 'over-time');
export const logqlNow = asked('loki', 'now');
export const logqlLines = asked('loki', 'lines');

/** A, B, ... Z, AA, ... */
export const refId = (index: number): string => (index < 26 ? String.fromCharCode(65 + index) : refId(Math.floor(index / 26) - 1) + refId(index % 26));

export function target(query: Query, index: number): Builder<Dataquery> {
  return query.source === 'loki' ? lokiTarget(query, refId(index)) : prometheusTarget(query, refId(index));
}

function prometheusTarget({ expr, legend, shape, step }: Query, id: string): Builder<Dataquery> {
  const target = new PrometheusQuery().refId(id).datasource(dataSource('prometheus')).expr(expr).legendFormat(legend === '' ? '__auto' : legend);
  const formats = { 'over-time': PromQueryFormat.TimeSeries, now: PromQueryFormat.TimeSeries, table: PromQueryFormat.Table, buckets: PromQueryFormat.Heatmap, 'buckets-now': PromQueryFormat.Heatmap, lines: PromQueryFormat.Table };
  target.format(formats[shape]);
  if (shape === 'now' || shape === 'table' || shape === 'buckets-now') target.instant();
  else target.range();
  if (step !== undefined) target.interval(step);
  return target;
}

function lokiTarget({ expr, legend, shape, step, most }: Query, id: string): Builder<Dataquery> {
  const target = new LokiQuery().refId(id).datasource(dataSource('loki')).expr(expr).queryType(shape === 'now' || shape === 'table' ? 'instant' : 'range');
  if (legend !== '') target.legendFormat(legend);
  if (step !== undefined) target.step(step);
  if (most !== undefined) target.maxLines(most);
  return target;
}
