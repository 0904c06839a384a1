/** The part of a visit that lies within one calendar day. Everything a line adds is a sum, a first or a last by (time, input, line number), so the order of arrival does not matter. */
import { devices } from '../metric-names.ts';
import type { AgentClass, Device } from '../record.ts';
import { col, flag, txt, type Part, type PartRows } from './part-rows.ts';

/** A part read out of its row. */
export type VisitPart = {
  readonly site: string;
  /** The day's own token of the visitor. */
  readonly token: string;
  /** The visitor's token under yesterday's key, once a line of the day's first 1800 s told it. */
  readonly earlier: string | null;
  /** Time of the line that made this part: with the token the name of its state entry. */
  readonly createdMs: number;
  readonly startMs: number;
  readonly startInput: string;
  readonly startLine: number;
  readonly endMs: number;
  readonly endInput: string;
  readonly endLine: number;
  readonly requests: number;
  readonly bytes: number;
  /** Milliseconds the servers behind nginx worked for it. */
  readonly serverMs: number;
  readonly pageViews: number;
  readonly hasAsset: boolean;
  readonly hasRobotsTxt: boolean;
  /** First and last page view; meaningless while there is none. */
  readonly entryMs: number;
  readonly entryInput: string;
  readonly entryLine: number;
  readonly entryPath: string;
  readonly entryReferrer: string;
  readonly exitMs: number;
  readonly exitInput: string;
  readonly exitLine: number;
  readonly exitPath: string;
  /** Of the first request. */
  readonly referrerHost: string;
  readonly country: string;
  readonly family: string;
  readonly os: string;
  readonly device: Device;
  readonly agentClass: AgentClass;
};

export function readRow(rows: PartRows, part: Part): VisitPart {
  const { numbers, texts } = rows.page(part);
  const row = rows.row(part);
  const number = (column: number): number => numbers[row + column] ?? 0;
  const text = (column: number): string => texts[row + column] ?? '';
  const flags = number(col.flags);
  const earlier = text(txt.earlier);
  return {
    site: text(txt.site), token: text(txt.token), earlier: earlier === '' ? null : earlier, createdMs: number(col.createdMs),
    startMs: number(col.startMs), startInput: text(txt.startInput), startLine: number(col.startLine),
    endMs: number(col.endMs), endInput: text(txt.endInput), endLine: number(col.endLine),
    requests: number(col.requests), bytes: number(col.bytes), serverMs: number(col.serverMs), pageViews: number(col.pageViews),
    hasAsset: (flags & flag.asset) !== 0, hasRobotsTxt: (flags & flag.robotsTxt) !== 0,
    entryMs: number(col.entryMs), entryInput: text(txt.entryInput), entryLine: number(col.entryLine),
    entryPath: text(txt.entryPath), entryReferrer: text(txt.entryReferrer),
    exitMs: number(col.exitMs), exitInput: text(txt.exitInput), exitLine: number(col.exitLine), exitPath: text(txt.exitPath),
    referrerHost: text(txt.referrerHost), country: text(txt.country), family: text(txt.family), os: text(txt.os),
    device: toDevice(text(txt.device)), agentClass: (flags & flag.bot) !== 0 ? 'bot' : 'browser',
  }; // prettier-ignore
}

/** Writes a part into its row. What the row says of its place, `older`, `dirty` and `stored`, stays. */
export function writeRow(rows: PartRows, part: Part, of: VisitPart): void {
  const { numbers, texts } = rows.page(part);
  const row = rows.row(part);
  const kept = rows.number(part, col.flags) & (flag.dirty | flag.stored);
  const flags = kept | (of.hasAsset ? flag.asset : 0) | (of.hasRobotsTxt ? flag.robotsTxt : 0) | (of.agentClass === 'bot' ? flag.bot : 0);
  // In the order of the columns.
  const values = [
    of.startMs, of.startLine, of.endMs, of.endLine, of.requests, of.bytes, of.serverMs, flags,
    of.pageViews, of.entryMs, of.entryLine, of.exitMs, of.exitLine, of.createdMs,
  ]; // prettier-ignore
  numbers.set(values, row);
  const words = [
    of.token, of.earlier ?? '', of.site, of.startInput, of.endInput, of.entryInput, of.exitInput, of.entryPath, of.entryReferrer, of.exitPath,
    of.referrerHost, of.country, of.family, of.os, of.device,
  ]; // prettier-ignore
  for (let column = 0; column < words.length; column += 1) texts[row + column] = words[column] ?? '';
}

/** Two parts of one token as one. They never overlap: one is wholly before the other. */
export function mergeParts(newer: VisitPart, older: VisitPart): VisitPart {
  const [first, last] = older.endMs < newer.startMs ? [older, newer] : [newer, older];
  const entry = first.pageViews > 0 ? first : last;
  const exit = last.pageViews > 0 ? last : first;
  return {
    site: newer.site, token: newer.token, earlier: newer.earlier ?? older.earlier, createdMs: newer.createdMs,
    startMs: first.startMs, startInput: first.startInput, startLine: first.startLine, endMs: last.endMs, endInput: last.endInput, endLine: last.endLine,
    requests: newer.requests + older.requests, bytes: newer.bytes + older.bytes, serverMs: newer.serverMs + older.serverMs,
    pageViews: newer.pageViews + older.pageViews, hasAsset: newer.hasAsset || older.hasAsset, hasRobotsTxt: newer.hasRobotsTxt || older.hasRobotsTxt,
    entryMs: entry.entryMs, entryInput: entry.entryInput, entryLine: entry.entryLine, entryPath: entry.entryPath, entryReferrer: entry.entryReferrer,
    exitMs: exit.exitMs, exitInput: exit.exitInput, exitLine: exit.exitLine, exitPath: exit.exitPath,
    referrerHost: first.referrerHost, country: first.country, family: first.family, os: first.os, device: first.device, agentClass: newer.agentClass,
  }; // prettier-ignore
}

/** Text columns know strings only. */
export function toDevice(text: string): Device {
  return devices.find((device) => device === text) ?? 'other';
}
