/** What a line adds to an open part: the one thing that happens to a visit on every line, so it works on the row itself. */
import type { PublicRequest } from '../record.ts';
import { col, flag, txt, type Part, type PartPage, type PartRows } from './part-rows.ts';

/** A new part that holds this one line. */
export function startPart(rows: PartRows, request: PublicRequest, token: string): Part {
  const part = rows.take();
  const page = rows.page(part);
  const row = rows.row(part);
  const { numbers, texts } = page;
  const kept = (numbers[row + col.flags] ?? 0) & flag.dirty;
  numbers.fill(0, row, row + col.older);
  numbers[row + col.flags] = kept | (request.agentClass === 'bot' ? flag.bot : 0);
  numbers[row + col.createdMs] = request.timeMs;
  numbers[row + col.older] = -1;
  texts[row + txt.token] = token;
  texts[row + txt.earlier] = request.earlierVisitor ?? '';
  texts[row + txt.site] = request.site;
  setFirst(page, row, request);
  setEnd(page, row, request);
  setEntry(page, row, request);
  setExit(page, row, request);
  absorbLine(rows, part, request);
  return part;
}

/** Adds one line. */
export function absorbLine(rows: PartRows, part: Part, request: PublicRequest): void {
  const page = rows.page(part);
  const row = rows.row(part);
  addTo(page, row + col.requests, 1);
  addTo(page, row + col.bytes, request.bytes);
  addTo(page, row + col.serverMs, serverMs(request));
  if (request.kind === 'asset' || request.robotsTxt) raiseSigns(page, row, request);
  if (compare(request, page, row + col.startMs, row + txt.startInput) < 0) setFirst(page, row, request);
  if (compare(request, page, row + col.endMs, row + txt.endInput) > 0) setEnd(page, row, request);
  if (request.pageView) absorbView(page, row, request);
}

function absorbView(page: PartPage, row: number, request: PublicRequest): void {
  const isFirst = page.numbers[row + col.pageViews] === 0;
  addTo(page, row + col.pageViews, 1);
  if (isFirst || compare(request, page, row + col.entryMs, row + txt.entryInput) < 0) setEntry(page, row, request);
  if (isFirst || compare(request, page, row + col.exitMs, row + txt.exitInput) > 0) setExit(page, row, request);
}

function addTo({ numbers }: PartPage, at: number, amount: number): void {
  numbers[at] = (numbers[at] ?? 0) + amount;
}

/** Milliseconds the servers behind nginx took; where nginx answered by itself, what it took itself. */
function serverMs(request: PublicRequest): number {
  if (request.upstreamMs >= 0) return request.upstreamMs;
  return request.durationMs > 0 ? request.durationMs : 0;
}

/** Below 0 when the line comes before a place of the row, by (time, input, line number); the line number stands behind the time. */
function compare(request: PublicRequest, { numbers, texts }: PartPage, at: number, inputAt: number): number {
  const sinceMs = request.timeMs - (numbers[at] ?? 0);
  if (sinceMs !== 0) return sinceMs;
  const input = texts[inputAt] ?? '';
  if (request.input !== input) return request.input < input ? -1 : 1;
  return request.lineNumber - (numbers[at + 1] ?? 0);
}

function raiseSigns({ numbers }: PartPage, row: number, request: PublicRequest): void {
  const signs = (request.kind === 'asset' ? flag.asset : 0) | (request.robotsTxt ? flag.robotsTxt : 0);
  numbers[row + col.flags] = (numbers[row + col.flags] ?? 0) | signs;
}

function setFirst({ numbers, texts }: PartPage, row: number, request: PublicRequest): void {
  numbers[row + col.startMs] = request.timeMs;
  numbers[row + col.startLine] = request.lineNumber;
  texts[row + txt.startInput] = request.input;
  texts[row + txt.referrerHost] = request.referrerHost;
  texts[row + txt.country] = request.country;
  texts[row + txt.family] = request.family;
  texts[row + txt.os] = request.os;
  texts[row + txt.device] = request.device;
}

/** Texts are compared first: putting the same one again would cost the collector's barrier. */
function setEnd({ numbers, texts }: PartPage, row: number, { timeMs, lineNumber, input }: PublicRequest): void {
  numbers[row + col.endMs] = timeMs;
  numbers[row + col.endLine] = lineNumber;
  if (texts[row + txt.endInput] !== input) texts[row + txt.endInput] = input;
}

function setEntry({ numbers, texts }: PartPage, row: number, request: PublicRequest): void {
  numbers[row + col.entryMs] = request.timeMs;
  numbers[row + col.entryLine] = request.lineNumber;
  texts[row + txt.entryInput] = request.input;
  texts[row + txt.entryPath] = request.path;
  texts[row + txt.entryReferrer] = request.referrerHost;
}

function setExit({ numbers, texts }: PartPage, row: number, { timeMs, lineNumber, input, path }: PublicRequest): void {
  numbers[row + col.exitMs] = timeMs;
  numbers[row + col.exitLine] = lineNumber;
  if (texts[row + txt.exitInput] !== input) texts[row + txt.exitInput] = input;
  texts[row + txt.exitPath] = path;
}
