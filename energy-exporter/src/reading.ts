/** The nouns of the exporter: what a sensor says, and how it says that it cannot. Imports nothing, so that every room can speak them. */

/** Label `source` of everything about power. */
export type PowerSource = 'rapl' | 'hwmon' | 'ipmi' | 'plug' | 'estimated';

/** `it`: what the machine draws. `facility`: cooling and losses of the building are in it already, so that no PUE is applied. */
export type Scope = 'it' | 'facility';

/** One measured thing at one moment. */
export type Reading = {
  /** Label `hw_id`: unique on the host, such as `rapl/package-0/dram`. */
  readonly hwId: string;
  /** `package`, `dram`, `core`, `uncore`, `psys`; `machine` where it is the whole; `datacenter` for the meters of a PUE. */
  readonly zone: string;
  /** Watts at this moment, or as the mean since the reading before; null at the first look at a counter. */
  readonly watts: number | null;
  /** Joules since the reading before, where the sensor counts energy itself; null where the exporter has to add up watts. */
  readonly joules: number | null;
};

export type Sensor = {
  /** Label `hw_id` of `power_sensor_up`: the configured name. */
  readonly name: string;
  readonly source: PowerSource;
  readonly scope: Scope;
  /** `datacenter` for a meter of the building, whose silence says nothing about the machine. */
  readonly about?: 'machine' | 'datacenter';
  /** How long to wait between two readings. */
  readonly everyMs: number;
  /**
   * Reads everything the sensor has; all of it or nothing, because a part would look like the whole.
   * @throws SensorAbsent where the machine has no such thing, SensorFailed where it has but did not answer
   */
  read(): Promise<readonly Reading[]>;
};

/** The machine has no such sensor. Of a sensor that nobody configured this is no fault. */
export class SensorAbsent extends Error {}

/** The sensor is there and cannot be read now; the message says what to do. */
export class SensorFailed extends Error {}

/** The device wants a login; the message of the challenge says which kind (RFC 9110, section 11.6.1). */
export class LoginWanted extends Error {
  readonly challenge: string;
  constructor(message: string, challenge: string) {
    super(message);
    this.challenge = challenge;
  }
}

/** A clock that never goes back, in milliseconds. */
export type Elapsed = () => number;
