/** Puts the configured thresholds on /metrics, so that rules and the lines on dashboards compare with the same numbers. */
import type { Config } from './config-schema.ts';
import type { MetricsRegistry } from './metrics/registry.ts';
import { allSites } from './site-tools.ts';
import { thresholdValues } from './thresholds.ts';

/** Once, at the start: a configuration does not change while the program runs. */
export function showThresholds({ sites, thresholds }: Pick<Config, 'sites' | 'thresholds'>, registry: Pick<MetricsRegistry, 'gauge'>): void {
  const ofSites = new Map(allSites(sites).map((site) => [site.name, site.thresholds]));
  for (const { name, site, value } of thresholdValues(thresholds, ofSites)) registry.gauge('threshold_value', [name, site], value);
}
