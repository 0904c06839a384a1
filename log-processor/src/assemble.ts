/** Puts the processor together around one state: every room is restored from it, and every commit takes all of them along. */
import { Account } from './account/account.ts';
import { createCalendar } from './account/calendar.ts';
import type { Calendar } from './account/calendar.ts';
import type { ClosedVisit } from './account/closed-visit.ts';
import type { Json } from './account/receipt.ts';
import { noDayEnergy } from './ask-prometheus.ts';
import type { DayEnergy } from './day-energy/day-energy.ts';
import { createCount } from './count-hooks.ts';
import type { Config } from './config-schema.ts';
import type { KeyLife } from './keys/key-life.ts';
import { createLedger } from './ledger.ts';
import type { Ledger } from './ledger.ts';
import { createTallies } from './metrics/tallies.ts';
import type { Tallies } from './metrics/tallies.ts';
import { gapMs, openRoad } from './open-road.ts';
import type { RoadTools } from './pipeline.ts';
import type { Clock } from './record.ts';
import type { Scrubber } from './scrub/scrub.ts';
import { allSites } from './site-tools.ts';
import type { Sites } from './site-tools.ts';
import type { Store, StoredBody } from './store/store.ts';
import { transferTotalGrams } from './transfer-carbon.ts';
import { createVocabulary, vocabularyPrefix } from './vocabulary.ts';
import type { Vocabulary } from './vocabulary.ts';

export type RoomParts = {
  readonly config: Config;
  readonly store: Store;
  readonly keyLife: KeyLife;
  readonly clock: Clock;
  readonly scrub: Scrubber;
  /** Programs and data a receipt names. */
  readonly versions: Json;
  readonly sha256: (text: string) => string;
  /** L of the watermark in milliseconds; Infinity where everything is read before anything closes. */
  readonly graceMs: number;
  /** The state was restored from a backup: its numbers were passed already, so they begin at 0. */
  readonly restored: boolean;
  readonly closed: (visit: ClosedVisit) => void;
  /** The `energy` of a day's receipt, as far as it is known now; left out where nobody measures. */
  readonly energyOf?: DayEnergy['of'];
  readonly lookUpCountry?: (address: string) => string | null;
};

export type Rooms = {
  readonly calendar: Calendar;
  readonly tallies: Tallies;
  readonly ledger: Ledger;
  readonly vocabulary: Vocabulary;
  readonly account: Account;
  readonly road: RoadTools;
  readonly sites: Sites;
  /** The key of a site's day, or why there is none. */
  readonly keyOf: (site: string, day: string) => ReturnType<KeyLife['stateOf']>;
  /** IANA zone of a site. */
  readonly zoneOf: (site: string) => string;
  /** Whatever remembers which token an address had: called when a key dies, so that no memory outlives it. */
  readonly forgetting: (() => void)[];
};

/** L of the design: above nginx's `flush`, so that lines of all workers are there. */
export const watermarkGraceMs = 120_000;

export function restoreRooms(parts: RoomParts): Rooms {
  const { config, store, keyLife, clock } = parts;
  const configured = new Map(allSites(config.sites).map((site) => [site.name, site]));
  const zoneOf = (site: string): string => configured.get(site)?.zone ?? 'UTC';
  const calendar = createCalendar(zoneOf);
  const tallies = createTallies();
  tallies.restore(store.scan('tally/'));
  const shown = new Map([...configured].map(([name, site]) => [name, new Set(site.shown_values)]));
  const vocabulary = createVocabulary({
    threshold: config.anonymity_threshold,
    always: (site, value) => shown.get(site)?.has(value) === true,
    entries: store.scan(vocabularyPrefix),
  });
  const account = new Account({
    calendar,
    sites: new Map([...configured].map(([name, site]) => [name, { assetsElsewhere: site.assets_elsewhere }])),
    gapMs,
    graceMs: parts.graceMs,
    k: config.anonymity_threshold,
    versions: parts.versions,
    observed: (site, day) => ({ ...keyTimes(keyLife, clock, site, day), ...(parts.energyOf ?? noDayEnergy.of)(site, day) }),
    sha256: parts.sha256,
    transferGrams: transferTotalGrams,
    count: createCount({ tallies, calendar, isKeyless: (site, day) => keyOf(site, day) === 'destroyed', closed: parts.closed }),
  });
  const keyOf = createKeyOf({ keyLife, calendar, account });
  account.restore(store.scan(''));
  const road = openRoad({
    config,
    calendar,
    vocabulary,
    scrub: parts.scrub,
    keyOf,
    scrubbed: (pattern) => tallies.counter('logproc_scrubbed_total', [pattern]).add(1),
    ...(parts.lookUpCountry === undefined ? {} : { lookUpCountry: parts.lookUpCountry }),
  });
  return { calendar, tallies, ledger: restoreLedger(tallies, store.bodies(), parts.restored), vocabulary, account, road: road.tools, sites: road.sites, keyOf, zoneOf, forgetting: [() => road.tools.forget()] };
}

type KeyTools = { readonly keyLife: KeyLife; readonly calendar: Calendar; readonly account: Account };

/** A day that is over by the watermark gets no key any more: its lines are keyless, as if the key had been destroyed in time. */
function createKeyOf({ keyLife, calendar, account }: KeyTools): (site: string, day: string) => ReturnType<KeyLife['stateOf']> {
  return (site, day) => {
    const state = keyLife.stateOf(site, day);
    if (state !== 'missing') return state;
    return account.watermark.valueMs > endOf(calendar, site, day) + gapMs ? 'destroyed' : 'missing';
  };
}

/** The first instant after a day of a site. */
export function endOf(calendar: Calendar, site: string, day: string): number {
  // Noon UTC lies in the same calendar day in nearly every zone; the name decides for the others.
  const noonMs = Date.parse(`${day}T12:00:00Z`);
  for (const candidateMs of [noonMs, noonMs - 43_200_000, noonMs + 43_200_000]) {
    const found = calendar.dayOf(site, candidateMs);
    if (found.day === day) return found.endMs;
  }
  return noonMs + 43_200_000;
}

/** What only the clock knows of a day: when its key was made and destroyed. */
function keyTimes(keyLife: KeyLife, clock: Clock, site: string, day: string): { readonly [key: string]: Json } {
  const times = keyLife.timesOf(site, day);
  const iso = (timeMs: number): string => new Date(timeMs).toISOString();
  return {
    key_created: times === null ? null : iso(times.createdMs),
    key_destroyed: times === null ? null : iso(times.destroyedMs ?? clock.nowMs()),
  };
}

/** What is in the outbox is in flight. After a restore the numbers begin at 0, and what is in flight counts as read again. */
function restoreLedger(tallies: Tallies, bodies: readonly StoredBody[], restored: boolean): Ledger {
  const inFlight = new Map<string, number>();
  for (const { input, lines } of bodies) if (input !== '') inFlight.set(input, (inFlight.get(input) ?? 0) + lines);
  if (restored) {
    tallies.reset();
    for (const [input, lines] of inFlight) tallies.counter('logproc_lines_read_total', [input]).add(lines);
  }
  return createLedger(tallies, inFlight);
}
