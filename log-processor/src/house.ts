/** The whole processor of one configuration, from its state to its doors; `main` opens it, tests open it, and both close it. */
import { join } from 'node:path';
import { energyReadyMs, openDayEnergy } from './ask-prometheus.ts';
import { restoreRooms, watermarkGraceMs } from './assemble.ts';
import type { Rooms } from './assemble.ts';
import { createCommitted } from './committed.ts';
import type { Committed } from './committed.ts';
import type { Config } from './config-schema.ts';
import { doubtAtStart } from './delivery-doubt.ts';
import { createLiveGauges } from './gauges.ts';
import { showThresholds } from './show-thresholds.ts';
import { sha256 } from './keys/digest.ts';
import { openKeyLife } from './keys/open-key-life.ts';
import type { KeyLife } from './keys/key-life.ts';
import { openKeyVolume } from './keys/key-volume.ts';
import { readWitness, writeWitness } from './keys/witness.ts';
import type { Door } from './door/door.ts';
import type { Delivery } from './loki/deliver.ts';
import type { Logger } from './logger.ts';
import { noteWaiting, sayRawLogs, troubleOf } from './house-words.ts';
import { Losses } from './losses.ts';
import { createRegistry } from './metrics/registry.ts';
import type { MetricsRegistry } from './metrics/registry.ts';
import { openOutput } from './open-output.ts';
import type { OpenedOutput } from './open-output.ts';
import { openFinishedSources, openFollowedSources } from './open-sources.ts';
import type { OpenedSources } from './open-sources.ts';
import type { Processor } from './processor.ts';
import type { Clock } from './record.ts';
import { connect } from './run-processor.ts';
import { patternNames } from './scrub/pattern-names.ts';
import { createScrubber } from './scrub/scrub.ts';
import type { SiteSums } from './server/live-figures.ts';
import { siteSums } from './site-figures.ts';
import { openSqliteStore } from './store/sqlite-store.ts';
import type { Store } from './store/store.ts';
import { systemClock } from './system-clock.ts';
import { version, versions } from './version.ts';

export type HouseOptions = {
  readonly config: Config;
  readonly logger: Logger;
  /** `followed` waits for more lines; `finished` reads files to their end and closes everything. */
  readonly inputs: 'followed' | 'finished';
  readonly clock?: Clock;
  readonly pollMs?: number;
};

export type House = {
  readonly config: Config;
  readonly processor: Processor;
  readonly rooms: Rooms;
  readonly store: Store;
  readonly keyLife: KeyLife;
  readonly registry: MetricsRegistry;
  /** Sums of each site as of the last durable commit. */
  readonly committed: Committed<readonly SiteSums[]>;
  readonly delivery: Delivery | null;
  /** Null where nobody may push. */
  readonly door: Door | null;
  readonly sources: OpenedSources;
  readonly output: OpenedOutput;
  /** What of finished inputs could not be read. */
  readonly losses: Losses;
  /** Why the processor cannot do its work now; empty while it can. */
  readonly problems: () => readonly string[];
  close(): Promise<void>;
};

/** Bytes of lines that one commit takes at most. Many, because a visit that opens and closes within one commit never costs the state a row (4% of all CPU on a day that is read at once). */
const batchBytes = 67_108_864;
/** How long an orderly end waits for Loki. */
const drainMs = 8_000;

/** @throws StateRefused, KeyMissing, PositionRefused: what only a person can decide; StoreUnavailable when a folder cannot be written */
export async function openHouse(options: HouseOptions): Promise<House> {
  const { config, logger, clock = systemClock } = options;
  const store = openSqliteStore({ path: join(config.state_folder, 'state.db'), program: `tidewatch ${version}` });
  try {
    return await openRooms(options, store, clock);
  } catch (error) {
    store.close();
    logger.debug('the state was closed again');
    throw error;
  }
}

