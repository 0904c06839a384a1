/** What a start knows of bodies that Loki may already have: after an unclean stop the oldest of each stream, after a restored backup all of them. */
import type { Put } from './record.ts';
import type { Store } from './store/store.ts';

/** The last stop left a body of which Loki may have lines, however clean it was. */
export const inDoubtKey = 'delivery/in_doubt';
/** Until the watermark has passed this time, every body is compared with what Loki has. */
const compareUntilKey = 'delivery/compare_until_ms';

/** Loki may have lines up to ten minutes ahead of the clock of the life that was lost. */
const aheadMs = 10 * 60_000;

export type Doubt = {
  /** For `createDelivery`. */
  readonly uncertainAtStart: boolean | 'all';
  /** Belongs into the first commit: a restore must be remembered over further restarts, an old doubt forgotten once it was taken up. */
  readonly puts: readonly Put[];
};

/** A body that waits since before that time may have been delivered by the life that was lost, wherever the watermark is by now. */
function hasBodyUntil(store: Store, untilMs: number): boolean {
  return store.bodies().some(({ firstNs }) => Number(BigInt(firstNs) / 1_000_000n) <= untilMs);
}

export function doubtAtStart(start: { store: Store; restored: boolean; watermarkMs: number; nowMs: number }): Doubt {
  const { store, restored, watermarkMs, nowMs } = start;
  const entries = new Map(store.scan('delivery/'));
  const untilMs = restored ? nowMs + aheadMs : Number(entries.get(compareUntilKey) ?? -Infinity);
  const forgotten: Put[] = entries.has(inDoubtKey) ? [[inDoubtKey, null]] : [];
  if (watermarkMs < untilMs || hasBodyUntil(store, untilMs)) return { uncertainAtStart: 'all', puts: [...forgotten, [compareUntilKey, String(untilMs)]] };
  if (entries.has(compareUntilKey)) forgotten.push([compareUntilKey, null]);
  return { uncertainAtStart: !store.closedCleanly || entries.has(inDoubtKey), puts: forgotten };
}
