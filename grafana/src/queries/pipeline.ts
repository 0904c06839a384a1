/** What the pipeline and privacy dashboard asks Prometheus and Loki. */
import { counted, fields, lines } from '../logql.ts';
import { addedInRange, addedPerInterval, chosenSite, max, maxBy, orZero, part, quantile, rate, series, sum, sumBy } from '../promql.ts';

/** `read - delivered - dropped - in flight`: 0 at every moment, by law. */
export const unaccountedLines = (): string =>
  `sum(${series('logproc_lines_read_total')}) - ${orZero(sum(series('logproc_lines_delivered_total')))} - ${orZero(sum(series('logproc_lines_dropped_total')))} - ${orZero(sum(series('logproc_lines_in_flight')))}`;
/** `opened - closed - open - merged`: 0 by the same law. */
export const unaccountedVisits = (): string =>
  `sum(${series('logproc_visits_opened_total')}) - ${orZero(sum(series('logproc_visits_closed_total')))} - ${orZero(sum(series('logproc_visits_open')))} - ${orZero(sum(series('logproc_visits_merged_total')))}`;

export const linesReadTotal = (): string => sum(series('logproc_lines_read_total'));
export const linesDeliveredTotal = (): string => sum(series('logproc_lines_delivered_total'));
export const linesDroppedTotal = (): string => orZero(sum(series('logproc_lines_dropped_total')));
export const linesInFlight = (): string => sum(series('logproc_lines_in_flight'));
export const linesInFlightByInput = (): string => sumBy(['input'], series('logproc_lines_in_flight'));
export const linesReadPerSecond = (): string => sumBy(['input'], rate(series('logproc_lines_read_total')));
export const linesDropped = (): string => `${sumBy(['reason'], addedPerInterval(series('logproc_lines_dropped_total')))} > 0`;
export const linesDroppedInRange = (): string => `sort_desc(${sumBy(['reason'], addedInRange(series('logproc_lines_dropped_total')))} > 0)`;

export const lagBytes = (): string => sumBy(['input'], series('logproc_lag_bytes'));
export const watermarkAge = (): string => `time() - ${maxBy(['input'], series('logproc_watermark_timestamp_seconds'))}`;
export const oldestWatermarkAge = (): string => `time() - min(${series('logproc_watermark_timestamp_seconds')})`;
export const catchingUp = (): string => max(series('logproc_catching_up'));
export const outboxBytes = (): string => sum(series('logproc_outbox_bytes'));
export const lostBytes = (): string => orZero(sum(addedInRange(series('logproc_lost_bytes_total'))));
export const lostBytesByReason = (): string => sumBy(['reason'], addedPerInterval(series('logproc_lost_bytes_total')));

export const pushes = (): string => sumBy(['stream', 'outcome'], rate(series('logproc_pushes_total')));
export const pushSeconds = (share: number): string => quantile(share, part('logproc_push_duration_seconds', 'bucket'));
export const pushBuckets = (): string => sumBy(['le'], rate(part('logproc_push_duration_seconds', 'bucket')));
export const commitSeconds = (share: number): string => quantile(share, part('logproc_commit_duration_seconds', 'bucket'));
export const commitBuckets = (): string => sumBy(['le'], rate(part('logproc_commit_duration_seconds', 'bucket')));

export const visitsOpen = (): string => sum(series('logproc_visits_open'));
export const visitsOpened = (): string => sum(addedPerInterval(series('logproc_visits_opened_total')));
export const visitsClosed = (): string => sum(addedPerInterval(series('logproc_visits_closed_total')));
export const visitsMerged = (): string => sum(addedPerInterval(series('logproc_visits_merged_total')));
export const lateLines = (): string => sumBy(['site'], addedPerInterval(series('logproc_late_lines_total', chosenSite)));
export const keylessLines = (): string => sumBy(['site'], addedPerInterval(series('logproc_keyless_lines_total', chosenSite)));
export const scrubbed = (): string => `${sumBy(['pattern'], addedPerInterval(series('logproc_scrubbed_total')))} > 0`;
export const overflow = (): string => `${sumBy(['metric'], addedInRange(series('logproc_series_overflow_total')))} > 0`;

export const keyAge = (): string => `time() - ${maxBy(['site', 'key'], series('logproc_key_created_timestamp_seconds', chosenSite))}`;
export const oldestKeyAge = (): string => `time() - min(${series('logproc_key_created_timestamp_seconds', chosenSite)})`;
export const keysDestroyed = (): string => sumBy(['site'], series('logproc_keys_destroyed_total', chosenSite));
export const rawLogAge = (): string => `time() - min(${series('logproc_raw_log_oldest_timestamp_seconds')})`;
export const receipts = (): string => sumBy(['site'], series('logproc_receipts_total', chosenSite));
/** Seconds since the end of the newest day that has a receipt. */
export const receiptAge = (): string => `time() - ${maxBy(['site'], series('logproc_receipt_timestamp_seconds', chosenSite))}`;
export const build = (): string => maxBy(['version', 'revision'], series('logproc_build_info'));

/** One line a day and site: its ledger and the life of its key. */
export const receiptLines = (): string =>
  `${lines('day')}${fields({ day: 'day', committed: 'lines.committed', key_created: 'observed.key_created', key_destroyed: 'observed.key_destroyed', previous: 'previous' })}`;
export const linesInLoki = (): string => `sum by (stream) (${counted('{stream=~".+"}')})`;
