/** Numbers that steer colours where no alert has its own threshold, each with its reason. */

/** Design: a full outbox stops the reading; then the log file is the queue. */
export const outboxLimitBytes = 64 * 1024 * 1024;
/** Design: keys live 48 h at the latest, and so do raw logs. */
export const lifeLimitSeconds = 48 * 3600;
/** From here on an operator should look before the limit is reached. */
export const lifeSoonSeconds = 36 * 3600;
/** The watermark stands 120 s behind the clock by definition; 300 s is where `logproc_catching_up` begins. */
export const watermarkLateSeconds = 300;
/** A receipt follows its day by half an hour; after 26 h one is missing. */
export const receiptLateSeconds = 26 * 3600;
