/** One GET with an end: an answer of status 200 that is JSON, in time and not too large, never a redirect. */
import type { IncomingMessage } from 'node:http';
import { TooManyRequests } from './intensity/intensity.ts';
import { LoginWanted } from './reading.ts';

export type AskOptions = { readonly timeoutMs: number; readonly headers?: Readonly<Record<string, string>> };

const mostBytes = 1_048_576;
const usualWaitMs = 3_600_000;

/** @throws TooManyRequests at status 429, LoginWanted at 401 with a challenge, Error for everything else that is no answer; messages name no secret of the address */
export async function askJson(url: string, { timeoutMs, headers = {} }: AskOptions): Promise<unknown> {
  const signal = AbortSignal.timeout(timeoutMs);
  const response = await send(url, headers, signal);
  if (response.statusCode !== 200) {
    response.destroy();
    if (response.statusCode === 429) throw new TooManyRequests(waitOf(response.headers['retry-after']));
    const words = `${new URL(url).host} answered with status ${response.statusCode ?? 0}`;
    const challenge = response.headers['www-authenticate'];
    throw response.statusCode === 401 && challenge !== undefined ? new LoginWanted(words, challenge) : new Error(words);
  }
  const text = await readAll(response, new URL(url).host);
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    throw new Error(`${new URL(url).host} answered with something that is no JSON`);
  }
}

function send(url: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<IncomingMessage> {
  // An import of node:http reads all its exports and so loads a client nobody uses here; TLS is loaded where it is needed.
  const { get } = process.getBuiltinModule(url.startsWith('https:') ? 'node:https' : 'node:http');
  return new Promise((resolve, reject) => {
    get(url, { headers: { accept: 'application/json', ...headers }, signal }, resolve).on('error', (error: NodeJS.ErrnoException) => {
      reject(new Error(signal.aborted ? `${new URL(url).host} took too long` : `${new URL(url).host} gave no answer (${error.code ?? 'unknown'})`));
    });
  });
}

async function readAll(response: IncomingMessage, host: string): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const part of response as AsyncIterable<Uint8Array>) {
      bytes += part.length;
      if (bytes > mostBytes) throw new Error(`${host} answered with more than ${mostBytes} bytes`);
      parts.push(part);
    }
  } catch (error) {
    if (bytes > mostBytes) throw error;
    throw new Error(`${host} stopped in the middle of its answer`, { cause: error });
  }
  return Buffer.concat(parts).toString('utf8');
}

/** `Retry-After` in seconds; a date, which RFC 9110 also allows, counts as the usual wait. */
function waitOf(header: string | undefined): number {
  return header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : usualWaitMs;
}
