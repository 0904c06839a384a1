/** Reads an nginx JSON line on the general road: the known names in every order and layout, whatever a hostile client made nginx write. */
import type { DropReason, Request, Unread } from '../record.ts';
import { cutListFromLeft, cutText } from './cut-text.ts';
import type { ContractField, OlderField } from './fields.ts';
import { maxLengths } from './fields.ts';
import { parseInstant, parseIsoTime, parseSeconds } from './parse-time.ts';
import { unread } from './unread.ts';

type Fields = { readonly [name in ContractField | OlderField]?: unknown };

/**
 * One line in, a request or the reason why there is none out, with the line's time and server name where they could be read. Never throws and never quotes the line.
 * Only known names are looked at, so keys such as `__proto__` do nothing; of a doubled key the last counts, as in JSON.parse.
 */
export function parseJson(line: string): Request | Unread {
  const fields = readObject(line);
  if (typeof fields === 'string') return unread(fields);
  const time = readTime(fields);
  if (!textFields.every((name) => isTextOrMissing(fields[name]))) return unreadFields('malformed', fields, time);
  if (time === null) return unreadFields('bad_time', fields, null);
  const status = readStatus(fields.status);
  if (status === null) return unreadFields('bad_status', fields, time);
  const peer = text(fields.remote_addr, maxLengths.peer);
  if (peer === '') return unreadFields('bad_address', fields, time);
  const amounts = readAmounts(fields);
  if (amounts === null) return unreadFields('malformed', fields, time);
  return {
    timeMs: time.timeMs,
    writtenDate: time.writtenDate,
    peer,
    forwardedFor: typeof fields.http_x_forwarded_for === 'string' ? cutListFromLeft(fields.http_x_forwarded_for, maxLengths.forwardedFor) : '',
    serverName: text(fields.server_name, maxLengths.serverName),
    method: text(fields.request_method, maxLengths.method),
    uri: text(fields.request_uri, maxLengths.uri),
    status,
    bytes: amounts.bytes,
    durationMs: amounts.durationMs,
    upstreamMs: amounts.upstreamMs,
    referrer: text(fields.http_referer, maxLengths.referrer),
    userAgent: text(fields.http_user_agent, maxLengths.userAgent),
    purpose: text(fields.http_sec_purpose, maxLengths.purpose),
    contentType: text(fields.sent_http_content_type, maxLengths.contentType),
  };
}

const textFields = [
  'remote_addr',
  'http_x_forwarded_for',
  'server_name',
  'request_method',
  'request_uri',
  'http_referer',
  'http_user_agent',
  'http_sec_purpose',
  'sent_http_content_type',
  'time_iso8601',
] as const;

function readObject(line: string): Fields | DropReason {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    // The error would quote the line: only its kind goes on.
    return line.trim() === '' ? 'empty' : 'malformed';
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : 'malformed';
}

function unreadFields(reason: DropReason, { server_name: serverName }: Fields, time: { readonly timeMs: number } | null): Unread {
  return unread(reason, time?.timeMs ?? null, isTextOrMissing(serverName) ? text(serverName, maxLengths.serverName) : null);
}

function isTextOrMissing(value: unknown): boolean {
  return typeof value === 'string' || value === undefined || value === null;
}

function text(value: unknown, maxLength: number): string {
  return typeof value === 'string' ? cutText(value, maxLength) : '';
}

/** `msec` where there is one, `time_iso8601` else; the date as written only the latter knows. */
function readTime(fields: Fields): { timeMs: number; writtenDate: string } | null {
  const iso = fields.time_iso8601;
  const written = typeof iso === 'string' ? parseIsoTime(iso) : null;
  if (typeof iso === 'string' && written === null) return null;
  if (fields.msec === undefined || fields.msec === null) return written;
  const timeMs = parseInstant(fields.msec);
  return timeMs === null ? null : { timeMs, writtenDate: written?.writtenDate ?? '' };
}

/** Three digits as text (nginx writes `000` and `009` too), or a whole JSON number of at most three. */
function readStatus(value: unknown): number | null {
  const status = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value;
  return typeof status === 'number' && Number.isInteger(status) && status >= 0 && status <= 999 ? status : null;
}

function readAmounts(fields: Fields): Pick<Request, 'bytes' | 'durationMs' | 'upstreamMs'> | null {
  const bytes = readBytes(fields.bytes_sent ?? fields.body_bytes_sent);
  const durationMs = readDurations(fields.request_time);
  const upstreamMs = readDurations(fields.upstream_response_time);
  return bytes === null || durationMs === null || upstreamMs === null ? null : { bytes, durationMs, upstreamMs };
}

function readBytes(value: unknown): number | null {
  if (isUnsaid(value)) return 0;
  const bytes = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  return typeof bytes === 'number' && Number.isSafeInteger(bytes) && bytes >= 0 ? bytes : null;
}

/** Milliseconds of one value or of a list (`0.003, -` between servers, `0.001 : 0.002` between groups), summed; -1 where nothing is said. */
function readDurations(value: unknown): number | null {
  if (isUnsaid(value)) return -1;
  if (typeof value !== 'string' || !/[,:]/.test(value)) return parseSeconds(value);
  let sumMs = -1;
  for (const part of value.split(/[,:]/)) {
    const entry = part.trim();
    if (entry === '-') continue;
    const milliseconds = parseSeconds(entry);
    if (milliseconds === null) return null;
    sumMs = Math.max(sumMs, 0) + milliseconds;
  }
  return sumMs;
}

function isUnsaid(value: unknown): boolean {
  return value === undefined || value === null || value === '' || value === '-';
}
