/** RAPL: the processor's own energy counters, as Linux shows them under class/powercap. https://docs.kernel.org/power/powercap/powercap.html */
import { join } from 'node:path';
import type { Elapsed, Reading, Sensor } from '../reading.ts';
import { createRollCall, listEvery } from './roll-call.ts';
import { absent, listSysfs, oneByOne, readSysfs, readSysfsNumber } from './sysfs.ts';

export type RaplOptions = { readonly name: string; readonly sysfsFolder: string; readonly everyMs: number; readonly elapsed: Elapsed };

type Zone = { readonly hwId: string; readonly zone: string; readonly path: string; readonly maxMicrojoules: number };
/** `package-1`, `psys-1`, and `package-0-die-1` where a package has several dies. */
const numbered = /-\d+(?:-die-\d+)?$/;

type Seen = { readonly microjoules: number; readonly atMs: number };

/** More than any processor package draws: a counter that could have wrapped twice at this power says nothing. */
const mostWatts = 1500;

/** Zones overlap (package holds core and uncore, psys holds package): the recording rules choose, nothing is added up here. */
export function createRapl({ name, sysfsFolder, everyMs, elapsed }: RaplOptions): Sensor {
  let zones: readonly Zone[] | null = null;
  let readings = 0;
  const callTheRoll = createRollCall();
  const seen = new Map<string, Seen>();
  const readZone = async (zone: Zone): Promise<Reading> => {
    const now: Seen = { microjoules: await readSysfsNumber(join(zone.path, 'energy_uj')), atMs: elapsed() };
    const before = seen.get(zone.hwId);
    seen.set(zone.hwId, now);
    return { hwId: zone.hwId, zone: zone.zone, ...since(before, now, zone.maxMicrojoules) };
  };
  return {
    name, source: 'rapl', scope: 'it', everyMs,
    async read() {
      try {
        if (zones === null || readings % listEvery === 0) {
          zones = await findZones(name, join(sysfsFolder, 'class', 'powercap'));
          callTheRoll(zones.map(({ hwId }) => hwId));
        }
        readings += 1;
        return await oneByOne(zones, readZone);
      } catch (error) {
        zones = null; // a module may have been loaded or taken away
        throw error;
      }
    },
  }; // prettier-ignore
}

/** Joules and mean watts between two looks at a counter that starts again after its largest value. */
function since(before: Seen | undefined, now: Seen, maxMicrojoules: number): Pick<Reading, 'watts' | 'joules'> {
  const seconds = before === undefined ? 0 : (now.atMs - before.atMs) / 1000;
  if (before === undefined || seconds <= 0 || seconds * mostWatts * 1e6 > maxMicrojoules) return { watts: null, joules: null };
  const wrapped = now.microjoules < before.microjoules ? maxMicrojoules : 0;
  const joules = (now.microjoules - before.microjoules + wrapped) / 1e6;
  // A counter that was set to 0 looks like a wrap; no package draws that much.
  return joules / seconds > mostWatts ? { watts: null, joules: null } : { watts: joules / seconds, joules };
}

/** `intel-rapl:0` and `intel-rapl:0:1`, also on AMD; the mmio copies of the same zones stay out. */
async function findZones(name: string, folder: string): Promise<readonly Zone[]> {
  const folders = (await listSysfs(folder)).filter((entry) => /^intel-rapl:\d+(?::\d+)?$/.test(entry));
  if (folders.length === 0) throw absent(`no RAPL under ${folder} (a virtual machine has none; on bare metal: modprobe intel_rapl_common)`);
  const names = new Map<string, string>();
  const zones: Zone[] = [];
  for (const entry of folders) {
    const path = join(folder, entry);
    const label = await readSysfs(join(path, 'name'));
    if (label === null) throw absent(`${path} has no name`);
    const parent = names.get(entry.replace(/:\d+$/, ''));
    const hwId = parent === undefined ? `${name}/${label}` : `${parent}/${label}`;
    names.set(entry, hwId);
    zones.push({ hwId, zone: label.replace(numbered, ''), path, maxMicrojoules: await readSysfsNumber(join(path, 'max_energy_range_uj')) });
  }
  return zones;
}
