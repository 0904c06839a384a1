/** `tidewatch rekey`: begins anew on purpose where the key volume is lost; what needs no key is kept. */
import { join } from 'node:path';
import { BadUsage } from './bad-usage.ts';
import { readConfig } from './config.ts';
import type { Config } from './config-schema.ts';
import { lookAtKeys } from './keys/open-key-life.ts';
import { openKeyVolumeAnew } from './keys/key-volume.ts';
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
 * @throws ConfigRefused; StateRefused when the state is in use or torn; BadUsage when nothing is lost and nobody said `isMeant`
 */
export async function rekey(configPath: string, isMeant: boolean): Promise<string> {
  const config = readConfig(configPath);
  // First the state, whose lock also keeps the key volume from a processor that runs.
  const store = openSqliteStore({ path: join(config.state_folder, 'state.db') });
  try {
    const volume = await openKeyVolumeAnew({ folder: config.key_folder });
    const { living, areWhole, areOfOtherVolume } = await lookAtKeys(store.scan('key/'), volume);
    const cost = `${living} key(s) and ${openVisits(store)} open visit(s)`;
    if (areWhole && !isMeant) {
      throw new BadUsage(`every key of this state is in ${config.key_folder}, so nothing has to be given up. Rekeying would cost ${cost}, and visitors of today would count twice; if that is meant, say \`tidewatch rekey --yes\``);
    }
    for (const { site, day } of await volume.list()) await volume.destroy(site, day);
    await store.commit({ expectedHead: store.head, puts: [...givenUp(store, areOfOtherVolume), ...closedLedger(store)], bodies: [], delivered: [] });
    return [`rekeyed: ${cost} given up; visitors of today get new tokens and may count twice`, ...readingGoesOn(config, areOfOtherVolume)].join('\n');
  } finally {
    store.close();
  }
}

function givenUp(store: Store, areOfOtherVolume: boolean): Put[] {
  const prefixes = [...keyedPrefixes, ...(areOfOtherVolume ? identifiedPrefixes : [])];
  return prefixes.flatMap((prefix) => [...store.scan(prefix)].map(([key]): Put => [key, null]));
}

/** What happens to the lines that are in the files now. */
function readingGoesOn({ inputs }: Config, areOfOtherVolume: boolean): string[] {
  if (!areOfOtherVolume) return ['reading goes on where it was'];
  const files = inputs.filter(({ path }) => path !== '-');
  const named = (startAt: string): string => files.filter(({ start_at }) => start_at === startAt).map(({ name }) => name).join(', ');
  const [again, later] = [named('beginning'), named('end')];
  return [
    'the identity key is new too, so no file is recognised and reading begins as at a first start:',
    ...(again === '' ? [] : [`  ${again}: from the first line; what was delivered before is delivered and counted once more. To avoid that, set start_at to end for the next start`]),
    ...(later === '' ? [] : [`  ${later}: at the end; what was written since the last stop is left out. To read it, set start_at to beginning for the next start, which delivers the whole file`]),
  ];
}

/** Opened, closed and merged visits; null where there never was one. */
function visitLedger(store: Store): readonly [opened: number, closed: number, merged: number] | null {
  const [stored] = store.scan('ledger/visits');
  const ledger: unknown = stored === undefined ? null : JSON.parse(stored[1]);
  if (!Array.isArray(ledger)) return null;
  const [opened = 0, closed = 0, merged = 0] = ledger.map(Number);
  return [opened, closed, merged];
}

function openVisits(store: Store): number {
  const [opened, closed, merged] = visitLedger(store) ?? [0, 0, 0];
  return opened - closed - merged;
}

/** The visits that are given up count as closed, so that the ledger of visits still balances. */
function closedLedger(store: Store): Put[] {
  const ledger = visitLedger(store);
  if (ledger === null) return [];
  const [opened, , merged] = ledger;
  const closed = opened - merged;
  return [
    ['ledger/visits', JSON.stringify([opened, closed, merged])],
    ['tally/logproc_visits_closed_total/[]', JSON.stringify(closed)],
  ];
}
