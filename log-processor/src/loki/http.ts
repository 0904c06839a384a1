/** One HTTP exchange with an end: never a redirect, never more bytes than allowed, never longer than the time-out. */
import type { Clock } from '../record.ts';

export type Exchange = {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** More bytes than this are left unread. */
  readonly maxBytes: number;
  /** For the whole exchange, the body of the answer included. */
  readonly timeoutMs: number;
};

export type Reply = { readonly status: number; readonly text: string; readonly cut: boolean; readonly retryAfter: string | null };

/** The exchange did not end with an answer. `sent` is false only where not one byte of the body can have left. */
export class TransportFailed extends Error {
  readonly sent: boolean;
  constructor(message: string, sent: boolean) {
    super(message);
    this.sent = sent;
  }
}

/** Failures before a connection exists: refused, no such name, no route, a certificate that does not hold. */
const beforeSending =
  /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|CERT_\w+|\w*SELF_SIGNED\w*|UNABLE_TO_\w+|ERR_TLS_\w+|ERR_SSL_\w+)$/;

const codeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return codeOf(error.cause);
};

const readCapped = async (response: Response, maxBytes: number): Promise<{ text: string; cut: boolean }> => {
  if (response.body === null) return { text: '', cut: false };
  const parts: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop early cancels the rest.
  for await (const part of response.body as AsyncIterable<Uint8Array>) {
    parts.push(part);
    size += part.length;
    if (size > maxBytes) break;
  }
  const text = Buffer.concat(parts).subarray(0, maxBytes).toString('utf8');
  return { text, cut: size > maxBytes };
};

/** @throws TransportFailed when there was no whole answer in time */
export const exchange = async (request: Exchange, tools: { readonly fetch: typeof fetch; readonly clock: Clock }): Promise<Reply> => {
  const ending = new AbortController();
  const answered = new AbortController();
  void tools.clock.sleep(request.timeoutMs, answered.signal).then(
    () => ending.abort(),
    () => undefined, // the sleep was cut short because the answer is there
  );
  try {
    const response = await tools.fetch(request.url, {
      method: request.method,
      headers: request.headers,
      redirect: 'manual',
      signal: ending.signal,
      ...(request.body === undefined ? {} : { body: request.body }),
    });
    const { text, cut } = await readCapped(response, request.maxBytes);
    return { status: response.status, text, cut, retryAfter: response.headers.get('retry-after') };
  } catch (error) {
    const code = codeOf(error);
    throw ending.signal.aborted
      ? new TransportFailed(`no answer within ${request.timeoutMs} ms`, true)
      : new TransportFailed(`no answer (${code === '' ? 'connection failed' : code})`, !beforeSending.test(code));
  } finally {
    answered.abort();
  }
};
