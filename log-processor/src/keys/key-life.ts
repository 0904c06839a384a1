/** The life of every epoch key: when one is made, when it must die, and that a dead epoch never gets another (design section 4, "Key life"; law 7). */
import type { KeyObject } from 'node:crypto';
import type { Put } from '../record.ts';
import { epochPut, forgottenPut, identityPut, type KeyEntries, type KeyTimes, setTimes } from './key-entries.ts';
import type { Epoch } from './key-name.ts';
import type { KeyVolume } from './key-volume.ts';

/** How far the watermark must pass the end of the day: the longest gap inside a visit. */
export const graceMs = 1_800_000;
/** The longest life of a key by the clock. */
export const maxAgeMs = 48 * 3_600_000;
/** Destroyed epochs remembered one by one for each site; older ones are one day up to which everything is destroyed. */
const remembered = 400;

/** All that the key life starts from; `openKeyLife` gathers and checks it. */
export type KeyLifeParts = {
  readonly volume: KeyVolume;
  readonly entries: KeyEntries;
  /** site -> day -> the living key */
  readonly living: Map<string, Map<string, KeyObject>>;
  readonly identityProof: string;
};

/** Kept in step with the state by its caller: change, `takeChanges` into a commit, and after that commit `unlinkDestroyed`. */
export class KeyLife {
  readonly #volume: KeyVolume;
  readonly #epochs: KeyEntries['epochs'];
  readonly #forgotten: KeyEntries['forgotten'];
  readonly #living: KeyLifeParts['living'];
  readonly #creating = new Map<string, Promise<KeyObject>>();
  #changes = new Map<string, string | null>();
  #marked: Epoch[] = [];
  #toUnlink: Epoch[] = [];

  constructor(parts: KeyLifeParts) {
    this.#volume = parts.volume;
    this.#epochs = parts.entries.epochs;
    this.#forgotten = parts.entries.forgotten;
    this.#living = parts.living;
    if (parts.entries.identityProof === null) this.#note(identityPut(parts.identityProof));
  }

  /** The key of an epoch. `missing`: none yet, `create` makes one. `destroyed`: there never will be one again. */
  stateOf(site: string, day: string): KeyObject | 'missing' | 'destroyed' {
    const key = this.#living.get(site)?.get(day);
    if (key !== undefined) return key;
    const times = this.#epochs.get(site)?.get(day);
    const forgotten = this.#forgotten.get(site);
    return times !== undefined || (forgotten !== undefined && day <= forgotten) ? 'destroyed' : 'missing';
  }

  /** When the key of an epoch began and ended, for the receipt; null where it never was or is forgotten. */
  timesOf(site: string, day: string): KeyTimes | null {
    return this.#epochs.get(site)?.get(day) ?? null;
  }

  /** Makes the key of a missing epoch; a living one is given as it is. @throws StoreUnavailable when the key volume cannot be written */
  create(site: string, day: string, nowMs: number): Promise<KeyObject> {
    const state = this.stateOf(site, day);
    if (state === 'destroyed') return Promise.reject(new Error(`the key of ${site} on ${day} was destroyed and never comes back`));
    if (state !== 'missing') return Promise.resolve(state);
    const name = `${day}/${site}`;
    const running = this.#creating.get(name) ?? this.#create({ site, day }, nowMs).finally(() => this.#creating.delete(name));
    this.#creating.set(name, running);
    return running;
  }

  async #create(epoch: Epoch, nowMs: number): Promise<KeyObject> {
    const key = await this.#volume.create(epoch.site, epoch.day);
    this.adopt(epoch, key, nowMs);
    return key;
  }

  /** Takes in a key that lies in the volume and that the state does not know yet. */
  adopt(epoch: Epoch, key: KeyObject, createdMs: number): void {
    const keys = this.#living.get(epoch.site) ?? new Map<string, KeyObject>();
    keys.set(epoch.day, key);
    this.#living.set(epoch.site, keys);
    this.#record(epoch, { createdMs, destroyedMs: null });
  }

  /** Has the file of an epoch removed that the state calls destroyed: a crash came between the commit and the removal. */
  unlinkLater(epoch: Epoch): void {
    this.#marked.push(epoch);
  }

  /** The living epochs whose time is over: the watermark has passed their end by the grace, or they are 48 h old by the clock. */
  due(watermarkMs: number, nowMs: number, epochEndMsOf: (site: string, day: string) => number): Epoch[] {
    const due: Epoch[] = [];
    for (const [site, days] of this.#epochs) {
      for (const [day, { createdMs, destroyedMs }] of days) {
        if (destroyedMs !== null) continue;
        if (watermarkMs > epochEndMsOf(site, day) + graceMs || nowMs - createdMs >= maxAgeMs) due.push({ site, day });
      }
    }
    return due;
  }

  /** Ends the use of a key at once and records it; the file goes with `unlinkDestroyed`, after the commit. */
  markDestroyed(site: string, day: string, nowMs: number): void {
    const times = this.timesOf(site, day);
    if (times === null || times.destroyedMs !== null) return;
    this.#living.get(site)?.delete(day);
    this.#record({ site, day }, { createdMs: times.createdMs, destroyedMs: nowMs });
    this.#marked.push({ site, day });
    this.#forgetOldest(site);
  }

  /** The changes since the last call; they belong into the next commit, and stay with it when it is tried again. */
  takeChanges(): Put[] {
    const puts = [...this.#changes];
    this.#changes = new Map();
    this.#toUnlink.push(...this.#marked);
    this.#marked = [];
    return puts;
  }

  /** Removes the files of the keys whose end is committed. To be called after the commit; what fails is tried at the next call. @throws StoreUnavailable */
  async unlinkDestroyed(): Promise<void> {
    for (let epoch = this.#toUnlink[0]; epoch !== undefined; epoch = this.#toUnlink[0]) {
      await this.#volume.destroy(epoch.site, epoch.day);
      this.#toUnlink = this.#toUnlink.filter((other) => other !== epoch);
    }
  }

  #forgetOldest(site: string): void {
    const days = this.#epochs.get(site) ?? new Map<string, KeyTimes>();
    const ended = [...days].filter(([, times]) => times.destroyedMs !== null).map(([day]) => day);
    for (const day of ended.sort().slice(0, -remembered)) {
      days.delete(day);
      this.#note(epochPut({ site, day }, null));
      const before = this.#forgotten.get(site) ?? '';
      if (day <= before) continue;
      this.#forgotten.set(site, day);
      this.#note(forgottenPut(site, day));
    }
  }

  #record(epoch: Epoch, times: KeyTimes): void {
    setTimes(this.#epochs, epoch, times);
    this.#note(epochPut(epoch, times));
  }

  #note([key, value]: Put): void {
    this.#changes.set(key, value);
  }
}
