/** Turns the configured sensors into real ones; without any it takes what a machine can have, and the estimate. */
import type { EnergyConfig, SensorConfig } from '../../log-processor/src/config-energy.ts';
import { createUtilisation, readCpuTimes } from './containers/cpu-times.ts';
import type { PolledSensor } from './poll-sensors.ts';
import type { Elapsed, Sensor } from './reading.ts';
import { createEstimate } from './sensors/estimate.ts';
import { createHwmon } from './sensors/hwmon.ts';
import { createIpmi } from './sensors/ipmi.ts';
import { createPlug } from './sensors/plug.ts';
import type { AskJson } from './sensors/plug.ts';
import { createRapl } from './sensors/rapl.ts';

export type SensorTools = {
  readonly energy: EnergyConfig;
  readonly elapsed: Elapsed;
  readonly ask: AskJson;
  /** The one line of a secret file. */
  readonly secret: (path: string) => Promise<string>;
};

export function openSensors(tools: SensorTools): readonly PolledSensor[] {
  const { sensors } = tools.energy;
  return sensors.map((config) => ({ sensor: openSensor(config, tools), required: config.required }));
}

function openSensor(config: SensorConfig, tools: SensorTools): Sensor {
  const { energy, elapsed } = tools;
  const { name } = config;
  const everyMs = (config.interval_seconds ?? energy.interval_seconds) * 1000;
  const timeoutMs = config.timeout_milliseconds;
  switch (config.kind) {
    case 'rapl':
      return createRapl({ name, sysfsFolder: energy.sysfs_folder, everyMs, elapsed });
    case 'hwmon':
      return createHwmon({ name, sysfsFolder: energy.sysfs_folder, machineChips: config.machine_chips, everyMs, elapsed });
    case 'ipmi':
      return createIpmi({ name, command: config.command, everyMs: Math.max(everyMs, 15_000), timeoutMs: Math.max(timeoutMs, 10_000) });
    case 'estimate':
      return createEstimate({ name, curve: config.curve, perCpu: config.curve_per_cpu, everyMs, utilisation: createUtilisation(() => readCpuTimes(energy.proc_folder)) });
    case 'shelly':
    case 'shelly-gen1':
    case 'tasmota':
      return openPlug(config, config.kind, { everyMs, timeoutMs }, tools);
  }
}

type Rhythm = { readonly everyMs: number; readonly timeoutMs: number };

function openPlug(config: SensorConfig, model: 'shelly' | 'shelly-gen1' | 'tasmota', rhythm: Rhythm, { ask, secret }: SensorTools): Sensor {
  const { name, url = '', channel, scope, zone, username, password_file: passwordFile } = config;
  const login = username === undefined || passwordFile === undefined ? null : async () => ({ username, password: await secret(passwordFile) });
  return createPlug({ name, model, url, channel, scope, zone, ...rhythm, login, ask });
}