async function openRooms(options: HouseOptions, store: Store, clock: Clock): Promise<House> {
  const { config, logger } = options;
  const volume = await openKeyVolume({ folder: config.key_folder });
  const keyLife = await openKeyLife({ entries: store.scan('key/'), volume, nowMs: clock.nowMs() });
  const restored = (readWitness(config.key_folder) ?? 0) > store.head;
  if (restored) logger.warn('this state was restored from a backup: counters begin at 0, and every body is compared with what Loki has', { head: store.head });
  const energy = openDayEnergy({ config, clock, rooms: () => rooms, logger });
  const rooms: Rooms = restoreRooms({
    config, store, keyLife, clock, versions, sha256, restored, scrub: createScrubber({}),
    graceMs: options.inputs === 'finished' ? Infinity : watermarkGraceMs,
    closed: () => undefined, energyOf: (site, day) => energy.of(site, day),
  }); // prettier-ignore
  await energy.ready(energyReadyMs);
  const committed = createCommitted((nowMs) => siteSums(rooms, config.anonymity_threshold, nowMs), () => clock.nowMs());
  const [waiting, losses] = [new Map<string, string>(), new Losses(options.inputs)];
  const registry = openRegistry({ config, rooms, store, keyLife, clock, sources: () => processor.sources, oldestRawLineMs: () => sources.oldestLineMs() });
  const doubt = doubtAtStart({ store, restored, watermarkMs: rooms.account.watermark.valueMs, nowMs: clock.nowMs() });
  const output = await openOutput({ config, store, clock, uncertainAtStart: doubt.uncertainAtStart, observe: (outcome, seconds, kind) => registry.pushed(kind, outcome, seconds) });
  const sources = await openSources(options, rooms, store, volume.identityKey);
  const { processor, delivery, door } = connect({
    config, rooms, store, keyLife, sources, clock, committed,
    output: output.output, openDelivery: output.openDelivery,
    ...(options.inputs === 'followed' ? { door: { identityKey: volume.identityKey, logger } } : {}),
    doubt: doubt.puts,
    beat: () => energy.look(),
    finishes: options.inputs === 'finished',
    witness: (head) => writeWitness(config.key_folder, head, (error) => logger.often('witness', 'warn', 'the key folder cannot be written; until it can, a state restored from a backup may not be told from this one', { error })),
    waiting: (what, reason) => noteWaiting(waiting, logger, what, reason),
    lost: (input, reason, bytes) => losses.add(input, reason, bytes),
    observeCommit: (seconds) => registry.committed(seconds),
    rawLogsDeleted: (input, files, trouble) => sayRawLogs(logger, input, files, trouble),
    refused: (kind) => logger.often(`refused ${kind}`, 'warn', 'Loki takes a line no more (too old, or refused); it exists in the counts only', { stream: kind }),
    options: { commitIntervalMs: config.commit_interval_milliseconds, pollMs: options.pollMs ?? 250, batchBytes, drainMs },
  }); // prettier-ignore
  return {
    config, processor, rooms, store, keyLife, registry, committed, delivery, door, sources, output, losses,
    problems: () => [...waiting.values(), ...troubleOf(delivery)],
    close: () => output.close().then(() => store.close()),
  }; // prettier-ignore
}

function openSources({ config, inputs }: HouseOptions, rooms: Rooms, store: Store, identityKey: Parameters<typeof openFollowedSources>[0]['identityKey']): Promise<OpenedSources> {
  const parts = {
    config,
    sites: rooms.sites,
    identityKey,
    positions: new Map([...store.scan('position/')].map(([key, value]) => [key.slice('position/'.length), value])),
    lineNumbers: new Map([...store.scan('line/')].map(([key, value]) => [key.slice('line/'.length), Number(value)])),
    standardInput: process.stdin,
  };
  return inputs === 'finished' ? openFinishedSources(parts) : openFollowedSources(parts);
}

type RegistryParts = { readonly config: Config; readonly rooms: Rooms; readonly store: Store; readonly keyLife: KeyLife; readonly clock: Clock; readonly sources: () => Processor['sources']; readonly oldestRawLineMs: () => Promise<number | null> };

function openRegistry({ config, rooms, store, keyLife, clock, sources, oldestRawLineMs }: RegistryParts): MetricsRegistry {
  const { calendar, account, tallies, sites } = rooms;
  const refresh = createLiveGauges({
    registry: () => registry,
    account, store, keyLife, sources, oldestRawLineMs,
    sites: sites.names,
    nowMs: () => clock.nowMs(),
    daysOf: (site, nowMs) => {
      const { day, startMs } = calendar.dayOf(site, nowMs);
      return { today: day, before: calendar.dayOf(site, startMs - 1).day };
    },
  }); // prettier-ignore
  const registry = createRegistry({ tallies, version, revision: 'unknown', known: { sites: sites.names, inputs: [...config.inputs, ...config.senders].map(({ name }) => name), patterns: patternNames }, refresh });
  showThresholds(config, registry);
  return registry;
}
