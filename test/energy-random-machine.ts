/** Random machines for the laws of energy: sources that come and go, exporters that start anew, shares by Kepler or by cgroups; and what is expected of them. */
import fc from 'fast-check';

/** Ten minutes of looks, one every 15 s. */
export const looks = 41;
/** A minute is known until something breaks: nothing does before the second is over. */
const late = fc.integer({ min: 8, max: looks - 2 });
const hole = fc.record({ from: late, length: fc.integer({ min: 1, max: 12 }) });

/** Watts of each possible reading; null where the machine has none, `down` where it is there and does not answer, 0 where it measures nothing. */
const power = fc.option(
  fc.record({
    watts: fc.integer({ min: -60, max: 400 }).map((watts) => Math.max(0, watts)),
    down: fc.boolean(),
    /** For some looks it does not answer, and the exporter says so. */
    hole: fc.option(hole, { freq: 2 }),
  }),
  { freq: 2 },
);
const service = fc.record({
  used: fc.integer({ min: 0, max: 1000 }),
  limit: fc.option(fc.integer({ min: 1, max: 400 })),
  /** What Kepler sees of it, and whether under its name, under its id where the exporter knows the name, or under an id that nobody knows. */
  kepler: fc.record({ watts: fc.integer({ min: 0, max: 50 }), name: fc.constantFrom('name', 'known id', 'unknown id') }),
  /** The look at which its first container started; the exact formula is asked for where all of them run. */
  from: fc.option(late, { freq: 4 }).map((from) => from ?? 0),
});

export const machine = fc.record({
  plug: power,
  facilityPlug: power,
  ipmi: power,
  rapl: power,
  estimate: power,
  building: fc.option(fc.record({ facility: fc.integer({ min: 100, max: 250 }), down: fc.boolean() })),
  /** The exporter starts anew so fast that no look is missed; or it, or the way to it, is away for a while. */
  restart: fc.option(late, { freq: 2 }),
  away: fc.option(hole, { freq: 2 }),
  kepler: fc.option(fc.record({ nodeWatts: fc.integer({ min: 0, max: 200 }), restart: fc.option(late) })),
  cpus: fc.integer({ min: 1, max: 64 }),
  busy: fc.integer({ min: 0, max: 1000 }),
  services: fc.array(service, { maxLength: 5 }),
  pue: fc.integer({ min: 100, max: 250 }),
  intensity: fc.option(fc.integer({ min: 1, max: 900 }), { freq: 3 }),
});
export type Machine = typeof machine extends fc.Arbitrary<infer T> ? T : never;
export type Reading = Machine['plug'];

const within = (look: number, span: { readonly from: number; readonly length: number } | null): boolean => span !== null && look >= span.from && look < span.from + span.length;

/** Whether Prometheus has a sample of the exporter at a look. */
export const isHere = ({ away }: Machine, look: number): boolean => look >= 0 && !within(look, away);
export const isUp = (reading: NonNullable<Reading>, look: number): boolean => !reading.down && !within(look, reading.hole);

/** The law of the minute, written a second time: all four looks and one before them, all well, and no new start since the look before. */
function isWhole(random: Machine, reading: NonNullable<Reading>, minute: number): boolean {
  const last = minute * 4;
  const four = [last - 3, last - 2, last - 1, last];
  const before = [last - 4, last - 5].filter((look) => isHere(random, look)).length;
  return four.every((look) => isHere(random, look) && isUp(reading, look)) && before > 0 && !(reading.watts > 0 && beganAnew(random, last));
}

/** Whether a fall of the counter can be seen among the looks of 80 s: the last one before the new start is among them, and said more than 0. */
function beganAnew(random: Machine, last: number): boolean {
  const { restart } = random;
  if (restart === null || restart > last) return false;
  const seen = Array.from({ length: 6 }, (_, index) => last - 5 + index).filter((look) => isHere(random, look));
  return seen.some((look) => look < restart) && seen.some((look) => look >= restart);
}

/** The best source that is known for the whole minute; null where none is. Two plugs of one host are one source: if one of them is silent, neither counts. */
function best(random: Machine, minute: number): { readonly watts: number; readonly isFacility: boolean } | null {
  const { plug, facilityPlug, ipmi, rapl, estimate } = random;
  const known = (reading: Reading): boolean => reading === null || isWhole(random, reading, minute);
  const some = (reading: Reading, ...others: readonly Reading[]): Reading => (reading !== null && reading.watts > 0 && [reading, ...others].every(known) ? reading : null);
  const wall = some(plug, facilityPlug) ?? some(facilityPlug, plug);
  const chosen = wall ?? some(ipmi) ?? some(rapl) ?? some(estimate);
  return chosen === null ? null : { watts: chosen.watts, isFacility: wall !== null && wall === facilityPlug };
}

/** Every service's part of the active energy. */
function activeShares({ kepler, services, cpus, busy }: Machine): readonly number[] {
  const partOf = (parts: readonly number[], whole: number): readonly number[] => parts.map((part) => (whole > 0 ? part / whole : 0));
  const sum = (parts: readonly number[]): number => parts.reduce((all, part) => all + part, 0);
  const seen = services.map((each) => (kepler === null || each.kepler.name === 'unknown id' ? 0 : each.kepler.watts));
  const keplerWhole = Math.max(sum(seen), kepler?.nodeWatts ?? 0);
  if (kepler !== null && keplerWhole > 0 && services.some((each) => each.kepler.name !== 'unknown id')) return partOf(seen, keplerWhole);
  const used = services.map((each) => (each.used / 1000) * cpus);
  return partOf(used, Math.max(sum(used), (busy / 1000) * cpus));
}

export type Expected = { readonly watts: number; readonly services: readonly number[] | null; readonly gramsPerSecond: number | null };

/** The formula of the design, written a second time; null where the minute is not known, `services` null in the minutes in which one of them started. */
export function expected(random: Machine, minute: number): Expected | null {
  const source = best(random, minute);
  if (source === null) return null;
  const { cpus, busy, services, intensity, building } = random;
  const limits = services.map(({ limit }) => (limit ?? 0) / 100);
  const reservable = Math.max(cpus, limits.reduce((sum, limit) => sum + limit, 0)); // prettier-ignore
  const active = activeShares(random);
  const ratio = busy / 1000;
  const shares = services.map((_service, index) => ratio * (active[index] ?? 0) + (1 - ratio) * ((limits[index] ?? 0) / reservable));
  const pue = source.isFacility ? 1 : (building !== null && !building.down ? building.facility : random.pue) / 100;
  const isSteady = services.every(({ from }) => from <= minute * 4 - 4);
  return { watts: source.watts, services: isSteady ? shares.map((share) => share * source.watts) : null, gramsPerSecond: intensity === null ? null : (source.watts / 3.6e6) * pue * intensity };
}
