/** Keys that live only in memory: for `report` and `backfill`, which keep nothing that could link a visitor to tomorrow (design section 4, "Key life"). */
import type { KeyObject } from 'node:crypto';
import { generateKey } from './digest.ts';
import type { KeyVolume } from './key-volume.ts';

/** A volume whose keys are gone with the process; nothing of it is ever written. */
export function createMemoryKeyVolume(): KeyVolume {
  const keys = new Map<string, KeyObject>();
  const nameOf = (site: string, day: string): string => `${day}/${site}`;
  return {
    identityKey: generateKey(),
    identityIsNew: true,
    create(site, day) {
      const key = keys.get(nameOf(site, day)) ?? generateKey();
      keys.set(nameOf(site, day), key);
      return Promise.resolve(key);
    },
    read: (site, day) => Promise.resolve(keys.get(nameOf(site, day)) ?? null),
    list: () => Promise.resolve([]),
    destroy(site, day) {
      keys.delete(nameOf(site, day));
      return Promise.resolve();
    },
  };
}
