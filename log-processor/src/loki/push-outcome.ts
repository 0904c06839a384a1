/** Decides what an answer to a push means, by what Loki does and not by what the status code promises. */
import type { PushOutcome } from './loki.ts';

export type Answer = {
  readonly status: number;
  /** The start of the body, at most 4 KiB. It may quote lines or labels: search it, never show it. */
  readonly text: string;
  /** The header `Retry-After` as sent. */
  readonly retryAfter: string | null;
};

/** Reasons Loki gives, as words that are safe to show (pkg/validation/validate.go). */
const reasons: readonly (readonly [RegExp, string])[] = [
  [/too far behind|out of order/i, 'lines too far behind their stream'],
  [/timestamp too old/i, 'lines older than Loki takes'],
  [/timestamp too new/i, 'lines too far in the future'],
  [/max entry size|max line size/i, 'a line is too long'],
  [/structured metadata/i, 'structured metadata over a limit or not allowed'],
  [/label/i, 'a label over a limit or not valid'],
];

/** Loki's own words for its limit per tenant, which is the one 429 that stores nothing at all. */
const tenantLimit = /ingestion rate limit exceeded/i;

const because = (answer: Answer): string => {
  const found = reasons.find(([pattern]) => pattern.test(answer.text));
  return found === undefined ? `Loki answered ${answer.status}` : `Loki answered ${answer.status}: ${found[1]}`;
};

/** Seconds or an HTTP date -> milliseconds from now, at most 5 minutes; undefined when it says neither. */
export const retryAfterMs = (header: string | null, nowMs: number): number | undefined => {
  if (header === null) return undefined;
  const wait = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - nowMs;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), 300_000);
};

const classifySuccess = (answer: Answer): PushOutcome => {
  if (answer.status === 204) return { outcome: 'accepted' };
  if (answer.status === 200 && answer.text === '') return { outcome: 'accepted' };
  if (answer.status === 260) return { outcome: 'misleading', why: 'Loki answered 260: ingestion is blocked, nothing is stored', answered: true };
  return { outcome: 'misleading', why: `an answer of ${answer.status} that Loki never gives: something else listens there`, answered: true };
};

const holdReasons: Readonly<Record<number, string>> = {
  401: 'Loki answered 401: check the tenant and the credentials',
  403: 'Loki answered 403: the credentials may not push',
  404: 'Loki answered 404: check the address, it is no Loki',
};

const classifyRefusal = (answer: Answer, after: { readonly answered: boolean; readonly afterMs?: number }): PushOutcome => {
  if (answer.status === 400) return { outcome: 'rejected', why: because(answer) };
  if (answer.status === 413) return { outcome: 'too_large', why: 'Loki answered 413: the body is too large' };
  if (answer.status === 429) {
    // A limit per stream may have stored a part, and a proxy's 429 without words says nothing.
    return tenantLimit.test(answer.text)
      ? { outcome: 'retry', why: 'Loki answered 429: over its rate for the tenant', ...after }
      : { outcome: 'uncertain', why: 'Loki answered 429: over a rate', ...after };
  }
  return { outcome: 'retry', why: holdReasons[answer.status] ?? `Loki answered ${answer.status}`, ...after };
};

/**
 * What an answer to a push means. Sources: pkg/distributor/http.go and pkg/ingester/instance.go of Loki 3.7.
 * Redirects are a mistake in the configuration: nothing was stored, and a body is never sent to where a stranger points.
 */
export const classifyAnswer = (answer: Answer, nowMs: number): PushOutcome => {
  const afterMs = retryAfterMs(answer.retryAfter, nowMs);
  const after = afterMs === undefined ? { answered: true } : { answered: true, afterMs };
  if (answer.status >= 200 && answer.status < 300) return classifySuccess(answer);
  if (answer.status >= 300 && answer.status < 400) {
    return { outcome: 'retry', why: `Loki's address answered ${answer.status}, a redirect: it is never followed`, ...after };
  }
  if (answer.status >= 500) return { outcome: 'uncertain', why: `Loki answered ${answer.status}`, ...after };
  return classifyRefusal(answer, after);
};
