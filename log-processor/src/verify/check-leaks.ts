/** Is there an address or other personal data in anything that is kept? Looks at every entry of the last days. */
import { checked } from './check.ts';
import type { Check } from './check.ts';
import type { HeldEntry, HeldLines } from './held-lines.ts';
import { leaksIn, leaksInLabels } from './leaks-in-entry.ts';
import type { Hits } from './leaks-in-entry.ts';
import type { Metrics } from './read-metrics.ts';

export type LeakOptions = {
  readonly lines: HeldLines;
  /** What `/metrics` shows, and Prometheus keeps; null where it gives no answer. */
  readonly metrics: Metrics | null;
  readonly fromMs: number;
  readonly toMs: number;
  readonly hits: Hits;
  /** Called for each entry, so that others need not read everything again. */
  readonly seen: (entry: HeldEntry) => void;
};

type Found = { count: number; readonly firstNs: string; lastNs: string };

/** Kinds of leaks named one by one. */
const mostNamed = 50;

export async function checkLeaks({ lines, metrics, fromMs, toMs, hits, seen }: LeakOptions): Promise<Check> {
  const found = new Map<string, Found>();
  const perStream = new Map<string, number>();
  let entries = 0;
  for await (const entry of lines.entries(fromMs, toMs)) {
    const stream = entry.labels['stream'] ?? '(no label stream)';
    perStream.set(stream, (perStream.get(stream) ?? 0) + 1);
    for (const { where, pattern } of leaksIn(entry, hits)) note(found, `${pattern} in ${where} of stream ${plain(stream)}`, entry.ns);
    entries += 1;
    seen(entry);
  }
  const labels = metrics?.labels() ?? [];
  const inLabels = new Set(leaksInLabels(labels, hits).map(({ where, pattern }) => `${pattern} in ${where} of /metrics. Find the setting or the request that made it; Prometheus has it, too.`));
  const counted = [...perStream].sort().map(([stream, count]) => `${plain(stream)} ${count}`);
  return checked('leaks', 'Is there an address, or other personal data, in anything that is kept?', {
    facts: [`${entries} entries of ${lines.place} from ${iso(fromMs)} to ${iso(toMs)} were looked through, labels and metadata included: ${counted.join(', ') || 'none'}.`, metrics === null ? 'The labels of /metrics were not looked at: it gives no answer.' : `${labels.length} values of labels on /metrics were looked at.`],
    faults: [...inLabels, ...[...found].slice(0, mostNamed).map(([what, { count, firstNs, lastNs }]) => `${what}: ${count} time(s), from ${isoNs(firstNs)} to ${isoNs(lastNs)}. Find who wrote it, delete the entries, and tell the privacy officer.`)],
  });
}

function note(found: Map<string, Found>, what: string, ns: string): void {
  const before = found.get(what);
  if (before === undefined) found.set(what, { count: 1, firstNs: ns, lastNs: ns });
  else {
    before.count += 1;
    before.lastNs = ns;
  }
}

/** A label of a stranger may hold anything. */
const plain = (name: string): string => (/^[a-z_()\- ]{1,40}$/i.test(name) ? name : '(a name of its own)');
const iso = (timeMs: number): string => new Date(timeMs).toISOString().slice(0, 16).concat('Z');
const isoNs = (ns: string): string => new Date(Number(ns.slice(0, -6))).toISOString();
