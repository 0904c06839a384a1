/** Tells when an interval is over on a clock that may be set back: nothing must wait until the clock has caught up with itself (reliability.md R51). */

/** Milliseconds all three. True after so long, and at once where the clock stands before the beginning. */
export const isOver = (intervalMs: number, sinceMs: number, nowMs: number): boolean => nowMs < sinceMs || nowMs - sinceMs >= intervalMs;
