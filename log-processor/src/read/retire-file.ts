/** Decides when a file that was rotated away or deleted is watched no longer. */
import type { TrackedFile } from './tracked-file.ts';

/**
 * A file that was read to its end is let go of when two newer ones were written to, or one and the grace is over: nginx writes to the
 * renamed file until it reopens its logs, each worker for itself (reliability.md R01). A deleted file without a successor goes after
 * the grace, so that its disk space is given back (R13). A compressed file never grows.
 */
export function retireFile(file: TrackedFile, newer: readonly TrackedFile[], { graceMs, nowMs }: { graceMs: number; nowMs: number }): boolean {
  if (!file.isOpen) return false;
  if (file.isGzip) return true;
  const successors = newer.filter(({ place }) => place.size > 0).length;
  if (successors > 0) file.supersededMs ??= nowMs;
  if (successors > 1) return true;
  if (successors === 0 && !file.unlinked) return false;
  return nowMs - Math.max(file.grownMs, file.supersededMs ?? 0) >= graceMs;
}
