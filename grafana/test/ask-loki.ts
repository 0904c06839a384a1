/** Asks Loki a panel's question, as Grafana does. */
import { list, object, text } from './questions.ts';

export type LokiAnswer = { readonly kind: string; readonly rows: readonly { readonly labels: Readonly<Record<string, string>>; readonly values: readonly (readonly [string, string])[] }[] };
export type Span = { readonly fromMs: number; readonly toMs: number; readonly stepSeconds: number };

/** @throws Error with Loki's own words when it refuses */
export async function askLoki(url: string, expr: string, instant: boolean, { fromMs, toMs, stepSeconds }: Span): Promise<LokiAnswer> {
  const values = instant ? { query: expr, time: `${toMs}000000` } : { query: expr, start: `${fromMs}000000`, end: `${toMs}000000`, step: String(stepSeconds), limit: '1000' };
  const response = await fetch(`${url}/loki/api/v1/${instant ? 'query' : 'query_range'}`, { method: 'POST', body: new URLSearchParams(values), signal: AbortSignal.timeout(120_000) });
  const answer = await response.text();
  if (response.status !== 200) throw new Error(`${response.status}: ${answer.slice(0, 300)}`);
  const { resultType, result } = object(object(JSON.parse(answer))['data']);
  const rows = list(result).map((value) => {
    const { metric, stream, value: one, values: several } = object(value);
    return { labels: object(metric ?? stream) as Readonly<Record<string, string>>, values: (one === undefined ? list(several) : [one]) as readonly (readonly [string, string])[] };
  });
  return { kind: text(resultType), rows };
}
