/** Asks a provider politely and keeps its last value: 24 hours long, then the yearly mean of the same method and zone, else nothing. */
import { TooManyRequests } from './intensity.ts';
import type { Intensity, IntensityProvider } from './intensity.ts';

export type KeepOptions = {
  readonly provider: IntensityProvider;
  /** Of the same method and zone as the provider's values; null where there is none. */
  readonly yearlyMean: Intensity | null;
  readonly everyMs: number;
  readonly nowMs: () => number;
  /** Told of every failure and of the first success after one (null). */
  readonly trouble: (reason: string | null) => void;
};

export type KeptIntensity = {
  /** Asks if it is time to. Never throws. */
  refresh(): Promise<void>;
  /** What holds now; null where nothing does. */
  current(): Intensity | null;
};

/** Older than this, a value says nothing about now. */
const oldestMs = 24 * 3_600_000;
/** A value from further ahead than a forecast can be is a mistake of the provider's clock or ours. */
const newestMs = 2 * 3_600_000;
/** How rarely one that fails is asked; one that says how long it wants to be left alone is believed for up to a day. */
const longestWaitMs = 6 * 3_600_000;
const longestRetryAfterMs = 24 * 3_600_000;

export function keepIntensity({ provider, yearlyMean, everyMs, nowMs, trouble }: KeepOptions): KeptIntensity {
  let last: Intensity | null = null;
  let [askedMs, nextMs] = [-Infinity, -Infinity];
  let failures = 0;
  const isSame = (value: Intensity): boolean => yearlyMean === null || (value.method === yearlyMean.method && value.zone === yearlyMean.zone);
  const fetchOnce = async (): Promise<void> => {
    const value = await provider.fetch();
    if (!isSame(value)) throw new Error('the provider changed its method or zone');
    if (value.atMs > nowMs() + newestMs) throw new Error('the provider answered for the future');
    if (nowMs() - value.atMs > oldestMs) throw new Error(`its newest value is ${Math.floor((nowMs() - value.atMs) / 3_600_000)} hours old`);
    // A provider that steps back (a mirror that lags) takes nothing away.
    if (last === null || value.atMs >= last.atMs) last = value;
  };
  return {
    async refresh() {
      // A clock that was set back must not silence us.
      if (nowMs() < nextMs && nowMs() >= askedMs) return;
      askedMs = nowMs();
      try {
        await fetchOnce();
        if (failures > 0) trouble(null);
        failures = 0;
        nextMs = nowMs() + everyMs;
      } catch (error) {
        failures += 1;
        const backOffMs = Math.min(longestWaitMs, everyMs * 2 ** Math.min(failures - 1, 10));
        nextMs = nowMs() + Math.max(backOffMs, error instanceof TooManyRequests ? Math.min(error.waitMs, longestRetryAfterMs) : 0);
        trouble(error instanceof Error ? error.message : 'unknown');
      }
    },
    current: () => (last !== null && nowMs() - last.atMs <= oldestMs ? last : yearlyMean),
  };
}
