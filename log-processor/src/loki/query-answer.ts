/** Reads Loki's answer to a log query, of which only the entries of exactly one stream are wanted. */
import type { FoundEntry } from './loki.ts';
import { LokiUnavailable } from './loki.ts';
import { labelString } from './label-string.ts';

type Stream = { readonly stream: string; readonly values: readonly (readonly unknown[])[] };

/** What JSON calls an object. */
export const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Labels that Loki adds by itself: they do not make another stream of what we pushed. */
const added = ['service_name', '__stream_shard__', 'detected_level'];

const spelling = (labels: Record<string, unknown>, wanted: string): string => {
  const kept = Object.entries(labels).filter(([name]) => !added.includes(name) || wanted.includes(`${name}=`));
  const pairs = Object.fromEntries(kept.map(([name, value]) => [name, typeof value === 'string' ? value : '']));
  return Object.keys(pairs).length === 0 ? '{}' : labelString(pairs);
};

const toStream = (result: unknown, wanted: string): Stream => {
  if (!isObject(result) || !isObject(result.stream) || !Array.isArray(result.values)) {
    throw new LokiUnavailable('a query answer without streams');
  }
  return { stream: spelling(result.stream, wanted), values: result.values.filter((value) => Array.isArray(value)) };
};

const toEntry = (value: readonly unknown[]): FoundEntry => {
  const [ns, line, more] = value;
  if (typeof ns !== 'string' || typeof line !== 'string') throw new LokiUnavailable('a query answer without time or line');
  const metadata = isObject(more) && isObject(more.structuredMetadata) ? more.structuredMetadata : null;
  return metadata === null ? { ns, line } : { ns, line, metadata: Object.fromEntries(Object.entries(metadata).map(([name, found]) => [name, String(found)])) };
};

/** Order of two decimal nanosecond times. */
export const compareNs = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new LokiUnavailable('a query answer that is no JSON');
  }
};

/** `own` is false for another stream that has these labels and more. */
export type AnsweredEntry = FoundEntry & { readonly own: boolean };

/**
 * Every entry of the answer by time, those of other streams included, because the limit counts them too.
 * @throws LokiUnavailable when the answer is not what Loki gives
 */
export const readQueryAnswer = (text: string, wanted: string): AnsweredEntry[] => {
  const answer = parse(text);
  if (!isObject(answer) || !isObject(answer.data) || answer.data.resultType !== 'streams' || !Array.isArray(answer.data.result)) {
    throw new LokiUnavailable('a query answer without streams');
  }
  return answer.data.result
    .map((result) => toStream(result, wanted))
    .flatMap(({ stream, values }) => values.map((value) => ({ ...toEntry(value), own: stream === wanted })))
    .sort((a, b) => compareNs(a.ns, b.ns));
};
