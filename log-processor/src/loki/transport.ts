/** Requests to one Loki: its address, who we are to it, and how long and how large an answer may be. */
import type { Clock } from '../record.ts';
import type { CredentialOptions } from './credentials.ts';
import { createCredentials, SecretUnreadable } from './credentials.ts';
import type { Reply } from './http.ts';
import { exchange, TransportFailed } from './http.ts';
import { AnswerTooLarge, LokiUnavailable } from './loki.ts';

export type TransportOptions = CredentialOptions & {
  /** Where Loki listens, such as `http://loki:3100`; a path in it is kept as a prefix. */
  readonly url: string;
  readonly clock: Clock;
};

export type Limits = { readonly maxBytes: number; readonly timeoutMs: number };

export type Transport = {
  /** @throws TransportFailed, SecretUnreadable */
  post(path: string, body: Uint8Array, limits: Limits): Promise<Reply>;
  /** Whatever the status is. @throws LokiUnavailable when there is no answer */
  get(path: string, limits: Limits): Promise<Reply>;
  /** The text of a 200. @throws LokiUnavailable; AnswerTooLarge when a shorter answer may pass */
  ask(path: string, limits: Limits): Promise<string>;
};

const checkedUrl = (text: string): string => {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) throw new RangeError('the address of Loki must be an http or https URL');
  if (url.username !== '' || url.password !== '') throw new RangeError('the address of Loki must hold no credentials: put them in files');
  return url.href.replace(/\/+$/, '');
};

/** Structured metadata comes apart from the labels, so that streams can be told from one another. */
const apart = { 'x-loki-response-encoding-flags': 'categorize-labels' };

const unavailable = (error: unknown): never => {
  if (error instanceof TransportFailed || error instanceof SecretUnreadable) throw new LokiUnavailable(error.message);
  throw error;
};

/** gRPC inside Loki refuses messages over its limit with these words. */
const tooLarge = (reply: Reply): boolean =>
  reply.cut || reply.status === 413 || (reply.status !== 200 && /larger than max/.test(reply.text.slice(0, 4096)));

/** @throws RangeError when the address or the credentials are configured in a way that cannot work */
export const createTransport = (options: TransportOptions): Transport => {
  const base = checkedUrl(options.url);
  const credentials = createCredentials(options);

  const send = async (request: Limits & { path: string; body?: Uint8Array; headers: Record<string, string> }): Promise<Reply> => {
    const { path, headers, ...rest } = request;
    const all = { ...(await credentials.headers()), ...headers };
    const reply = await exchange({ ...rest, method: rest.body === undefined ? 'GET' : 'POST', url: base + path, headers: all }, options.clock);
    if (reply.status === 401) credentials.forget();
    return reply;
  };
  const get = (path: string, limits: Limits): Promise<Reply> => send({ path, headers: apart, ...limits }).catch(unavailable);
  return {
    get,
    post: (path, body, limits) => send({ path, body, headers: { 'content-type': 'application/x-protobuf' }, ...limits }),
    ask: async (path, limits) => {
      const reply = await get(path, limits);
      if (tooLarge(reply)) throw new AnswerTooLarge('the answer of Loki is too large');
      if (reply.status !== 200) throw new LokiUnavailable(`Loki answered ${reply.status} to a question`);
      return reply.text;
    },
  };
};
