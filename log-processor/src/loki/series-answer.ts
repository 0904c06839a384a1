/** Which streams a Loki has: asked in two ways, because its list of streams leaves out what is not flushed yet and older than three hours, and a count knows only the labels it is asked for. */
import { labelString } from './label-string.ts';
import { LokiUnavailable } from './loki.ts';
import { isObject } from './query-answer.ts';

type Labels = Readonly<Record<string, string>>;

/** Every label that a stream of ours can have: design, section 5. */
const ourLabels = 'job, site, host, input, stream, service_name, origin';

/** An instant query for the streams with lines in the range; its answer is for `readVector`. */
export function countQuery(fromNs: string, toNs: string): string {
  const seconds = Number((BigInt(toNs) - BigInt(fromNs)) / 1_000_000_000n);
  const query = `sum by (${ourLabels}) (count_over_time({stream=~".+"}[${Math.max(1, seconds)}s]))`;
  return `/loki/api/v1/query?${new URLSearchParams({ query, time: toNs }).toString()}`;
}

/** Each set of labels once. */
export const distinct = (all: readonly Labels[]): readonly Labels[] => [...new Map(all.map((labels) => [labelString(labels), labels])).values()];

/** The label sets of an instant query. @throws LokiUnavailable */
export function readVector(text: string): Labels[] {
  const answer = parse(text);
  const data = isObject(answer) ? answer['data'] : null;
  if (!isObject(data) || !Array.isArray(data['result'])) throw new LokiUnavailable('a count without a result');
  return data['result'].map((sample: unknown) => labelsOf(isObject(sample) ? sample['metric'] : null));
}

/** @throws LokiUnavailable when the answer is not what Loki gives */
export function readSeries(text: string): Labels[] {
  const answer = parse(text);
  if (!isObject(answer) || !Array.isArray(answer['data'])) throw new LokiUnavailable('an answer without a list of streams');
  return answer['data'].map(labelsOf);
}

function labelsOf(labels: unknown): Labels {
  if (!isObject(labels)) throw new LokiUnavailable('a stream without labels');
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, typeof value === 'string' ? value : '']));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new LokiUnavailable('a list of streams that is no JSON');
  }
}
