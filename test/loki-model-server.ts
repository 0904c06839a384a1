/** The model of Loki behind a real HTTP server that misbehaves on demand: resets, lost replies, hanging, odd codes. */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LokiModel } from './loki-model.ts';

/** What happens to one push instead of Loki's own answer. */
export type Fault = {
  /** Hand the bytes to the model first. */
  readonly store?: boolean;
  /** Cut the connection: before reading, while reading, or after reading the request. */
  readonly reset?: 'before' | 'during' | 'after';
  readonly status?: number;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly delayMs?: number;
  /** Never answers. */
  readonly hang?: boolean;
  /** Sends a head and then one byte now and then, without an end. */
  readonly drip?: boolean;
};

export type LokiModelServer = {
  readonly url: string;
  /** The next pushes meet these, one each; then Loki's own answers. */
  readonly faults: Fault[];
  /** Answers to `/ready`, one each; then 200. */
  readonly readiness: number[];
  /** Every request's method, path and headers. */
  readonly requests: { readonly method: string; readonly path: string; readonly headers: IncomingMessage['headers'] }[];
  close(): Promise<void>;
};

const escapes = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

const unquote = (text: string): string =>
  text.slice(1, -1).replace(/\\(x[0-9a-f]{2}|.)/g, (_all, code: string): string => {
    if (code.startsWith('x')) return String.fromCharCode(parseInt(code.slice(1), 16));
    return escapes.get(code) ?? code;
  });

/** Understands a selector with `|~` and `!~` filters, which is all the client asks. */
const answerQuery = (model: LokiModel, parameters: URLSearchParams): string => {
  const match = /^(\{(?:[^"}]|"(?:[^"\\]|\\.)*")*\})(.*)$/s.exec(parameters.get('query') ?? '');
  const stream = match?.[1] ?? '';
  const filters = [...(match?.[2] ?? '').matchAll(/(\|~|!~) ("(?:[^"\\]|\\.)*")/gs)].map(([, operator, pattern]) => ({
    wanted: operator === '|~',
    pattern: new RegExp(unquote(pattern ?? '""'), 'su'),
  }));
  const from = BigInt(parameters.get('start') ?? 0);
  const to = BigInt(parameters.get('end') ?? 0);
  const seen = new Set<string>();
  const entries = model.stored(stream).filter(({ ns, line, metadata }) => {
    const key = `${ns} ${metadata} ${line}`;
    if (ns < from || ns >= to || seen.has(key)) return false;
    seen.add(key);
    return filters.every(({ wanted, pattern }) => pattern.test(line) === wanted);
  });
  const limit = Number(parameters.get('limit'));
  const page = parameters.get('direction') === 'backward' ? entries.slice(-limit).reverse() : entries.slice(0, limit);
  const pairs = [...stream.matchAll(/([a-z_]+)=("(?:[^"\\]|\\.)*")/g)].map(([, name, value]): [string, string] => [name ?? '', unquote(value ?? '""')]);
  const labels: Record<string, string> = Object.fromEntries(pairs);
  const values = page.map(({ ns, line }) => [ns.toString(), line, {}]);
  return JSON.stringify({ status: 'success', data: { resultType: 'streams', result: values.length === 0 ? [] : [{ stream: labels, values }] } });
};

const readBody = async (request: IncomingMessage): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts);
};

const misbehave = async (fault: Fault, model: LokiModel, exchange: { request: IncomingMessage; response: ServerResponse }): Promise<void> => {
  const { request, response } = exchange;
  if (fault.reset === 'before') request.socket.resetAndDestroy();
  else if (fault.reset === 'during') request.once('data', () => request.socket.resetAndDestroy());
  else await afterReading(fault, model, { request, response });
};

const afterReading = async (fault: Fault, model: LokiModel, exchange: { request: IncomingMessage; response: ServerResponse }): Promise<void> => {
  const { request, response } = exchange;
  const body = await readBody(request);
  if (fault.delayMs !== undefined) await sleep(fault.delayMs);
  if (fault.store === true) model.receive(body);
  if (fault.reset === 'after') {
    request.socket.resetAndDestroy();
    return;
  }
  if (fault.hang === true) return;
  response.writeHead(fault.status ?? 200, fault.headers ?? {});
  if (fault.drip === true) {
    const timer = setInterval(() => response.write('.'), 50);
    response.once('close', () => clearInterval(timer));
    return;
  }
  response.end(fault.text ?? '');
};

/** @param port a fixed one to come back on after a close; else a free one */
export const startLokiModelServer = async (model: LokiModel, port = 0): Promise<LokiModelServer> => {
  const faults: Fault[] = [];
  const readiness: number[] = [];
  const requests: LokiModelServer['requests'] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://model');
    requests.push({ method: request.method ?? '', path: url.pathname, headers: request.headers });
    if (url.pathname === '/ready') {
      response.writeHead(readiness.shift() ?? 200).end('ready\n');
    } else if (url.pathname === '/loki/api/v1/query_range') {
      response.writeHead(200, { 'content-type': 'application/json' }).end(answerQuery(model, url.searchParams));
    } else if (url.pathname === '/loki/api/v1/push' && request.method === 'POST') {
      const fault = faults.shift();
      if (fault !== undefined) await misbehave(fault, model, { request, response });
      else {
        const { status, text } = model.receive(await readBody(request));
        response.writeHead(status).end(text);
      }
    } else response.writeHead(404).end();
  };
  const server = createServer((request, response) => {
    answer(request, response).catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the model has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    faults,
    readiness,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
