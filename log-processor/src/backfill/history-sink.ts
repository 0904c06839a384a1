/** Where a history goes: into Loki stream by stream in the order of time, each half hour compared with what Loki has of it before anything is pushed. */
import { createBodyBuilder, encodeMetadata } from '../loki/body.ts';
import { decodeBody } from '../loki/decode-body.ts';
import { deliverBody } from '../loki/deliver-body.ts';
import { labelString } from '../loki/label-string.ts';
import type { LokiClient } from '../loki/loki-client.ts';
import { compareNs } from '../loki/query-answer.ts';
import type { Body } from '../store/store.ts';
import { createAttempts } from './attempts.ts';
import type { AttemptOptions } from './attempts.ts';
import type { HalfHour, HistoryKind } from './half-hours.ts';
import { entryKindOf } from './history-ledger.ts';
import type { HistoryLedger } from './history-ledger.ts';
import { HeldTokens, missingOf, OtherHistory } from './match-entries.ts';
import type { HeldEntry, OutgoingEntry } from './match-entries.ts';

export type HistorySinkOptions = AttemptOptions & {
  readonly client: LokiClient;
  readonly labelsOf: (kind: HistoryKind, site: string) => Readonly<Record<string, string>>;
  readonly ledger: HistoryLedger;
  /** Chains a receipt, or answers the one Loki has of its day. */
  readonly chained: (site: string, line: string) => string;
  /** Streams of which an earlier run left something: the others need not be asked. */
  readonly isKnown: (site: string) => boolean;
};

const bodyBytes = 1_048_576;

export class HistorySink {
  readonly #options: HistorySinkOptions;
  readonly #tokens = new HeldTokens();

  constructor(options: HistorySinkOptions) {
    this.#options = options;
  }

  /** Brings one half hour of one stream into Loki, however long it takes. @throws OtherHistory, LokiUnavailable */
  async take({ kind, site, pieces }: HalfHour): Promise<void> {
    const entries = pieces.flatMap(({ payload }) => decodeBody(payload).entries).sort((a, b) => compareNs(a.ns, b.ns));
    const outgoing = kind === 'day' ? entries.map((entry) => ({ ...entry, line: this.#options.chained(site, entry.line) })) : entries;
    const labels = this.#options.labelsOf(kind, site);
    const missing = await this.#missing(outgoing, labels, { kind, site });
    const { ledger } = this.#options;
    let refused = 0;
    for (const body of bodiesOf(missing, { labels, kind })) refused += await deliverBody(body, 'none', createAttempts(this.#options));
    const name = entryKindOf[kind];
    ledger.end(name, 'there_before', entries.length - missing.length);
    ledger.end(name, 'in_loki', missing.length - refused);
    ledger.end(name, 'refused', refused);
  }

  async #missing(outgoing: readonly OutgoingEntry[], labels: Readonly<Record<string, string>>, { kind, site }: { kind: string; site: string }): Promise<readonly OutgoingEntry[]> {
    const [first, last] = [outgoing[0], outgoing.at(-1)];
    if (first === undefined || last === undefined || !this.#options.isKnown(site)) return outgoing;
    const held: HeldEntry[] = [];
    for await (const entry of this.#options.client.queryStream(labelString(labels), first.ns, (BigInt(last.ns) + 1n).toString())) held.push(entry);
    try {
      return missingOf(outgoing, held, this.#tokens);
    } catch (error) {
      if (!(error instanceof OtherHistory)) throw error;
      const at = new Date(Number(first.ns.slice(0, -6))).toISOString();
      throw new OtherHistory(`${site}, ${kind} from ${at}: ${error.message}: it comes from other files or another configuration. Give the files of that run together, or another --origin; nothing of this half hour was pushed`);
    }
  }
}

function* bodiesOf(entries: readonly OutgoingEntry[], { labels, kind }: { labels: Readonly<Record<string, string>>; kind: string }): Generator<Body> {
  const builder = createBodyBuilder({ labels, kind, input: '' });
  for (const { ns, line, metadata } of entries) {
    if (builder.size > bodyBytes) yield builder.finish();
    builder.add(Number(ns.slice(0, -6)), Number(ns.slice(-6)), line, encodeMetadata(metadata));
  }
  if (builder.lines > 0) yield builder.finish();
}
