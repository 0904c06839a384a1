/** Do the daily receipts of each site form one unbroken chain, with one for every finished day that has lines? */
import { checked } from './check.ts';
import type { Check } from './check.ts';
import type { HeldEntry } from './held-lines.ts';
import { parseObject } from './json-object.ts';

export type ReceiptOptions = {
  /** In the order of time, of all sites. */
  readonly receipts: readonly HeldEntry[];
  readonly sha256: (text: string) => string;
  /** Days per site that must have a receipt: those with kept lines that are over for long enough. */
  readonly daysWithLines: ReadonlyMap<string, ReadonlySet<string>>;
  /** Nothing older is kept, so a chain may begin after it. */
  readonly keptFromMs: number;
};

type Receipt = { readonly site: string; readonly day: string; readonly endMs: number; readonly previousDay: string | null; readonly previous: string | null; readonly ns: string; readonly line: string; /** Of backfilled history, which is a chain of its own; empty for the live one. */ readonly origin: string };

export function checkReceipts({ receipts, sha256, daysWithLines, keptFromMs }: ReceiptOptions): Check {
  const faults: string[] = [];
  const bySite = new Map<string, Receipt[]>();
  for (const entry of receipts) {
    const receipt = readReceipt(entry);
    if (receipt === null) faults.push(`the entry of stream day at ${entry.ns} ns is no receipt; restore it, or say why it is there.`);
    else bySite.set(receipt.site, [...(bySite.get(receipt.site) ?? []), receipt]);
  }
  for (const [site, receipts] of bySite) {
    for (const [origin, chain] of Map.groupBy(receipts.sort(byDay), ({ origin }) => origin)) faults.push(...chainFaults(nameOf(site, origin), chain, sha256, keptFromMs));
    faults.push(...doubledDays(site, receipts));
  }
  for (const [site, days] of daysWithLines) faults.push(...missingDays(site, days, bySite.get(site) ?? []));
  const facts = [...bySite].sort().flatMap(([site, receipts]) => [...Map.groupBy(receipts, ({ origin }) => origin)].map(([origin, chain]) => `${nameOf(site, origin)}: ${chain.length} receipt(s), ${chain[0]?.day ?? ''} to ${chain.at(-1)?.day ?? ''}.`));
  return checked('receipts', 'Do the daily receipts form one unbroken chain, one for every finished day?', { facts: facts.length > 0 ? facts : ['No day is finished yet, so there is no receipt.'], faults });
}

function readReceipt({ line, ns, labels: { origin = '' } }: HeldEntry): Receipt | null {
  const { receipt, site, day, end, previous, previous_day: previousDay } = parseObject(line);
  if (typeof receipt !== 'number' || typeof site !== 'string' || typeof day !== 'string' || typeof end !== 'string') return null;
  if (!isTextOrNull(previous) || !isTextOrNull(previousDay)) return null;
  return { site, day, endMs: Date.parse(end), previous, previousDay, ns, line, origin };
}

function chainFaults(site: string, chain: readonly Receipt[], sha256: (text: string) => string, keptFromMs: number): string[] {
  const faults: string[] = [];
  chain.forEach((receipt, index) => {
    const before = chain[index - 1];
    const name = `${site} ${receipt.day}`;
    if (receipt.ns !== `${receipt.endMs - 1}999999`) faults.push(`${name}: the receipt is not stamped with the last instant of its day.`);
    if (before === undefined) {
      const mayBeFirst = receipt.previousDay === null || Date.parse(receipt.previousDay) < keptFromMs;
      if (!mayBeFirst) faults.push(`${name}: its predecessor of ${receipt.previousDay} is missing.`);
    } else if (before.day === receipt.day) faults.push(`${name}: there are two receipts.`);
    else if (receipt.previousDay !== before.day) faults.push(`${name}: it follows ${receipt.previousDay ?? 'nothing'}, but the one before it here is of ${before.day}: one is missing, or was put in.`);
    else if (receipt.previous !== sha256(before.line)) faults.push(`${name}: it does not hold the hash of the receipt of ${before.day}: that one was changed after it was written.`);
  });
  return faults;
}

const nameOf = (site: string, origin: string): string => (origin === '' ? site : `${site} (origin ${JSON.stringify(origin.slice(0, 60))})`);

/** A day that is in the live chain and in a backfilled one counts twice in every sum over days. */
function doubledDays(site: string, receipts: readonly Receipt[]): string[] {
  const doubled = [...Map.groupBy(receipts, ({ day }) => day)].filter(([, all]) => new Set(all.map(({ origin }) => origin)).size > 1);
  return doubled.map(([day, all]) => `${site} ${day}: it has receipts of ${all.toSorted((a, b) => (a.origin < b.origin ? -1 : 1)).map(({ origin }) => (origin === '' ? 'the live run' : `origin ${JSON.stringify(origin.slice(0, 60))}`)).join(' and ')}, so it counts twice.`);
}

function missingDays(site: string, days: ReadonlySet<string>, chain: readonly Receipt[]): string[] {
  const there = new Set(chain.map(({ day }) => day));
  return [...days].filter((day) => !there.has(day)).sort().map((day) => `${site} ${day}: the day is over and has lines, but no receipt. Is the processor running, and is its watermark behind (logproc_watermark_timestamp_seconds)?`);
}

const byDay = (a: Receipt, b: Receipt): number => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0);
const isTextOrNull = (value: unknown): value is string | null => value === null || typeof value === 'string';
