/** What Loki already has of the days of a history: live lines of a followed log, and receipts of an earlier backfill of the same origin. */
import { labelString } from '../loki/label-string.ts';
import type { LokiClient } from '../loki/loki-client.ts';
import { dayOfReceipt, saySame } from './receipt-chain.ts';
import type { SurveyedDay } from './survey.ts';

type Asked = Pick<LokiClient, 'streams' | 'queryStream'>;

const dayMs = 86_400_000;
/** Longest range of one question; Loki's own limit is a month. */
const rangeMs = 28 * dayMs;
/** How far before the first day the receipt is looked for that its chain goes on from; Loki answers by the hour, so that a longer look costs minutes. */
const backMs = 35 * dayMs;

const ns = (timeMs: number): string => `${timeMs}000000`;

/** Which days a running processor has told Loki of (a backfill would count them twice), whether an earlier run of this origin left anything, and the last day of any other. */
export async function lookAtDays(client: Asked, days: readonly SurveyedDay[], ours: string): Promise<{ readonly tailed: readonly SurveyedDay[]; readonly held: boolean; readonly others: ReadonlyMap<string, SurveyedDay> }> {
  const tailed: SurveyedDay[] = [];
  const others = new Map<string, SurveyedDay>();
  let held = false;
  for (const day of days) {
    const streams = (await client.streams(ns(day.startMs), ns(day.endMs))).filter(({ site, stream }) => site === day.site && lineStreams.has(stream ?? ''));
    // Loki shows a label without a value as no label.
    if (streams.some(({ origin = '' }) => origin === '')) tailed.push(day);
    for (const { origin = '' } of streams) {
      if (origin === ours) held = true;
      else if (origin !== '') others.set(origin, day);
    }
  }
  return { tailed, held, others };
}

/** Streams that the processor fills from access lines. */
const lineStreams: ReadonlySet<string> = new Set(['access', 'visit', 'day']);

/** Receipts of a site and origin by their day. */
export type KnownReceipts = ReadonlyMap<string, string>;

/** @param labels of the stream `day` of the site and origin. @throws LokiUnavailable */
export async function knownReceipts(client: Asked, labels: Readonly<Record<string, string>>, fromMs: number, nowMs: number): Promise<KnownReceipts> {
  const found = new Map<string, string>();
  for (let start = Math.max(0, fromMs - backMs); start < nowMs; start += rangeMs) {
    for await (const { line } of client.queryStream(labelString(labels), ns(start), ns(Math.min(nowMs, start + rangeMs)))) found.set(dayOfReceipt(line), line);
  }
  return found;
}

/** Why these days cannot be filled in beside what an earlier run has left; empty where they can. */
export function conflicts(days: readonly SurveyedDay[], known: KnownReceipts, origin: string): string[] {
  const said: string[] = [];
  const newest = [...known.keys()].sort().at(-1) ?? '';
  for (const { site, day, receipt } of days) {
    const held = known.get(day);
    if (held !== undefined && !saySame(held, receipt)) said.push(`${site} ${day}: Loki has another history of this day under origin="${origin}": give the files of an earlier run together, or leave the day out`);
    if (held === undefined && day < newest) said.push(`${site} ${day}: Loki has newer days under origin="${origin}" (up to ${newest}), and neither their chain of receipts nor Loki takes an older one after them: give another --origin`);
  }
  return said;
}
