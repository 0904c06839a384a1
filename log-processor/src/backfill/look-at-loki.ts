/** Asks Loki everything that decides whether a history may go into it: its limits, its retention, live lines of the same days, and what an earlier run left. */
import type { LokiClient } from '../loki/loki-client.ts';
import { sha256 } from '../keys/digest.ts';
import { conflicts, knownReceipts, lookAtDays } from './known-history.ts';
import type { KnownReceipts } from './known-history.ts';
import type { HistoryKind } from './half-hours.ts';
import type { ChainLink } from './receipt-chain.ts';
import { refusals } from './refusals.ts';
import type { Survey, SurveyedDay } from './survey.ts';

export type LookedAt = {
  /** Why nothing may be written, with the setting or option that changes it. */
  readonly refusals: readonly string[];
  readonly notes: readonly string[];
  readonly keptFromMs: number;
  /** By site. */
  readonly receipts: ReadonlyMap<string, KnownReceipts>;
  /** The receipt before the first day of each site. */
  readonly previous: ReadonlyMap<string, ChainLink>;
  /** Sites of which an earlier run of this origin left something in these days. */
  readonly begun: ReadonlySet<string>;
};

export type LookingOptions = { readonly client: LokiClient; readonly survey: Survey; readonly origin: string; readonly host: string; readonly nowMs: number };

/** The labels of a stream of backfilled history: design, section 5. */
export function historyLabels(kind: HistoryKind, site: string, { host, origin }: { readonly host: string; readonly origin: string }): Readonly<Record<string, string>> {
  const common = { job: 'tidewatch', site, host, stream: kind, origin };
  return kind === 'access' || kind === 'stack' ? { ...common, service_name: 'nginx', input: 'history' } : { ...common, service_name: 'tidewatch' };
}

/** @throws LokiUnavailable */
export async function lookAtLoki(options: LookingOptions): Promise<LookedAt> {
  const { client, survey, origin, host, nowMs } = options;
  const [limits, schemaFrom, keptMs] = [await client.config(), await client.schemaFrom(), await client.keptMs()];
  const keptFromMs = keptMs === Infinity ? -Infinity : nowMs - keptMs;
  const said = refusals({ oldestMs: survey.oldestMs, nowMs }, limits, schemaFrom);
  const receipts = new Map<string, KnownReceipts>();
  const previous = new Map<string, ChainLink>();
  const begun = new Set<string>();
  for (const [site, days] of survey.bySite()) {
    const first = days[0];
    if (first === undefined) continue;
    const { tailed, held, others } = await lookAtDays(client, days, origin);
    if (held) begun.add(site);
    said.push(...tailedText(site, tailed));
    for (const [other, { day }] of others) said.push(`${site} ${day} and maybe more days are there already under origin="${other}", and would count twice: leave them out, or give --origin ${other}`);
    const known = await knownReceipts(client, historyLabels('day', site, { host, origin }), first.startMs, nowMs);
    receipts.set(site, known);
    previous.set(site, linkBefore(known, first.day));
    said.push(...conflicts(days, known, origin));
  }
  return { refusals: said, notes: retentionNotes(survey, keptFromMs, keptMs), keptFromMs, receipts, previous, begun };
}

function tailedText(site: string, tailed: readonly SurveyedDay[]): string[] {
  const [first] = tailed;
  if (first === undefined) return [];
  return [`${site} ${first.day}${tailed.length > 1 ? ` and ${tailed.length - 1} more day(s) up to ${tailed.at(-1)?.day ?? ''}` : ''}: a running processor has told Loki of them, and they would count twice: leave them out with --until or --from`];
}

function linkBefore(known: KnownReceipts, day: string): ChainLink {
  const before = [...known.keys()].filter((one) => one < day).sort().at(-1);
  const line = before === undefined ? undefined : known.get(before);
  return before === undefined || line === undefined ? null : { day: before, sha256: sha256(line) };
}

function retentionNotes(survey: Survey, keptFromMs: number, keptMs: number): string[] {
  if (survey.oldestMs >= keptFromMs) return [];
  const until = new Date(keptFromMs).toISOString().slice(0, 16);
  return [`Loki keeps lines and visits for ${Math.round(keptMs / 86_400_000)} days (limits_config.retention_period): those before ${until}Z are left out, and only the receipts of their days are written`];
}
