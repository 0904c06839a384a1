/** What no single setting of `energy` shows: names given twice, services that nothing can be, settings that belong to another kind of sensor. */

type Entry = Readonly<Record<string, unknown>>;

const plugs: readonly unknown[] = ['shelly', 'shelly-gen1', 'tasmota'];
/** Settings that only some kinds of sensors have. */
const kindsOf: Readonly<Record<string, readonly unknown[]>> = {
  url: plugs, channel: plugs, username: plugs, password_file: plugs,
  command: ['ipmi'],
  machine_chips: ['hwmon'],
  curve: ['estimate'], curve_per_cpu: ['estimate'], curve_reference: ['estimate'],
  timeout_milliseconds: [...plugs, 'ipmi'],
}; // prettier-ignore
/** Kinds that read this machine itself: a second one reads the same again, and the recording rules would add both. */
const onlyOnce: readonly unknown[] = ['rapl', 'hwmon', 'estimate'];
/** The name of the rest in the recording rules. */
const reserved = 'unattributed';

/** Looks at whatever has the right shape; each mistake in the words of every other. */
export function energyMistakes(energy: unknown): readonly string[] {
  if (!isEntry(energy)) return [];
  const [sensors, services, prices] = ['sensors', 'services', 'prices'].map((key) => entriesOf(energy[key]));
  return [
    ...twice('energy.sensors: the name', sensors, 'name'),
    ...twice('energy.sensors: a sensor of the kind', (sensors ?? []).filter(({ kind }) => onlyOnce.includes(kind)), 'kind'),
    ...twice('energy.services: the name', services, 'name'),
    ...twice('energy.prices: the site', prices, 'site'),
    ...(sensors ?? []).flatMap(strangersOf),
    ...missingMeters(sensors ?? []),
    ...(services ?? []).flatMap(serviceMistakes),
  ];
}

function strangersOf(sensor: Entry, index: number): readonly string[] {
  const { kind } = sensor;
  return Object.keys(sensor).flatMap((key) => {
    const kinds = kindsOf[key];
    return kinds === undefined || typeof kind !== 'string' || kinds.includes(kind) ? [] : [`energy.sensors.${index}.${key}: a sensor of the kind ${kind} has none; expected it with ${kinds.join(', ')}`];
  });
}

/** A measured PUE is a ratio of two meters: one alone would never give any, and say nothing. */
function missingMeters(sensors: readonly Entry[]): readonly string[] {
  const scopes = sensors.filter(({ zone }) => zone === 'datacenter').map(({ scope }) => scope ?? 'it');
  return scopes.length === 0 ? [] : ['it', 'facility'].filter((scope) => !scopes.includes(scope)).map((scope) => `energy.sensors: a meter with zone: datacenter and scope: ${scope} is missing; expected both of a measured PUE`);
}

function serviceMistakes({ name, hostnames, commands, cgroups }: Entry, index: number): readonly string[] {
  const isNothing = [hostnames, commands, cgroups].every((list) => list === undefined || (Array.isArray(list) && list.length === 0));
  return [
    ...(name === reserved ? [`energy.services.${index}.name: ${reserved} is what belongs to no service; expected another name`] : []),
    ...(isNothing ? [`energy.services.${index}: nothing can be this service; expected hostnames, commands or cgroups`] : []),
  ];
}

function twice(what: string, entries: readonly Entry[] | undefined, key: string): readonly string[] {
  const values = (entries ?? []).flatMap((entry) => (typeof entry[key] === 'string' ? [entry[key]] : []));
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))].map((value) => `${what} ${value} is given twice; expected one each`);
}

const isEntry = (value: unknown): value is Entry => typeof value === 'object' && value !== null && !Array.isArray(value);
const entriesOf = (value: unknown): readonly Entry[] => (Array.isArray(value) ? value.filter(isEntry) : []);
