/** The part of a visit that lies within one calendar day. Everything a line adds is a sum, a first or a last by (time, input, line number), so the order of arrival does not matter. */
import type { AgentClass, Device, PublicRequest } from '../record.ts';

export type VisitPart = {
  readonly site: string;
  /** The day's own token of the visitor. */
  readonly token: string;
  /** The visitor's token under yesterday's key, once a line of the day's first 1800 s told it. */
  earlier: string | null;
  /** Time of the line that made this part: with the token the name of its state entry. */
  readonly createdMs: number;
  startMs: number;
  startInput: string;
  startLine: number;
  endMs: number;
  endInput: string;
  endLine: number;
  requests: number;
  bytes: number;
  /** Milliseconds the servers behind nginx worked for it. */
  serverMs: number;
  pageViews: number;
  hasAsset: boolean;
  hasRobotsTxt: boolean;
  /** First and last page view; meaningless while there is none. */
  entryMs: number;
  entryInput: string;
  entryLine: number;
  entryPath: string;
  entryReferrer: string;
  exitMs: number;
  exitInput: string;
  exitLine: number;
  exitPath: string;
  /** Of the first request. */
  referrerHost: string;
  country: string;
  family: string;
  os: string;
  device: Device;
  readonly agentClass: AgentClass;
  /** The next older part of the same token. */
  older: VisitPart | null;
  /** Closed or merged away: what still points here may forget it. */
  gone: boolean;
  /** Changed since the state was last taken; `stored` once the state holds it. */
  dirty: boolean;
  stored: boolean;
};

/** A part that holds this one line. */
export function createPart(request: PublicRequest, token: string): VisitPart {
  const { timeMs, input, lineNumber, path, referrerHost } = request;
  const part: VisitPart = {
    site: request.site, token, earlier: null, createdMs: timeMs,
    startMs: timeMs, startInput: input, startLine: lineNumber,
    endMs: timeMs, endInput: input, endLine: lineNumber,
    requests: 0, bytes: 0, serverMs: 0, pageViews: 0, hasAsset: false, hasRobotsTxt: false,
    entryMs: timeMs, entryInput: input, entryLine: lineNumber, entryPath: path, entryReferrer: referrerHost,
    exitMs: timeMs, exitInput: input, exitLine: lineNumber, exitPath: path,
    referrerHost, country: request.country, family: request.family, os: request.os, device: request.device,
    agentClass: request.agentClass, older: null, gone: false, dirty: false, stored: false,
  }; // prettier-ignore
  absorb(part, request);
  return part;
}

/** Adds one line. */
export function absorb(part: VisitPart, request: PublicRequest): void {
  part.requests += 1;
  part.bytes += request.bytes;
  part.serverMs += serverMs(request);
  if (request.kind === 'asset') part.hasAsset = true;
  if (request.robotsTxt) part.hasRobotsTxt = true;
  if (compare(request, part.startMs, part.startInput, part.startLine) < 0) setFirst(part, request);
  if (compare(request, part.endMs, part.endInput, part.endLine) > 0) {
    part.endMs = request.timeMs;
    part.endInput = request.input;
    part.endLine = request.lineNumber;
  }
  if (request.pageView) absorbView(part, request);
}

/** Adds another part of the same token and day: a line bridged the two. */
export function mergeParts(into: VisitPart, from: VisitPart): void {
  into.requests += from.requests;
  into.bytes += from.bytes;
  into.serverMs += from.serverMs;
  into.hasAsset ||= from.hasAsset;
  into.hasRobotsTxt ||= from.hasRobotsTxt;
  into.earlier ??= from.earlier;
  // Two parts never overlap: one is wholly before the other.
  const [first, last] = from.endMs < into.startMs ? [from, into] : [into, from];
  const { startMs, startInput, startLine, referrerHost, country, family, os, device } = first;
  const { endMs, endInput, endLine } = last;
  const views = { ...pickEntry(first.pageViews > 0 ? first : last), ...pickExit(last.pageViews > 0 ? last : first) };
  Object.assign(into, { startMs, startInput, startLine, referrerHost, country, family, os, device, endMs, endInput, endLine }, views);
  into.pageViews += from.pageViews;
}

/** Milliseconds the servers behind nginx took; where nginx answered by itself, what it took itself. */
function serverMs(request: PublicRequest): number {
  if (request.upstreamMs >= 0) return request.upstreamMs;
  return request.durationMs > 0 ? request.durationMs : 0;
}

function setFirst(part: VisitPart, request: PublicRequest): void {
  part.startMs = request.timeMs;
  part.startInput = request.input;
  part.startLine = request.lineNumber;
  part.referrerHost = request.referrerHost;
  part.country = request.country;
  part.family = request.family;
  part.os = request.os;
  part.device = request.device;
}

function absorbView(part: VisitPart, request: PublicRequest): void {
  const isFirst = part.pageViews === 0;
  part.pageViews += 1;
  if (isFirst || compare(request, part.entryMs, part.entryInput, part.entryLine) < 0) {
    part.entryMs = request.timeMs;
    part.entryInput = request.input;
    part.entryLine = request.lineNumber;
    part.entryPath = request.path;
    part.entryReferrer = request.referrerHost;
  }
  if (isFirst || compare(request, part.exitMs, part.exitInput, part.exitLine) > 0) {
    part.exitMs = request.timeMs;
    part.exitInput = request.input;
    part.exitLine = request.lineNumber;
    part.exitPath = request.path;
  }
}

/** Below 0 when the line comes before the place, by (time, input, line number). */
function compare(request: PublicRequest, timeMs: number, input: string, lineNumber: number): number {
  if (request.timeMs !== timeMs) return request.timeMs - timeMs;
  if (request.input !== input) return request.input < input ? -1 : 1;
  return request.lineNumber - lineNumber;
}

function pickEntry({ entryMs, entryInput, entryLine, entryPath, entryReferrer }: VisitPart): Partial<VisitPart> {
  return { entryMs, entryInput, entryLine, entryPath, entryReferrer };
}

function pickExit({ exitMs, exitInput, exitLine, exitPath }: VisitPart): Partial<VisitPart> {
  return { exitMs, exitInput, exitLine, exitPath };
}
