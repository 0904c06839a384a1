/** Keeps the keys of the days on their way: made when a line needs one, ended when their day is over, waited for when their volume is away. */
import { endOf } from './assemble.ts';
import type { Rooms } from './assemble.ts';
import type { KeyLife } from './keys/key-life.ts';
import type { Clock } from './record.ts';
import { StoreUnavailable } from './store/store.ts';

export type KeyParts = {
  readonly rooms: Rooms;
  readonly keyLife: KeyLife;
  readonly clock: Clock;
  /** Says that the key volume is waited for; null when it is not any more. */
  readonly waiting: (what: 'keys', reason: string | null) => void;
};

/** A key volume that cannot be written is waited for: without a key no line may go on. */
export async function createKey(parts: KeyParts, site: string, day: string): Promise<void> {
  for (let waitMs = 200; ; waitMs = Math.min(waitMs * 2, 10_000)) {
    try {
      await parts.keyLife.create(site, day, parts.clock.nowMs());
      parts.waiting('keys', null);
      return;
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      parts.waiting('keys', error.message);
      await parts.clock.sleep(waitMs);
    }
  }
}

/** Removes the files of keys whose end is committed; what fails is tried again after the next commit. */
export async function unlinkKeys({ keyLife, waiting }: KeyParts): Promise<void> {
  try {
    await keyLife.unlinkDestroyed();
    waiting('keys', null);
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    waiting('keys', error.message); // tried again after the next commit
  }
}

/** Ends the use of a key at once; its file goes after the commit. */
export function destroyKey({ keyLife, rooms, clock }: KeyParts, site: string, day: string): void {
  if (typeof keyLife.stateOf(site, day) === 'string') return;
  keyLife.markDestroyed(site, day, clock.nowMs());
  for (const forget of rooms.forgetting) forget();
  rooms.tallies.counter('logproc_keys_destroyed_total', [site]).add(1);
}

/** Ends every key whose time is over, by the watermark or by the clock. */
export function destroyDueKeys(parts: KeyParts, nowMs: number): void {
  const { account, calendar } = parts.rooms;
  const due = parts.keyLife.due(account.watermark.valueMs, nowMs, (site, day) => endOf(calendar, site, day));
  for (const { site, day } of due) destroyKey(parts, site, day);
}
