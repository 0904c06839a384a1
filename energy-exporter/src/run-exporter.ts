/** Joins sensors, containers, grid and facts to the collector, and keeps them going until it is told to stop. */
import { readCpuTimes, withoutStepsBack } from './containers/cpu-times.ts';
import type { CpuTimes } from './containers/cpu-times.ts';
import type { Containers } from './containers/watch-containers.ts';
import type { EnergyLedger } from './energy-ledger.ts';
import type { Facts } from './facts.ts';
import type { Health } from './health-page.ts';
import type { Intensity } from './intensity/intensity.ts';
import type { KeptIntensity } from './intensity/keep-intensity.ts';
import type { Sample } from './otlp/metric-data.ts';
import { everyQuietly } from './poll-sensors.ts';
import type { Polling } from './poll-sensors.ts';
import { samplesOf } from './samples.ts';

export type ExporterParts = {
  readonly ledger: EnergyLedger;
  readonly polling: Polling;
  /** Null where the machine shows no cgroups. */
  readonly containers: Containers | null;
  readonly procFolder: string;
  readonly kept: readonly KeptIntensity[];
  /** What stands in the configuration or in a table and never changes. */
  readonly fixed: readonly Intensity[];
  readonly facts: Facts;
  readonly everyMs: number;
  /** Milliseconds of a clock that never jumps. */
  readonly elapsed: () => number;
  readonly trouble: (what: 'processor times' | 'containers', error: unknown) => void;
};

export type Exporter = {
  samples(): readonly Sample[];
  health(): Health;
  /** Reads everything once. */
  readOnce(): Promise<void>;
  /** Begins the rhythm; the answer ends it. */
  start(): () => void;
};

/** How often it is looked whether a provider may be asked again; how often it is asked is up to each. */
const lookMs = 60_000;
/** So many readings may be missed before the exporter calls itself stuck. */
const missedReadings = 6;

export function openExporter(parts: ExporterParts): Exporter {
  const { ledger, polling, containers, kept, everyMs, elapsed } = parts;
  let [cpuTimes, lastTimes]: (CpuTimes | null)[] = [null, null];
  let readMs: number | null = null;
  const readMachine = async (): Promise<void> => {
    try {
      cpuTimes = lastTimes = withoutStepsBack(lastTimes ?? null, readCpuTimes(parts.procFolder));
      readMs = elapsed();
    } catch (error) {
      cpuTimes = null;
      parts.trouble('processor times', error);
    }
    try {
      await containers?.read();
    } catch (error) {
      parts.trouble('containers', error);
    }
  };
  const refresh = async (): Promise<void> => {
    await Promise.all(kept.map((intensity) => intensity.refresh()));
  };
  const intensities = (): readonly Intensity[] => [...kept.map((intensity) => intensity.current()).filter((value) => value !== null), ...parts.fixed];
  return {
    samples: () => samplesOf({ ledger, cpuTimes: cpuTimes ?? null, services: containers?.services ?? new Map(), containers: containers?.containers ?? new Map(), intensities: intensities(), facts: parts.facts }),
    health: () => ({
      ageSeconds: readMs === null ? null : (elapsed() - readMs) / 1000,
      limitSeconds: (missedReadings * everyMs) / 1000,
      sensors: [...ledger.sensors].map(([name, { source, up }]) => [name, source, up] as const),
      services: containers?.services.size ?? 0,
      unnamed: containers?.unnamed ?? 0,
    }),
    async readOnce() {
      await Promise.all([polling.once(), readMachine(), refresh()]);
    },
    start() {
      const ends = [polling.start(), everyQuietly(everyMs, readMachine), everyQuietly(lookMs, refresh)];
      return () => ends.forEach((end) => end());
    },
  };
}
