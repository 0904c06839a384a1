/** Reads Prometheus' answer to an instant query: a vector of series, or words that say what else came. */
import type { Sample } from './read-answer.ts';

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** @throws Error whose words hold nothing of the answer */
export function readVector(text: string): readonly Sample[] {
  const answer = parse(text);
  if (!isObject(answer) || answer['status'] !== 'success' || !isObject(answer['data']) || answer['data']['resultType'] !== 'vector') throw new Error(noAnswer);
  const result: unknown = answer['data']['result'];
  if (!Array.isArray(result)) throw new Error(noAnswer);
  return result.map(readSeries);
}

const noAnswer = 'Prometheus answered with something that is no answer to a query';

function readSeries(series: unknown): Sample {
  if (!isObject(series) || !isObject(series['metric']) || !Array.isArray(series['value'])) throw new Error(noAnswer);
  const value: unknown = series['value'][1];
  const labels = Object.entries(series['metric']).filter((pair): pair is [string, string] => typeof pair[1] === 'string');
  if (typeof value !== 'string') throw new Error(noAnswer);
  return { labels: Object.fromEntries(labels), value: Number(value) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(noAnswer);
  }
}
