/** What every panel says of itself, whatever its form: title, description, unit, questions, and what stands there while there is nothing to show. */
import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import type { DashboardLink, DataSourceRef, DataTransformerConfig, DynamicConfigValue, Panel, Threshold, ThresholdsConfig, ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { DashboardLinkBuilder, ThresholdsConfigBuilder, ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard';
import { dataSource } from './data-sources.ts';
import { calm } from './no-data.ts';
import { palette, type Colour } from './palette.ts';
import { refId, target, type Query } from './query.ts';

export type Figure = {
  readonly title: string;
  /** At least one whole sentence: what the number is and what to do with it. */
  readonly says: string;
  /** Grafana's unit id, such as `s`, `percentunit`, `short`. */
  readonly unit: string;
  /** Of 24 columns. */
  readonly width: number;
  /** Of 30 pixels each. */
  readonly height: number;
  readonly queries: readonly Query[];
  /** Why there may be no data; ends the sentence "No data yet: ...", or is a whole sentence where nothing is good news. */
  readonly empty: string;
  /** The panel is too small for the reason, which then stands in the description; these few words stand in the panel. */
  readonly brief?: string;
  /** A fixed time that ends now, such as `30d`, where the range at the top would mostly be too short. */
  readonly always?: string;
  readonly decimals?: number;
  readonly min?: number;
  readonly max?: number;
  /** From the lowest: the first colour holds below the first value. */
  readonly steps?: Steps;
  readonly mappings?: readonly ValueMapping[];
  readonly transformations?: readonly DataTransformerConfig[];
  /** A page about the value, in the same time range and with the same choices. */
  readonly links?: readonly Link[];
  /** Opened by a click on a value. */
  readonly dataLinks?: readonly Link[];
};

export type Steps = readonly [Colour, ...(readonly [value: number, colour: Colour])[]];
export type Link = { readonly title: string; readonly url: string; /** In a tab of its own: what is no page of Grafana. */ readonly apart?: boolean };

/** The demo is the same everywhere, so it is said once; where nothing is good news nobody needs one. */
export const emptyText = (why: string): string => (calm.has(why) ? why : `No data yet: ${why} (A demo: docker compose --profile demo up)`);

/** In a small panel, and in one whose form knows no such words, the reason stands in the description. */
export const short = <F extends Figure>(figure: F): F => ({ ...figure, says: `${figure.says}\n\n${emptyText(figure.empty)}`, brief: figure.brief ?? (calm.has(figure.empty) ? 'none' : 'no data yet') });

/** What the builders of all panel types have in common. */
export type PanelBuilder = Builder<Panel> & {
  title(title: string): unknown;
  description(text: string): unknown;
  datasource(reference: DataSourceRef): unknown;
  span(columns: number): unknown;
  height(rows: number): unknown;
  unit(unit: string): unknown;
  noValue(text: string): unknown;
  decimals(digits: number): unknown;
  min(value: number): unknown;
  max(value: number): unknown;
  mappings(mappings: ValueMapping[]): unknown;
  thresholds(thresholds: Builder<ThresholdsConfig>): unknown;
  withTarget(target: Builder<Dataquery>): unknown;
  withTransformation(transformation: DataTransformerConfig): unknown;
  timeFrom(time: string): unknown;
  links(links: Builder<DashboardLink>[]): unknown;
  dataLinks(links: Builder<DashboardLink>[]): unknown;
  overrideByName(name: string, properties: DynamicConfigValue[]): unknown;
};

/** Fills a builder with all that does not depend on its form. @returns the same builder */
export function dress<B extends PanelBuilder>(builder: B, figure: Figure): B {
  builder.title(figure.title);
  builder.description(figure.says);
  builder.span(figure.width);
  builder.height(figure.height);
  builder.unit(figure.unit);
  builder.noValue(figure.brief ?? emptyText(figure.empty));
  builder.datasource(dataSource(figure.queries[0]?.source ?? 'prometheus'));
  for (const [index, query] of figure.queries.entries()) builder.withTarget(target(query, index));
  nameLokiValues(builder, figure.queries);
  for (const transformation of figure.transformations ?? []) builder.withTransformation(transformation);
  builder.thresholds(thresholds(figure.steps ?? ['blue']));
  dressValues(builder, figure);
  return builder;
}

/** An instant answer of Loki is a table, whose value has no name but this. */
function nameLokiValues(builder: PanelBuilder, queries: readonly Query[]): void {
  for (const [index, { source, shape, legend }] of queries.entries()) {
    if (source === 'loki' && shape === 'now' && legend !== '' && !legend.includes('{{')) builder.overrideByName(`Value #${refId(index)}`, [{ id: 'displayName', value: legend }]);
  }
}

function dressValues(builder: PanelBuilder, figure: Figure): void {
  if (figure.decimals !== undefined) builder.decimals(figure.decimals);
  if (figure.min !== undefined) builder.min(figure.min);
  if (figure.max !== undefined) builder.max(figure.max);
  if (figure.mappings !== undefined) builder.mappings([...figure.mappings]);
  if (figure.always !== undefined) builder.timeFrom(figure.always);
  if (figure.links !== undefined) builder.links(figure.links.map((link) => linkTo(link)));
  if (figure.dataLinks !== undefined) builder.dataLinks(figure.dataLinks.map((link) => linkTo(link)));
}

export const thresholds = ([lowest, ...others]: Steps): ThresholdsConfigBuilder =>
  new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([{ value: null, color: palette[lowest] }, ...others.map(([value, colour]): Threshold => ({ value, color: palette[colour] }))]);

export const linkTo = ({ title, url, apart = false }: Link): DashboardLinkBuilder => new DashboardLinkBuilder(title).url(url).targetBlank(apart);

/** Fixed colours for series by their legend. */
export const fixedColour = (colour: Colour): DynamicConfigValue => ({ id: 'color', value: { mode: 'fixed', fixedColor: palette[colour] } });
