/** Adds up what sensors read, so that every source has a counter of joules whether it counts energy itself or only says watts. */
import type { Elapsed, PowerSource, Reading, Scope } from './reading.ts';

export type Meter = {
  readonly hwId: string;
  readonly source: PowerSource;
  readonly scope: Scope;
  readonly zone: string;
  readonly watts: number;
  readonly joules: number;
};

type Account = { source: PowerSource; scope: Scope; zone: string; watts: number | null; joules: number; countsItself: boolean; atMs: number; settledMs: number; patienceMs: number };

/** Intervals after which silence means that nothing is known. */
const patience = 3;
/** A fault is shown for so long, however short it was: the longest time between two scrapes, and an export. A fault that no scrape sees would leave a minute known whose energy is not. */
const faultShownMs = 20_000;

export type SensorState = { readonly source: PowerSource; readonly about: 'machine' | 'datacenter'; readonly up: boolean };

export type ReadFrom = { readonly name: string; readonly source: PowerSource; readonly scope: Scope; readonly about?: 'machine' | 'datacenter'; readonly everyMs: number };

export class EnergyLedger {
  readonly #elapsed: Elapsed;
  readonly #accounts = new Map<string, Account>();
  readonly #sensors = new Map<string, SensorState & { readonly untilMs: number }>();
  /** When each sensor last lost some of its power. */
  readonly #faults = new Map<string, number>();
  /** Which accounts a sensor fed last. */
  readonly #fed = new Map<string, readonly string[]>();

  constructor(elapsed: Elapsed) {
    this.#elapsed = elapsed;
  }

  /** A sensor answered; it is up where it knows the power of all it has, since the look before. */
  book(sensor: ReadFrom, readings: readonly Reading[]): void {
    const nowMs = this.#elapsed();
    const isLate = readings.some(({ hwId, joules }) => joules === null && isForgotten(this.#accounts.get(hwId), nowMs));
    for (const reading of readings) this.#bookOne(sensor, reading, nowMs);
    const fed = readings.map(({ hwId }) => hwId);
    for (const hwId of this.#fed.get(sensor.name) ?? []) if (!fed.includes(hwId)) this.#fall(hwId);
    this.#fed.set(sensor.name, fed);
    // The first look at a counter, or one that was set back: what was used since the look before is not known.
    const isWhole = readings.every(({ watts, zone }) => watts !== null || zone === 'part');
    if (isLate || (!isWhole && this.#sensors.has(sensor.name))) this.#faults.set(sensor.name, nowMs);
    this.#sensors.set(sensor.name, { source: sensor.source, about: sensor.about ?? 'machine', up: isWhole, untilMs: nowMs + patience * sensor.everyMs });
  }

  /** A sensor that is there did not answer: its power is unknown from here on, and its counter stands still. */
  fail({ name, source, about = 'machine' }: Pick<ReadFrom, 'name' | 'source' | 'about'>): void {
    for (const hwId of this.#fed.get(name) ?? []) this.#fall(hwId);
    this.#faults.set(name, this.#elapsed());
    this.#sensors.set(name, { source, about, up: false, untilMs: Infinity });
  }

  /** A sensor that hangs says nothing any more, not even that it fails: after three of its intervals it is down. */
  get sensors(): ReadonlyMap<string, SensorState> {
    const nowMs = this.#elapsed();
    return new Map([...this.#sensors].map(([name, { source, about, up, untilMs }]) => [name, { source, about, up: up && nowMs <= untilMs && nowMs - (this.#faults.get(name) ?? -Infinity) >= faultShownMs }]));
  }

  /** Every meter whose power is known now, with the joules up to now. A meter that is silent for three of its intervals is not. */
  meters(): readonly Meter[] {
    const nowMs = this.#elapsed();
    const known: Meter[] = [];
    for (const [hwId, account] of this.#accounts) {
      const { source, scope, zone, watts } = account;
      if (watts === null || isForgotten(account, nowMs)) continue;
      if (!account.countsItself) settle(account, nowMs);
      known.push({ hwId, source, scope, zone, watts, joules: account.joules });
    }
    return known;
  }

  #bookOne({ source, scope, everyMs }: ReadFrom, { hwId, zone, watts, joules }: Reading, nowMs: number): void {
    let account = this.#accounts.get(hwId);
    if (account === undefined) this.#accounts.set(hwId, (account = { source, scope, zone, watts: null, joules: 0, countsItself: false, atMs: nowMs, settledMs: nowMs, patienceMs: patience * everyMs }));
    const countedItself = account.countsItself;
    account.countsItself = joules !== null;
    if (joules !== null) account.joules += joules;
    // The power of the last reading held until this one, unless it was too long ago to know, or its own counter was set back.
    else if (!countedItself && account.watts !== null && !isForgotten(account, nowMs)) settle(account, nowMs);
    account.watts = watts;
    account.atMs = nowMs;
    account.settledMs = nowMs;
  }

  #fall(hwId: string): void {
    const account = this.#accounts.get(hwId);
    if (account !== undefined) account.watts = null;
  }
}

/** Silent for so long that nothing is known of it any more. */
const isForgotten = (account: Account | undefined, nowMs: number): boolean => account !== undefined && nowMs - account.atMs > account.patienceMs;

/** Adds the energy of the held power up to now, each moment once. */
function settle(account: Account, nowMs: number): void {
  account.joules += ((account.watts ?? 0) * (nowMs - account.settledMs)) / 1000;
  account.settledMs = nowMs;
}
