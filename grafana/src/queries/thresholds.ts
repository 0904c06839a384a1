/** The lines that alerts draw on dashboards: one source for both, see docs/metrics.md (`threshold_value`). */
import { is, like, maxBy, series } from '../promql.ts';

/** Names that alert rules export; a site's own value, or one for all (`site` empty). */
export const thresholdNames = [
  'server_error_ratio',
  'request_duration_seconds',
  'co2e_grams_per_hour',
  'co2e_grams_per_visit',
  'carbon_intensity_grams_per_kwh',
  'pue_ratio',
  'watermark_age_seconds',
  'outbox_bytes',
  'key_age_seconds',
  'raw_log_age_seconds',
  'cpu_ratio',
  'memory_ratio',
  'certificate_seconds',
] as const;

export type ThresholdName = (typeof thresholdNames)[number];

export const thresholdOf = (name: ThresholdName): string => maxBy(['name'], series('threshold_value', { name: is(name), site: like('$site|') }));
