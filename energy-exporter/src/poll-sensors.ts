/** Asks every sensor in its own rhythm and books what it says; one that is slow or broken holds up no other. */
import type { EnergyLedger } from './energy-ledger.ts';
import { SensorAbsent, SensorFailed } from './reading.ts';
import type { Reading, Sensor } from './reading.ts';

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
  /** After this a reading that has not ended counts as a fault. Programs and plugs have shorter limits of their own; a file of the kernel has none. */
  readonly longestMs?: number;
};

export type Polling = {
  /** Reads all of them once now. */
  once(): Promise<void>;
  /** Begins the rhythm; the answer ends it. */
  start(): () => void;
};

const usualLongestMs = 61_000;

export function pollSensors({ sensors, ledger, trouble, recovered, longestMs = usualLongestMs }: PollOptions): Polling {
  const failing = new Set<string>();
  const hanging = new Set<string>();
  const answered = new Set<string>();
  const poll = async ({ sensor, required }: PolledSensor): Promise<void> => {
    // A second look beside one that hangs would hang too.
    if (hanging.has(sensor.name)) return;
    try {
      hanging.add(sensor.name);
      ledger.book(sensor, await within(longestMs, sensor.read().finally(() => hanging.delete(sensor.name))));
      answered.add(sensor.name);
      if (failing.delete(sensor.name)) recovered(sensor.name);
    } catch (error) {
      // What answered before is not absent: it was taken away.
      const isAbsent = error instanceof SensorAbsent && !required && !answered.has(sensor.name);
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

/** @throws SensorFailed when the time is over */
async function within(longestMs: number, reading: Promise<readonly Reading[]>): Promise<readonly Reading[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new SensorFailed(`no answer for ${Math.round(longestMs / 1000)} s: it hangs`)), longestMs);
  });
  return Promise.race([reading, late]).finally(() => clearTimeout(timer));
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
