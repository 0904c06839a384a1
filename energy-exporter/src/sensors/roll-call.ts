/** Remembers the meters of a sensor: one that was there and is away makes the rest half a machine, which must not pass for the whole. */
import { SensorFailed } from '../reading.ts';

/** Looks for new meters at every n-th reading: once a minute at the usual interval. */
export const listEvery = 12;

/**
 * A question to be asked with the names of all meters that are there. A name may stand there more than once, and then it is missed as soon as it stands
 * there less often; so a device may come back under another number. Forgets nothing: what was taken out on purpose is missed until the exporter starts anew.
 * @throws SensorFailed where one is away
 */
export function createRollCall(): (names: readonly string[]) => void {
  const known = new Map<string, number>();
  return (names) => {
    const present = new Map<string, number>();
    for (const name of names) present.set(name, (present.get(name) ?? 0) + 1);
    const away = [...known].filter(([name, count]) => (present.get(name) ?? 0) < count).map(([name]) => name);
    for (const [name, count] of present) known.set(name, Math.max(known.get(name) ?? 0, count));
    if (away.length > 0) throw new SensorFailed(`${away.join(' and ')} was there and is away, and the rest is not the machine; restart the exporter if it was taken out for good`);
  };
}
