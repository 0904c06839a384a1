/** Writes LogQL over our own streams: a line filter on exact bytes first, then only the fields that are needed (docs/decisions/0006). */
import { braces, like } from './promql.ts';

export type Stream = 'access' | 'visit' | 'day' | 'error' | 'app' | 'stack';

/** Lines of one stream of the chosen sites. */
export const lines = (stream: Stream): string => braces({ stream: `="${stream}"`, site: like('$site') });

/** Keeps lines that hold these exact bytes; keys of our lines have a fixed order and no spaces. */
export const holding = (...texts: readonly string[]): string => texts.map((text) => ` |= \`${text}\``).join('');

/** Reads the named fields of a line: from a JSON key, or from a path such as `audience.visits.human.visits`. */
export const fields = (paths: Readonly<Record<string, string>>): string => ` | json ${Object.entries(paths).map(([name, path]) => `${name}="${path}"`).join(', ')}`;

/** Keys that keep their names. */
export const keys = (...names: readonly string[]): string => fields(Object.fromEntries(names.map((name) => [name, name])));

/** Human visits that are closed: structured metadata answers without reading the text. */
export const humanVisits = `${lines('visit')} | agent_class="human"`;

/** Over the panel's own step, or over its whole range in an instant query. */
export const counted = (pipeline: string): string => `count_over_time(${pipeline} [$__auto])`;
export const added = (pipeline: string, field: string): string => `sum_over_time(${pipeline} | unwrap ${field} [$__auto])`;
/**
 * Over a fixed time that ended `ago`, for comparisons. The range stands before the pipeline because Grafana's parser knows `offset` only there; Loki takes both.
 */
export const addedIn = (stream: Stream, pipeline: string, field: string, [time, ago]: readonly [time: string, ago: string]): string =>
  `sum_over_time(${lines(stream)} [${time}]${ago === '' ? '' : ` offset ${ago}`}${pipeline} | unwrap ${field})`;

export const countedIn = (stream: Stream, [time, ago]: readonly [time: string, ago: string]): string => `count_over_time(${lines(stream)} [${time}] offset ${ago})`;

export const top = (count: number, expression: string): string => `topk(${count}, ${expression})`;
