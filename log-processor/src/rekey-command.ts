/** `tidewatch rekey`: begins anew on purpose where the key volume is lost; what needs no key is kept. */
import { join } from 'node:path';
import { readConfig } from './config.ts';
import { isOfOtherVolume } from './keys/open-key-life.ts';
import { openKeyVolume } from './keys/key-volume.ts';
import type { Put } from './record.ts';
import type { Store } from './store/store.ts';
import { openSqliteStore } from './store/sqlite-store.ts';
import { vocabularyPrefix } from './vocabulary.ts';

/** Entries that mean nothing without the keys they were made with: key times, open visits, today's visitors, who had which value. */
const keyedPrefixes = ['key/', 'visit/', 'seen/', vocabularyPrefix];
/** Positions hold fingerprints made with the identity key. */
const identifiedPrefixes = ['position/'];

/**
 * Gives up what only the lost keys could continue, in one commit, and says in words what that was. Counters, the ledger, receipts and the
 * outbox stay. Where the identity key was lost too, reading begins as at a first start, because no file can be recognised any more.
 * @throws ConfigRefused, StateRefused when the state is in use or torn
 */
export async function rekey(configPath: string): Promise<string> {
  const config = readConfig(configPath);
  const volume = await openKeyVolume({ folder: config.key_folder });
  const store = openSqliteStore({ path: join(config.state_folder, 'state.db') });
  try {
    const begins = isOfOtherVolume(store.scan('key/'), volume);
    const prefixes = [...keyedPrefixes, ...(begins ? identifiedPrefixes : [])];
    const puts: Put[] = prefixes.flatMap((prefix) => [...store.scan(prefix)].map(([key]): Put => [key, null]));
    const visits = puts.filter(([key]) => key.startsWith('visit/')).length;
    const keys = puts.filter(([key]) => key.startsWith('key/epoch/')).length;
    for (const { site, day } of await volume.list()) await volume.destroy(site, day);
    await store.commit({ expectedHead: store.head, puts: [...puts, ...closedLedger(store)], bodies: [], delivered: [] });
    const reading = begins ? 'reading begins as at a first start' : 'reading goes on where it was';
    return `rekeyed: ${keys} key(s) and ${visits} open visit(s) given up; visitors of today get new tokens and may count twice; ${reading}`;
  } finally {
    store.close();
  }
}

/** The visits that are given up count as closed, so that the ledger of visits still balances. */
function closedLedger(store: Store): Put[] {
  const [stored] = store.scan('ledger/visits');
  const ledger: unknown = stored === undefined ? null : JSON.parse(stored[1]);
  if (!Array.isArray(ledger)) return [];
  const [opened, , merged] = ledger.map(Number);
  const closed = (opened ?? 0) - (merged ?? 0);
  return [
    ['ledger/visits', JSON.stringify([opened, closed, merged])],
    ['tally/logproc_visits_closed_total/[]', JSON.stringify(closed)],
  ];
}
