/** Asks every sensor in its own rhythm and books what it says; one that is slow or broken holds up no other. */
import type { EnergyLedger } from './energy-ledger.ts';
import { SensorAbsent } from './reading.ts';
import type { Sensor } from './reading.ts';

export type PolledSensor = {
  readonly sensor: Sensor;
  /** Configured by name: then its absence is a fault. */
  readonly required: boolean;
};

export type PollOptions = {
  readonly sensors: readonly PolledSensor[];
  readonly ledger: EnergyLedger;
  readonly trouble: (sensor: string, error: unknown) => void;
  readonly recovered: (sensor: string) => void;
};

export type Polling = {
  /** Reads all of them once now. */
  once(): Promise<void>;
  /** Begins the rhythm; the answer ends it. */
  start(): () => void;
};

export function pollSensors({ sensors, ledger, trouble, recovered }: PollOptions): Polling {
  const failing = new Set<string>();
  const poll = async ({ sensor, required }: PolledSensor): Promise<void> => {
    try {
      ledger.book(sensor, await sensor.read());
      if (failing.delete(sensor.name)) recovered(sensor.name);
    } catch (error) {
      const isAbsent = error instanceof SensorAbsent && !required;
      if (!isAbsent) ledger.fail(sensor);
      if (!failing.has(sensor.name)) trouble(sensor.name, error);
      failing.add(sensor.name);
    }
  };
  return {
    async once() {
      await Promise.all(sensors.map(poll));
    },
    start() {
      const timers = sensors.map((polled) => everyQuietly(polled.sensor.everyMs, () => poll(polled)));
      return () => timers.forEach((end) => end());
    },
  };
}

/** Calls again and again, never twice at a time: a call that takes longer than the interval skips beats. */
export function everyQuietly(everyMs: number, call: () => Promise<void>): () => void {
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    void call().finally(() => {
      busy = false;
    });
  }, everyMs);
  return () => clearInterval(timer);
}
