/** Asks a real Loki for everything it has, by the plainest queries there are and with no code of the processor, for tests that count. */

export type LokiEntry = { readonly ns: string; readonly labels: Readonly<Record<string, string>>; readonly line: string };

/** Loki gives at most this many lines at once. */
const pageLimit = 5000;
/** Whatever Loki answers, as it came. @throws Error with Loki's words when it answers anything but 200 */
export async function askLoki(url: string, path: string, parameters: Readonly<Record<string, string>> = {}): Promise<string> {
  const response = await fetch(`${url}/loki/api/v1/${path}?${new URLSearchParams(parameters).toString()}`, { signal: AbortSignal.timeout(120_000) });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`Loki answered ${response.status} to ${path}: ${text.slice(0, 500)}`);
  return text;
}

export type Range = { readonly fromMs: number; readonly toMs: number };

/** Every entry that a LogQL selector with or without a pipeline gives, by time. Times in milliseconds, at most 30 days apart, the end not included. */
export async function queryLoki(url: string, query: string, { fromMs, toMs }: Range): Promise<LokiEntry[]> {
  const pages: LokiEntry[][] = [];
  const end = `${toMs}000000`;
  for (let start = `${fromMs}000000`; ; ) {
    const page = entriesIn(await askLoki(url, 'query_range', { query, start, end, limit: String(pageLimit), direction: 'forward' }));
    page.sort((a, b) => (a.ns < b.ns ? -1 : a.ns > b.ns ? 1 : 0)); // 19 digits each until the year 2286
    const last = page.at(-1)?.ns ?? end;
    if (page.length < pageLimit) return [...pages, page].flat();
    // A full page may end inside a nanosecond: its last one is asked for again.
    if (last === page[0]?.ns) throw new Error('more lines at one nanosecond than Loki gives at once');
    pages.push(page.filter(({ ns }) => ns !== last));
    start = last;
  }
}

function entriesIn(text: string): LokiEntry[] {
  const entries: LokiEntry[] = [];
  for (const { stream, values } of resultOf(text)) {
    if (!isObject(stream) || !Array.isArray(values)) throw new Error('a stream of labels and values was expected of Loki');
    const labels = Object.fromEntries(Object.entries(stream).map(([name, value]) => [name, String(value)]));
    for (const value of values) if (Array.isArray(value)) entries.push({ ns: String(value[0]), labels, line: String(value[1]) });
  }
  return entries;
}

/** The numbers of an instant metric query, by the value of one label. Unlike a log query it counts every copy that is stored. */
export async function countLoki(url: string, logql: string, label: string, atMs: number): Promise<Record<string, number>> {
  const text = await askLoki(url, 'query', { query: logql, time: `${BigInt(atMs) * 1_000_000n}` });
  const counts: Record<string, number> = {};
  for (const { metric, value } of resultOf(text)) {
    const name = isObject(metric) ? metric[label] : undefined;
    if (typeof name === 'string' && Array.isArray(value)) counts[name] = Number(value[1]);
  }
  return counts;
}

function resultOf(text: string): readonly Record<string, unknown>[] {
  const answer: unknown = JSON.parse(text);
  const data = isObject(answer) ? answer['data'] : undefined;
  const result = isObject(data) ? data['result'] : undefined;
  if (!Array.isArray(result) || !result.every(isObject)) throw new Error('a result was expected of Loki');
  return result;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
