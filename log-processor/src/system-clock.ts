/** The one real clock: wall time for what is compared with log lines, and waits that can be cut short. */
import type { Clock } from './record.ts';

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  /** Resolves after the time, or at once when the signal is given. */
  sleep: (milliseconds, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted === true) {
        resolve();
        return;
      }
      const end = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      signal?.addEventListener('abort', end);
    }),
};
