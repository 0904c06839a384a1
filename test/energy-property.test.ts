/** Energy is conserved for any shares, limits and gaps, PUE is applied once, and one source speaks for a host: random machines through the real rules. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findServer } from '../tools/find-server.ts';

const promtool = findServer('promtool');
const rules = join(import.meta.dirname, '..', 'prometheus', 'rules', 'recording-energy.yaml');

/** Watts of each possible reading; null where the machine has none, `down` where it is there and does not answer, 0 where it measures nothing. */
const power = fc.option(fc.record({ watts: fc.integer({ min: -60, max: 400 }).map((watts) => Math.max(0, watts)), down: fc.boolean() }), { freq: 2 });
const machine = fc.record({
  plug: power,
  facilityPlug: power,
  ipmi: power,
  rapl: power,
  building: fc.option(fc.record({ facility: fc.integer({ min: 100, max: 250 }), down: fc.boolean() })),
  estimate: fc.record({ watts: fc.integer({ min: 1, max: 400 }), down: fc.constant(false) }),
  cpus: fc.integer({ min: 1, max: 64 }),
  busy: fc.integer({ min: 0, max: 1000 }),
  services: fc.array(fc.record({ used: fc.integer({ min: 0, max: 1000 }), limit: fc.option(fc.integer({ min: 1, max: 400 })) }), { maxLength: 5 }),
  pue: fc.integer({ min: 100, max: 250 }),
  intensity: fc.option(fc.integer({ min: 1, max: 900 }), { freq: 3 }),
});
type Machine = typeof machine extends fc.Arbitrary<infer T> ? T : never;

/** The best source that answers. Two plugs of one host are one source: if one of them is silent, neither counts. */
function best({ plug, facilityPlug, ipmi, rapl, estimate }: Machine) {
  const plugsUp = plug?.down !== true && facilityPlug?.down !== true;
  const some = (reading: Machine['plug']) => (reading !== null && !reading.down && reading.watts > 0 ? reading : null);
  const wall = plugsUp ? (some(plug) ?? some(facilityPlug)) : null;
  const chosen = wall ?? some(ipmi) ?? some(rapl) ?? estimate;
  return { watts: chosen.watts, isFacility: wall !== null && wall === facilityPlug };
}

/** The formula of the design, written a second time. */
function expected(random: Machine) {
  const { watts, isFacility } = best(random);
  const { cpus, busy, services, intensity } = random;
  const ratio = busy / 1000;
  const used = services.map((service) => (service.used / 1000) * cpus);
  const whole = Math.max(used.reduce((sum, seconds) => sum + seconds, 0), ratio * cpus);
  const limits = services.map(({ limit }) => (limit ?? 0) / 100);
  const reservable = Math.max(cpus, limits.reduce((sum, limit) => sum + limit, 0));
  const shares = services.map((_service, index) => ratio * (whole > 0 ? (used[index] ?? 0) / whole : 0) + (1 - ratio) * ((limits[index] ?? 0) / reservable));
  const pue = isFacility ? 1 : (random.building !== null && !random.building.down ? random.building.facility : random.pue) / 100;
  return { watts, services: shares.map((share) => share * watts), gramsPerSecond: intensity === null ? null : (watts / 3.6e6) * pue * intensity };
}

