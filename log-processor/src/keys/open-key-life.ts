/** Brings state and key volume together at the start: adopts, destroys what is overdue, and refuses a state whose keys are gone (law 7). */
import { createHmac, type KeyObject } from 'node:crypto';
import { StateRefused } from '../store/store.ts';
import { type KeyEntries, readKeyEntries } from './key-entries.ts';
import { KeyLife, maxAgeMs } from './key-life.ts';
import type { Epoch } from './key-name.ts';
import type { KeyVolume, StoredKey } from './key-volume.ts';

/** The state lists keys that the volume lacks: going on would give every visitor of the day a second token. */
export class KeyMissing extends StateRefused {}

export type KeyLifeOptions = {
  /** Every entry of the state under `key/`. */
  readonly entries: Iterable<readonly [key: string, value: string]>;
  readonly volume: KeyVolume;
  readonly nowMs: number;
};

/**
 * The key life as it stands at the start. Its first changes are already waiting in `takeChanges`; commit them, then call `unlinkDestroyed`.
 * @throws KeyMissing when the state lists a living key that the volume lacks, or was made with another identity key (reliability.md R60)
 * @throws StateRefused when a key file is not safe
 */
export async function openKeyLife(options: KeyLifeOptions): Promise<KeyLife> {
  const { volume, nowMs } = options;
  const entries = readKeyEntries(options.entries);
  const identityProof = proofOf(volume.identityKey);
  const living = new Map<string, Map<string, KeyObject>>();
  const life = new KeyLife({ volume, entries, living, identityProof });
  const stored = await volume.list();
  for (const epoch of livingEpochs(entries)) {
    const createdMs = life.timesOf(epoch.site, epoch.day)?.createdMs ?? nowMs;
    if (nowMs - createdMs >= maxAgeMs) life.markDestroyed(epoch.site, epoch.day, nowMs);
  }
  const missing = await readLiving({ volume, entries, living });
  refuseMissing(missing, entries.identityProof !== null && entries.identityProof !== identityProof);
  await settle({ life, volume, stored, nowMs });
  return life;
}

/** What of a state its key volume can still continue. */
export type KeysFound = {
  /** Keys the state counts on. */
  readonly living: number;
  /** All of them can be read, and the identity key is the state's. */
  readonly areWhole: boolean;
  /** The identity key is another one: the positions of this state mean nothing to this volume. */
  readonly areOfOtherVolume: boolean;
};

/** Looks without changing anything; entries and keys that cannot be read count as lost. */
export async function lookAtKeys(entries: Iterable<readonly [key: string, value: string]>, volume: KeyVolume): Promise<KeysFound> {
  const found = entriesOrNull([...entries]);
  if (found === null) return { living: 0, areWhole: false, areOfOtherVolume: true };
  const areOfOtherVolume = found.identityProof !== null && found.identityProof !== proofOf(volume.identityKey);
  return { living: livingEpochs(found).length, areWhole: !areOfOtherVolume && (await canReadLiving(found, volume)), areOfOtherVolume };
}

function entriesOrNull(entries: Iterable<readonly [key: string, value: string]>): KeyEntries | null {
  try {
    return readKeyEntries(entries);
  } catch (error) {
    if (error instanceof StateRefused) return null;
    throw error;
  }
}

async function canReadLiving(entries: KeyEntries, volume: KeyVolume): Promise<boolean> {
  try {
    return (await readLiving({ volume, entries, living: new Map() })).length === 0;
  } catch (error) {
    if (error instanceof StateRefused) return false;
    throw error;
  }
}

/** Lets a state recognise the identity key without knowing it. */
function proofOf(identityKey: KeyObject): string {
  return createHmac('sha256', identityKey).update('tidewatch: the identity key of this state').digest('hex').slice(0, 32);
}

function livingEpochs(entries: KeyEntries): Epoch[] {
  return [...entries.epochs].flatMap(([site, days]) =>
    [...days].filter(([, times]) => times.destroyedMs === null).map(([day]) => ({ site, day })),
  );
}

type Reading = { readonly volume: KeyVolume; readonly entries: KeyEntries; readonly living: Map<string, Map<string, KeyObject>> };

/** Reads the key of every living epoch; answers those that are not there. */
async function readLiving({ volume, entries, living }: Reading): Promise<Epoch[]> {
  const missing: Epoch[] = [];
  for (const { site, day } of livingEpochs(entries)) {
    const key = await volume.read(site, day);
    if (key === null) missing.push({ site, day });
    else living.set(site, (living.get(site) ?? new Map<string, KeyObject>()).set(day, key));
  }
  return missing;
}

function refuseMissing(missing: readonly Epoch[], otherIdentity: boolean): void {
  const lacks = missing.map(({ site, day }) => `the key of site ${site} on ${day}`);
  if (otherIdentity) lacks.push('the identity key the state was made with');
  if (lacks.length === 0) return;
  throw new KeyMissing(
    `The key volume lacks ${lacks.join(', ')}. Mount the key volume that belongs to this state, or begin anew on purpose with \`tidewatch rekey\`.`,
  );
}

type Settling = { readonly life: KeyLife; readonly volume: KeyVolume; readonly stored: readonly StoredKey[]; readonly nowMs: number };

/** Key files the state does not list as living: of a destroyed epoch they go, of an unknown one (a crash before the commit) they are taken in. */
async function settle({ life, volume, stored, nowMs }: Settling): Promise<void> {
  for (const { site, day, writtenMs } of stored) {
    const state = life.stateOf(site, day);
    if (state === 'destroyed') life.unlinkLater({ site, day });
    if (state !== 'missing') continue;
    const key = await volume.read(site, day);
    if (key === null) continue;
    life.adopt({ site, day }, key, Math.min(writtenMs, nowMs));
    if (nowMs - writtenMs >= maxAgeMs) life.markDestroyed(site, day, nowMs);
  }
}
