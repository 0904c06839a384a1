/** Opens the way of a history into Loki: chains receipts to those that are there, and waits where an earlier run may still be arriving. */
import { sha256 } from '../keys/digest.ts';
import type { Config } from '../config-schema.ts';
import type { LokiClient } from '../loki/loki-client.ts';
import type { Clock } from '../record.ts';
import { HistorySink } from './history-sink.ts';
import type { HistoryLedger } from './history-ledger.ts';
import { historyLabels } from './look-at-loki.ts';
import type { LookedAt } from './look-at-loki.ts';
import { chainReceipt, dayOfReceipt } from './receipt-chain.ts';
import type { ChainLink } from './receipt-chain.ts';

export type FillOptions = {
  readonly client: LokiClient;
  readonly looked: LookedAt;
  readonly ledger: HistoryLedger;
  readonly origin: string;
  readonly config: Config;
  readonly clock: Clock;
  readonly waiting: (why: string) => void;
};

export async function fillLoki({ client, looked, ledger, origin, config, clock, waiting }: FillOptions): Promise<HistorySink> {
  const settleMs = config.loki_settle_milliseconds;
  // Loki may still be storing the last push of a run that was killed.
  if (looked.begun.size > 0) await clock.sleep(settleMs);
  return new HistorySink({
    client, ledger, clock, waiting, settleMs,
    labelsOf: (kind, site) => historyLabels(kind, site, { host: config.host, origin }),
    isKnown: (site) => looked.begun.has(site),
    chained: createChain(looked),
  }); // prettier-ignore
}

/** A receipt that is there stays as it is, and the next one follows it. */
function createChain({ receipts, previous }: LookedAt): (site: string, line: string) => string {
  const links = new Map<string, ChainLink>(previous);
  return (site, line) => {
    const day = dayOfReceipt(line);
    const chained = receipts.get(site)?.get(day) ?? chainReceipt(line, links.get(site) ?? null);
    links.set(site, { day, sha256: sha256(chained) });
    return chained;
  };
}
