/** Reads the combined and common log formats of nginx and Apache, so that years of old logs can be used. */
import { isIP } from 'node:net';
import type { DropReason, Request, Unread } from '../record.ts';
import { cutText } from './cut-text.ts';
import { maxLengths } from './fields.ts';
import { parseLocalTime } from './parse-time.ts';
import { unescapeField } from './unescape-field.ts';
import { unread } from './unread.ts';

/** `addr ident user [time] "request" status bytes "referrer" "user agent"`; whatever follows is ignored. Linear in the line's length. */
export function parseCombined(line: string): Request | Unread {
  return parse(line, true);
}

/** The same without referrer and user agent. */
export function parseCommon(line: string): Request | Unread {
  return parse(line, false);
}

function parse(line: string, withHeaders: boolean): Request | Unread {
  const start = readStart(line);
  if (start === null) return unread(line.trim() === '' ? 'empty' : 'malformed');
  const serverName = cutText(start.serverName, maxLengths.serverName);
  const time = parseLocalTime(start.time);
  if (time === null) return unread('bad_time', null, serverName);
  const answer = readAnswer(line, start.end);
  if (typeof answer === 'string') return unread(answer, time.timeMs, serverName);
  const headers = withHeaders ? readHeaders(line, answer.end) : noHeaders;
  if (headers === null) return unread('malformed', time.timeMs, serverName);
  const request = readRequest(start.request);
  return {
    timeMs: time.timeMs,
    writtenDate: time.writtenDate,
    peer: cutText(start.peer, maxLengths.peer),
    forwardedFor: '',
    serverName,
    method: request.method,
    uri: request.uri,
    status: answer.status,
    bytes: answer.bytes,
    durationMs: -1,
    upstreamMs: -1,
    referrer: headers.referrer,
    userAgent: headers.userAgent,
    purpose: '',
    contentType: '',
  };
}

type Start = { readonly peer: string; readonly serverName: string; readonly time: string; readonly request: string; readonly end: number };

/** Everything up to the end of the quoted request. */
function readStart(line: string): Start | null {
  // A quote in a user name is always escaped, so the first `] "` ends the time.
  const timeEnd = line.indexOf('] "');
  const timeStart = timeEnd < 0 ? -1 : line.lastIndexOf('[', timeEnd);
  const requestEnd = timeStart < 0 ? -1 : closingQuote(line, timeEnd + 3);
  // Some logs were quoted as a whole on their way: an opening quote is skipped.
  const who = requestEnd < 0 ? null : readWho(line.slice(line.startsWith('"') ? 1 : 0, timeStart));
  if (who === null) return null;
  return { ...who, time: line.slice(timeStart + 1, timeEnd), request: line.slice(timeEnd + 3, requestEnd), end: requestEnd + 1 };
}

/** `addr ident user`, or `vhost:port addr ident user`; the user may hold spaces. */
function readWho(text: string): { peer: string; serverName: string } | null {
  const firstEnd = text.indexOf(' ');
  const secondEnd = text.indexOf(' ', firstEnd + 1);
  // At least one character of user and the space after it must follow.
  if (firstEnd <= 0 || secondEnd <= firstEnd + 1 || text.length < secondEnd + 3 || !text.endsWith(' ')) return null;
  const first = text.slice(0, firstEnd);
  const second = text.slice(firstEnd + 1, secondEnd);
  if (second === '-' || isIP(second) === 0 || isIP(first) !== 0) return { peer: first, serverName: '' };
  return { peer: second, serverName: first.replace(/:\d{1,5}$/, '') };
}

const statusAndBytes = / (\d{3}) (\d{1,15}|-)(?= |$)/y;

function readAnswer(line: string, from: number): { status: number; bytes: number; end: number } | DropReason {
  statusAndBytes.lastIndex = from;
  const found = statusAndBytes.exec(line);
  if (found === null) return / \d{3} /y.test(line.slice(from, from + 5)) ? 'malformed' : 'bad_status';
  const [whole, status, bytes] = found;
  return { status: Number(status), bytes: bytes === '-' ? 0 : Number(bytes), end: from + whole.length };
}

type Headers = { readonly referrer: string; readonly userAgent: string };
const noHeaders: Headers = { referrer: '', userAgent: '' };

function readHeaders(line: string, from: number): Headers | null {
  if (!line.startsWith(' "', from)) return null;
  const referrerEnd = closingQuote(line, from + 2);
  if (referrerEnd < 0 || !line.startsWith(' "', referrerEnd + 1)) return null;
  const agentEnd = closingQuote(line, referrerEnd + 3);
  if (agentEnd < 0) return null;
  return {
    referrer: cutText(readField(line.slice(from + 2, referrerEnd)), maxLengths.referrer),
    userAgent: cutText(readField(line.slice(referrerEnd + 3, agentEnd)), maxLengths.userAgent),
  };
}

/** `-` is how both servers write what was not sent. */
function readField(field: string): string {
  return field === '-' ? '' : unescapeField(field);
}

/** Method, address and perhaps the protocol; both empty where it is no such thing (nginx leaves them empty then, too). An address may hold spaces: old servers took them. */
const requestLine = /^([A-Z_-]{1,32}) ([^\x00-\x1f\x7f]+?)(?: HTTP\/\d\.\d)?$/;

function readRequest(field: string): { method: string; uri: string } {
  const found = requestLine.exec(readField(field));
  return { method: found?.[1] ?? '', uri: cutText(found?.[2] ?? '', maxLengths.uri) };
}

/** Index of the next quote that no backslash escapes; -1 where there is none. */
function closingQuote(line: string, from: number): number {
  let at = line.indexOf('"', from);
  while (at >= 0) {
    let backslashes = 0;
    while (at - backslashes > from && line[at - backslashes - 1] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return at;
    at = line.indexOf('"', at + 1);
  }
  return -1;
}
