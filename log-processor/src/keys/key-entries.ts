/** How the life of the keys is written in the state: entries that say when a key began and ended, never what it was. */
import type { Put } from '../record.ts';
import { StateRefused } from '../store/store.ts';
import type { Epoch } from './key-name.ts';

/** When a key began and ended, in milliseconds since 1970. */
export type KeyTimes = { readonly createdMs: number; readonly destroyedMs: number | null };

export type KeyEntries = {
  /** site -> day -> times */
  readonly epochs: Map<string, Map<string, KeyTimes>>;
  /** site -> the day up to which every epoch is destroyed and forgotten */
  readonly forgotten: Map<string, string>;
  /** Proof of the identity key this state was made with; null in a fresh state. */
  readonly identityProof: string | null;
};

const identityKey = 'key/identity';
const forgottenPrefix = 'key/forgotten/';
const epochPrefix = 'key/epoch/';

export function epochPut(epoch: Epoch, times: KeyTimes | null): Put {
  return [`${epochPrefix}${epoch.day}/${epoch.site}`, times === null ? null : JSON.stringify(times)];
}

export function forgottenPut(site: string, day: string): Put {
  return [`${forgottenPrefix}${site}`, JSON.stringify(day)];
}

export function identityPut(proof: string): Put {
  return [identityKey, JSON.stringify(proof)];
}

/** Reads every entry under `key/`. @throws StateRefused for one that is none of the three kinds */
export function readKeyEntries(entries: Iterable<readonly [key: string, value: string]>): KeyEntries {
  const found: { epochs: KeyEntries['epochs']; forgotten: KeyEntries['forgotten']; identityProof: string | null } = {
    epochs: new Map(),
    forgotten: new Map(),
    identityProof: null,
  };
  for (const [key, value] of entries) {
    if (key === identityKey) found.identityProof = textOf(key, value);
    else if (key.startsWith(forgottenPrefix)) found.forgotten.set(key.slice(forgottenPrefix.length), textOf(key, value));
    else setTimes(found.epochs, epochOfKey(key), timesOf(key, value));
  }
  return found;
}

/** Sets the times of an epoch in a map of maps. */
export function setTimes(epochs: KeyEntries['epochs'], epoch: Epoch, times: KeyTimes): void {
  const days = epochs.get(epoch.site) ?? new Map<string, KeyTimes>();
  days.set(epoch.day, times);
  epochs.set(epoch.site, days);
}

function epochOfKey(key: string): Epoch {
  const slash = key.indexOf('/', epochPrefix.length);
  if (!key.startsWith(epochPrefix) || slash === -1) throw refusal(key);
  return { day: key.slice(epochPrefix.length, slash), site: key.slice(slash + 1) };
}

function timesOf(key: string, value: string): KeyTimes {
  const parsed = parse(key, value);
  if (typeof parsed !== 'object' || parsed === null || !('createdMs' in parsed) || !('destroyedMs' in parsed)) throw refusal(key);
  const { createdMs, destroyedMs } = parsed;
  if (typeof createdMs !== 'number' || (destroyedMs !== null && typeof destroyedMs !== 'number')) throw refusal(key);
  return { createdMs, destroyedMs };
}

function textOf(key: string, value: string): string {
  const parsed = parse(key, value);
  if (typeof parsed !== 'string') throw refusal(key);
  return parsed;
}

function parse(key: string, value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    throw refusal(key); // the parser's own message would quote the value
  }
}

function refusal(key: string): StateRefused {
  return new StateRefused(`State entry ${key}: not as this program writes it. Restore the state from a backup, or run \`tidewatch rekey\`.`);
}
