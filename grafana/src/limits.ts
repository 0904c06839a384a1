/** Numbers that steer colours: those of the alerts as they are shipped, and where no alert has one, our own with its reason. A line that is drawn asks for the configured value instead. */
import { thresholds } from '../../log-processor/src/thresholds.ts';


/** Where the alerts begin, unless the configuration says otherwise; for colours, which Grafana cannot ask for. */
export const alertAt = {
  errorBudgetRatio: thresholds.error_budget_ratio.value,
  serverErrorRatio: thresholds.server_error_ratio.value,
  requestSeconds: thresholds.request_duration_seconds.value,
  watermarkAgeSeconds: thresholds.watermark_age_seconds.value,
  outboxBytes: thresholds.outbox_bytes.value,
  keyAgeSeconds: thresholds.key_age_seconds.value,
  rawLogAgeSeconds: thresholds.raw_log_age_seconds.value,
  receiptAgeSeconds: thresholds.receipt_age_seconds.value,
  certificateSeconds: thresholds.certificate_seconds.value,
  pueRatio: thresholds.pue_ratio.value,
  cpuRatio: thresholds.cpu_ratio.value,
  memoryRatio: thresholds.memory_ratio.value,
  diskRatio: thresholds.disk_ratio.value,
} as const;

/** A certificate is renewed when so much of its life is left; later is late. */
export const renewalSeconds = 30 * 86_400;
/** From here on an operator should look before the limit is reached. */
export const lifeSoonSeconds = 36 * 3600;
/** The watermark stands 120 s behind the clock by definition; 300 s is where `logproc_catching_up` begins. */
export const watermarkLateSeconds = 300;