/** Input series of one machine, and what is expected of it as series of their own. Samples every 15 s. */
function seriesOf(random: Machine, index: number): string[] {
  const instance = `instance="host-${index}"`;
  const counter = (name: string, perSecond: number) => `      - { series: '${name}', values: '0+${perSecond * 15}x20' }`;
  const level = (name: string, value: number) => `      - { series: '${name}', values: '${value}x20' }`;
  const reading = (hwId: string, labels: string, source: string, found: Machine['plug']) =>
    found === null ? [] : [counter(`hw_energy_joules_total{${instance},hw_id="${hwId}",source="${source}",${labels}}`, found.watts), level(`power_sensor_up{${instance},hw_id="${hwId}",source="${source}"}`, found.down ? 0 : 1)];
  const want = expected(random);
  const { cpus, busy, services, pue, intensity } = random;
  return [
    ...reading('plug', 'scope="it",zone="machine"', 'plug', random.plug),
    ...reading('facility', 'scope="facility",zone="machine"', 'plug', random.facilityPlug),
    ...reading('ipmi', 'scope="it",zone="machine"', 'ipmi', random.ipmi),
    ...reading('rapl', 'scope="it",zone="package"', 'rapl', random.rapl),
    ...(random.rapl === null ? [] : [counter(`hw_energy_joules_total{${instance},hw_id="core",source="rapl",scope="it",zone="core"}`, 77)]),
    ...buildingOf(random, instance),
    ...reading('estimate', 'scope="it",zone="machine"', 'estimated', random.estimate),
    counter(`system_cpu_time_seconds_total{${instance},cpu_mode="user"}`, (busy / 1000) * cpus),
    counter(`system_cpu_time_seconds_total{${instance},cpu_mode="idle"}`, (1 - busy / 1000) * cpus),
    level(`system_cpu_logical_count{${instance}}`, cpus),
    ...services.flatMap(({ used, limit }, number) => [
      counter(`container_cpu_time_seconds_total{${instance},service="s${number}"}`, (used / 1000) * cpus),
      ...(limit === null ? [] : [level(`container_cpu_limit{${instance},service="s${number}"}`, limit / 100)]),
      level(`expected_watts{${instance},service="s${number}"}`, want.services[number] ?? 0),
    ]),
    level(`pue_ratio{${instance},datacenter="d",source="configured",period="p"}`, pue / 100),
    ...(intensity === null ? [] : [level(`carbon_intensity_grams_per_kwh{${instance},zone="FR",source="s",method="lifecycle-consumption"}`, intensity), level(`expected_grams{${instance}}`, want.gramsPerSecond ?? 0)]),
    level(`expected_host{${instance}}`, want.watts),
  ];
}

/** The two meters of a measured PUE; one of them may be silent, and the machine's own plug must not care. IT draws 100 W. */
function buildingOf({ building }: Machine, instance: string): string[] {
  if (building === null) return [];
  const meter = (scope: string, watts: number, down: boolean): string[] => [
    `      - { series: 'hw_energy_joules_total{${instance},hw_id="meter-${scope}",source="plug",scope="${scope}",zone="datacenter"}', values: '0+${watts * 15}x20' }`,
    `      - { series: 'power_sensor_up{${instance},hw_id="meter-${scope}",source="plug",zone="datacenter"}', values: '${down ? 0 : 1}x20' }`,
  ];
  return [...meter('facility', building.facility, building.down), ...meter('it', 100, false)];
}

/** Each must find nothing. */
const laws = {
  'exactly one source per host': 'count by (instance) (host:power_watts:selected) != 1',
  'every host has one': 'expected_host unless on (instance) host:power_watts:selected',
  'it is the best that answered': 'abs(sum by (instance) (host:power_watts:selected) - on (instance) expected_host) > 1e-6',
  'services and the rest are the machine': 'abs(sum by (instance) (service:power_watts:avg1m) - on (instance) sum by (instance) (host:power_watts:selected)) > 1e-6',
  'no part is less than nothing': 'service:power_watts:avg1m < 0',
  'every service gets what the formula says': 'abs(sum by (instance, service) (service:power_watts:avg1m) - on (instance, service) expected_watts) > 1e-6',
  'PUE is applied once, and not to a reading of the facility': 'abs(sum by (instance) (service:carbon_grams:rate1m{component="operational"}) / on (instance) expected_grams - 1) > 1e-6',
  'grams where there is intensity': 'expected_grams unless on (instance) service:carbon_grams:rate1m',
  'no grams without it': 'service:carbon_grams:rate1m{component="operational"} unless on (instance) expected_grams',
} as const;

test.skipIf(promtool === null && process.env['CI'] !== 'true')('a hundred random machines keep the laws of energy', () => {
  const machines = fc.sample(machine, { numRuns: 100, seed: 20_261_128 });
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-energy-laws-'));
  const file = join(folder, 'laws.test.yaml');
  const checks = Object.values(laws).map((expr) => `      - { expr: '${expr}', eval_time: 4m, exp_samples: [] }`);
  writeFileSync(file, [`rule_files: ['${rules}']`, 'evaluation_interval: 1m', 'tests:', '  - interval: 15s', '    input_series:', ...machines.flatMap(seriesOf), '    promql_expr_test:', ...checks, ''].join('\n'));
  const { stdout, stderr, status } = spawnSync(promtool ?? 'promtool', ['test', 'rules', file], { encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  expect(stdout + stderr).toContain('SUCCESS');
  expect(status).toBe(0);
}, 180_000);
