/** Puts the configured thresholds on /metrics, so that rules and the lines on dashboards compare with the same numbers. */
import type { Config } from './config-schema.ts';
import type { MetricsRegistry } from './metrics/registry.ts';
import { allSites } from './site-tools.ts';
import { thresholdValues } from './thresholds.ts';

/** Part of `outbox_limit_bytes` at which OutboxFull fires at the latest. */
const mostOfOutbox = 0.8;

/** Once, at the start: a configuration does not change while the program runs. */
export function showThresholds({ sites, thresholds, outbox_limit_bytes: limitBytes }: Pick<Config, 'sites' | 'thresholds' | 'outbox_limit_bytes'>, registry: Pick<MetricsRegistry, 'gauge'>): void {
  const ofSites = new Map(allSites(sites).map((site) => [site.name, site.thresholds]));
  // The outbox stops at its limit: an alert above it could never fire.
  const reachable = { ...thresholds, outbox_bytes: Math.min(thresholds.outbox_bytes, Math.floor(limitBytes * mostOfOutbox)) };
  for (const { name, site, value } of thresholdValues(reachable, ofSites)) registry.gauge('threshold_value', [name, site], value);
}
