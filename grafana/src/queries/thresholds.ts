/** The lines that alerts draw on dashboards: one source for both, see docs/metrics.md (`threshold_value`). */
import { is, like, maxBy, minBy, series } from '../promql.ts';

/** Names that alert rules export; a site's own value, or one for all (`site` empty). */
export const thresholdNames = [
  'error_budget_ratio',
  'co2e_grams_per_hour',
  'co2e_grams_per_visit',
  'carbon_intensity_grams_per_kwh',
  'pue_ratio',
  'pue_ratio_minimum',
  'watermark_age_seconds',
  'outbox_bytes',
  'key_age_seconds',
  'raw_log_age_seconds',
  'cpu_ratio',
  'memory_ratio',
  'disk_ratio',
  'inode_ratio',
  'disk_full_seconds',
  'clock_offset_seconds',
  'certificate_seconds',
  'service_memory_ratio',
] as const;

export type ThresholdName = (typeof thresholdNames)[number];

/** Of the chosen sites; where they differ, the strictest, for of these all are upper limits. */
export const thresholdOf = (name: ThresholdName): string => minBy(['name'], series('threshold_value', { name: is(name), site: like('$site|') }));
/** Where no site is chosen. */
export const threshold = (name: ThresholdName): string => maxBy(['name'], series('threshold_value', { name: is(name) }));
