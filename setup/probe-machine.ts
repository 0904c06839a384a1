/** Looks at what power sensors and processor a machine has, and says which profile of compose.yaml fits it. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export type Machine = {
  /** As Node names it: `x64`, `arm64`. */
  readonly architecture: string;
  /** Names of the RAPL zones, such as `intel-rapl:0`; empty on nearly every virtual machine. */
  readonly raplZones: readonly string[];
};

/** @param sysFolder where /sys of the machine is seen from here */
export function probeMachine(sysFolder: string, architecture: string): Machine {
  const powercap = join(sysFolder, 'class', 'powercap');
  const zones = existsSync(powercap) ? readdirSync(powercap).filter((name) => /^intel-rapl:\d+$/.test(name)) : [];
  return { architecture, raplZones: zones.filter((zone) => existsSync(join(powercap, zone, 'energy_uj'))).sort() };
}

/** Sentences for the person who starts the stack. */
export function adviceFor({ architecture, raplZones }: Machine): string[] {
  if (raplZones.length === 0) {
    return [
      `This machine (${architecture}) shows no RAPL counters, as most virtual machines and laptops in a virtual machine do not.`,
      'Watts come from a plug, from IPMI, or from the labelled estimate of the energy exporter. The profile `metal` would end at once here.',
    ];
  }
  const sensors = `This machine (${architecture}) has ${raplZones.length} RAPL zone(s): set ENERGY_USER=0:0 in .env, so that the energy exporter can read them.`;
  // The image of Kepler 0.11 is for amd64 only.
  if (architecture !== 'x64') return [sensors, 'Kepler has no image for this architecture, so the profile `metal` does not fit.'];
  return [sensors, 'Watts for each container, from Kepler: docker compose --profile metal up -d'];
}
