/** Writes PromQL out of names and labels the compiler knows, so that renaming a metric is a compile error and not an empty panel. */
import type { KnownMetric, LabelOf } from './metric-catalogue.ts';

/** `="value"`. */
export const is = (value: string): string => `="${value}"`;
export const isNot = (value: string): string => `!="${value}"`;
/** `=~"expression"`, anchored at both ends as Prometheus and Loki do. */
export const like = (expression: string): string => `=~"${expression}"`;
export const unlike = (expression: string): string => `!~"${expression}"`;

/** The site chosen at the top of the dashboard; "All" is `.+`. */
export const chosenSite = { site: like('$site') } as const;
/** The machine chosen at the top of the dashboard. */
export const chosenNode = { job: like('$job'), instance: like('$instance') } as const;

export type Matchers<N extends KnownMetric> = { readonly [L in LabelOf<N>]?: string };

/** `name{label="value"}`. */
export function series<N extends KnownMetric>(name: N, matchers?: Matchers<N>): string {
  return `${name}${braces(matchers)}`;
}

/** The series of a classic histogram. */
export function part<N extends KnownMetric>(name: N, suffix: 'bucket' | 'sum' | 'count', matchers?: Matchers<N>): string {
  return `${name}_${suffix}${braces(matchers)}`;
}

/** `{label="value", ...}`, or nothing. */
export function braces(matchers: Readonly<Record<string, string | undefined>> = {}): string {
  const written = Object.entries(matchers).flatMap(([label, test]) => (test === undefined ? [] : [`${label}${test}`]));
  return written.length === 0 ? '' : `{${written.join(', ')}}`;
}

/** Per second, over the window that Grafana finds right for the scrape interval and the zoom. */
export const rate = (selector: string): string => `rate(${selector}[$__rate_interval])`;
/** What was added within the whole time range of the dashboard. */
export const addedInRange = (selector: string): string => `increase(${selector}[$__range])`;
/** What was added within one bar: the chosen interval, or more where there is no room for so many bars. With a window of its own size a bar would leave out what lies between two bars. */
export const addedPerInterval = (selector: string): string => `increase(${selector}[$__interval])`;
/** What was added within a fixed time, for numbers whose time is in their title. */
export const addedIn = (selector: string, time: string): string => `increase(${selector}[${time}])`;

export const sum = (expression: string): string => `sum(${expression})`;
export const sumBy = (labels: readonly string[], expression: string): string => `sum by (${labels.join(', ')}) (${expression})`;
export const max = (expression: string): string => `max(${expression})`;
export const maxBy = (labels: readonly string[], expression: string): string => `max by (${labels.join(', ')}) (${expression})`;
export const minBy = (labels: readonly string[], expression: string): string => `min by (${labels.join(', ')}) (${expression})`;
export const min = (expression: string): string => `min(${expression})`;

/** `top / bottom`, absent where the bottom is 0, because nothing over nothing is no number. */
export const ratio = (top: string, bottom: string): string => `${top} / (${bottom} > 0)`;
/** A sum that is 0 where nothing was counted although the program runs. */
export const orZero = (expression: string): string => `(${expression} or vector(0))`;

/** A quantile of a classic histogram's rate, by the given labels. */
export function quantile(share: number, bucketSelector: string, labels: readonly string[] = []): string {
  return `histogram_quantile(${share}, ${sumBy(['le', ...labels], rate(bucketSelector))})`;
}
