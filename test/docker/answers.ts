/** Reads what Loki and Prometheus of the stack answer, asked from a container that may ask them. */
import { at } from '../compose/compose-file.ts';

/** The part of the stack that can be asked: a GET from inside one of its containers. */
type Asked = { ask(service: string, url: string): Promise<unknown> };

/** Lines of a LogQL selector of the last hour, oldest first. */
export async function lokiLines(stack: Asked, query: string): Promise<string[]> {
  const url = `http://loki:3100/loki/api/v1/query_range?limit=5000&direction=forward&since=1h&query=${encodeURIComponent(query)}`;
  const streams = at(await stack.ask('prometheus', url), 'data', 'result');
  if (!Array.isArray(streams)) throw new Error('Loki gave no streams');
  return streams.flatMap((stream: unknown) => {
    const values = at(stream, 'values');
    return Array.isArray(values) ? values.map((value: unknown) => (Array.isArray(value) ? String(value[1]) : '')) : [];
  });
}

/** The first value of an instant query, or null where there is no series. */
export async function prometheusValue(stack: Asked, query: string): Promise<number | null> {
  const result = at(await stack.ask('prometheus', `http://127.0.0.1:9090/api/v1/query?query=${encodeURIComponent(query)}`), 'data', 'result');
  const value: unknown = Array.isArray(result) ? at(result[0], 'value') : undefined;
  return Array.isArray(value) ? Number(value[1]) : null;
}

/** Waits for a condition; @throws Error with the last failure when it does not hold in time */
export async function until(what: string, seconds: number, holds: () => Promise<boolean> | boolean): Promise<number> {
  const startMs = performance.now();
  let last = 'it was false';
  while (performance.now() - startMs < seconds * 1000) {
    try {
      if (await holds()) return (performance.now() - startMs) / 1000;
      last = 'it was false';
    } catch (error) {
      last = error instanceof Error ? error.message : 'unknown';
    }
    await new Promise((done) => setTimeout(done, 200));
  }
  throw new Error(`${what} not within ${seconds} s: ${last}`);
}
