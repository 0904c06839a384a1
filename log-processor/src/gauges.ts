/** Puts the gauges of the state in place: the durable ones before each commit, those of the process at each scrape. */
import type { Account } from './account/account.ts';
import type { KeyLife } from './keys/key-life.ts';
import type { MetricsRegistry } from './metrics/registry.ts';
import type { Tallies } from './metrics/tallies.ts';
import type { OpenSource } from './processor-tools.ts';
import type { Store } from './store/store.ts';

type DurableTools = { readonly account: Account; readonly tallies: Tallies; readonly sites: readonly string[] };

/** How often open visits are gone through; a gauge need not be younger. */
const refreshMs = 1000;

/** @returns a function for every commit; it looks at all open visits at most once a second */
export function createDurableGauges({ account, tallies, sites }: DurableTools): (nowMs: number) => void {
  let dueMs = -Infinity;
  return (nowMs) => {
    tallies.gauge('logproc_visits_open', []).set(account.visits.ledger.open);
    if (nowMs < dueMs) return;
    dueMs = nowMs + refreshMs;
    const active = account.activeVisitors();
    for (const site of sites) {
      for (const agentClass of ['browser', 'bot'] as const) {
        tallies.gauge('web_active_visitors', [site, agentClass]).set(active.get(site)?.[agentClass] ?? 0);
        tallies.gauge('web_visitors_today', [site, agentClass]).set(account.visitorsToday(site, agentClass));
      }
      tallies.clear('web_visitors_today_by_country', [site]);
      for (const [country, visitors] of account.visitorsTodayByCountry(site)) tallies.gauge('web_visitors_today_by_country', [site, country]).set(visitors);
    }
  };
}

export type LiveTools = {
  readonly registry: () => MetricsRegistry;
  readonly account: Account;
  readonly store: Store;
  readonly keyLife: KeyLife;
  readonly sources: () => readonly OpenSource[];
  readonly sites: readonly string[];
  readonly oldestRawLineMs: () => Promise<number | null>;
  readonly nowMs: () => number;
  /** Today and the day before, in the site's zone. */
  readonly daysOf: (site: string, nowMs: number) => { readonly today: string; readonly before: string };
};

/** How often the raw logs are looked at; they age slowly. */
const rawLogsMs = 60_000;

/** @returns a function for every scrape */
export function createLiveGauges(tools: LiveTools): () => void {
  let rawLogsDueMs = -Infinity;
  const lookAtRawLogs = async (nowMs: number): Promise<void> => {
    if (nowMs < rawLogsDueMs) return;
    rawLogsDueMs = nowMs + rawLogsMs;
    const oldestMs = await tools.oldestRawLineMs();
    tools.registry().gauge('logproc_raw_log_oldest_timestamp_seconds', [], oldestMs === null ? null : oldestMs / 1000);
  };
  return () => {
    // A scrape does not wait for the disk: it shows what the look before it found.
    void lookAtRawLogs(tools.nowMs());
    const registry = tools.registry();
    const nowMs = tools.nowMs();
    registry.gauge('logproc_outbox_bytes', [], tools.store.outboxBytes);
    registry.gauge('logproc_catching_up', [], tools.account.watermark.catchingUp(nowMs) ? 1 : 0);
    for (const [input, standMs] of tools.account.watermark.stands()) {
      registry.gauge('logproc_watermark_timestamp_seconds', [input], Number.isFinite(standMs) ? standMs / 1000 : null);
    }
    for (const { source } of tools.sources()) registry.gauge('logproc_lag_bytes', [source.input], source.lagBytes());
    for (const site of tools.sites) {
      const days = tools.daysOf(site, nowMs);
      registry.gauge('logproc_key_created_timestamp_seconds', [site, 'current'], createdSeconds(tools.keyLife, site, days.today));
      registry.gauge('logproc_key_created_timestamp_seconds', [site, 'previous'], createdSeconds(tools.keyLife, site, days.before));
    }
  };
}

/** Null where there is no living key: the series is absent then. */
function createdSeconds(keyLife: KeyLife, site: string, day: string): number | null {
  const times = keyLife.timesOf(site, day);
  return times === null || times.destroyedMs !== null ? null : times.createdMs / 1000;
}
