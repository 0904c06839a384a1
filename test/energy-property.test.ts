/** Energy is conserved for any shares, limits, gaps and new starts, PUE is applied once, and one source speaks for a host: random machines through the real rules. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findServer } from '../tools/find-server.ts';
import { expected, isHere, isUp, looks, machine } from './energy-random-machine.ts';
import type { Machine, Reading } from './energy-random-machine.ts';

const promtool = findServer('promtool');
const rules = join(import.meta.dirname, '..', 'prometheus', 'rules', 'recording-energy.yaml');
const minutes = Array.from({ length: 9 }, (_, index) => index + 2);

/** One input series; where it says nothing it ends with a stale marker, as Prometheus makes one. */
function series(name: string, valueAt: (look: number) => number | null): string {
  const values = Array.from({ length: looks }, (_, look) => valueAt(look));
  const words = values.map((value, look) => value ?? (look > 0 && values[look - 1] !== null ? 'stale' : '_'));
  return `      - { series: '${name}', values: '${words.join(' ')}' }`;
}

/** A counter of something that began at 0 at the first look, and again at `restart`. */
const counted = (perSecond: number, restart: number | null, from = 0) => (look: number): number | null => (look < from ? null : perSecond * 15 * (look - (restart !== null && look >= restart ? Math.max(restart, from) : from)));

/** Input series of one machine, and what is expected of it as series of their own. */
function seriesOf(random: Machine, index: number): string[] {
  const instance = `instance="host-${index}"`;
  const here = (name: string, valueAt: (look: number) => number | null) => series(name, (look) => (isHere(random, look) ? valueAt(look) : null));
  const { cpus, busy, pue, intensity } = random;
  const reading = (hwId: string, labels: string, source: string, found: Reading) =>
    found === null ? [] : [
      here(`hw_energy_joules_total{${instance},hw_id="${hwId}",source="${source}",${labels}}`, counted(found.watts, random.restart)),
      here(`power_sensor_up{${instance},hw_id="${hwId}",source="${source}"}`, (look) => Number(isUp(found, look))),
    ]; // prettier-ignore
  return [
    ...reading('plug', 'scope="it",zone="machine"', 'plug', random.plug),
    ...reading('facility', 'scope="facility",zone="machine"', 'plug', random.facilityPlug),
    ...reading('ipmi', 'scope="it",zone="machine"', 'ipmi', random.ipmi),
    ...reading('rapl', 'scope="it",zone="package"', 'rapl', random.rapl),
    ...(random.rapl === null ? [] : [here(`hw_energy_joules_total{${instance},hw_id="core",source="rapl",scope="it",zone="core"}`, counted(77, random.restart))]),
    ...reading('estimate', 'scope="it",zone="machine"', 'estimated', random.estimate),
    ...buildingOf(random, here, instance),
    here(`system_cpu_time_seconds_total{${instance},cpu_mode="user"}`, counted((busy / 1000) * cpus, null)),
    here(`system_cpu_time_seconds_total{${instance},cpu_mode="idle"}`, counted((1 - busy / 1000) * cpus, null)),
    here(`system_cpu_logical_count{${instance}}`, () => cpus),
    ...servicesOf(random, here, instance),
    here(`pue_ratio{${instance},datacenter="d",source="configured",period="p"}`, () => pue / 100),
    ...(intensity === null ? [] : [here(`carbon_intensity_grams_per_kwh{${instance},zone="FR",source="s",method="lifecycle-consumption"}`, () => intensity)]),
    ...expectedOf(random, instance),
  ];
}

type Here = (name: string, valueAt: (look: number) => number | null) => string;

/** The two meters of a measured PUE; one of them may be silent, and the machine's own plug must not care. IT draws 100 W. */
function buildingOf({ building, restart }: Machine, here: Here, instance: string): string[] {
  if (building === null) return [];
  const meter = (scope: string, watts: number, down: boolean): string[] => [
    here(`hw_energy_joules_total{${instance},hw_id="meter-${scope}",source="plug",scope="${scope}",zone="datacenter"}`, counted(watts, restart)),
    here(`power_sensor_up{${instance},hw_id="meter-${scope}",source="plug",zone="datacenter"}`, () => Number(!down)),
  ];
  return [...meter('facility', building.facility, building.down), ...meter('it', 100, false)];
}

/** Use and limits as the exporter says them, and as Kepler does. */
function servicesOf({ services, cpus, kepler, restart }: Machine, here: Here, instance: string): string[] {
  const node = `node_name=${instance.replace('instance=', '')},instance="kepler:28282",zone="package"`;
  const ofKepler = ({ kepler: seen, from }: Machine['services'][number], number: number): string[] => {
    const id = `${number}`.repeat(12);
    const labels = `${node},state="running",container_id="${id}",container_name="${seen.name === 'name' ? `s${number}` : id}"`;
    return [series(`kepler_container_cpu_joules_total{${labels}}`, counted(seen.watts, kepler?.restart ?? null, from)), ...(seen.name === 'known id' ? [here(`container_info{${instance},container_id="${id}",service="s${number}"}`, () => 1)] : [])];
  };
  return [
    ...services.flatMap(({ used, limit, from }, number) => [
      here(`container_cpu_time_seconds_total{${instance},service="s${number}"}`, counted((used / 1000) * cpus, restart, from)),
      ...(limit === null ? [] : [here(`container_cpu_limit{${instance},service="s${number}"}`, (look) => (look < from ? null : limit / 100))]),
    ]),
    ...(kepler === null ? [] : [series(`kepler_node_cpu_active_joules_total{${node},path="p"}`, counted(kepler.nodeWatts, kepler.restart)), ...services.flatMap(ofKepler)]),
  ];
}

/** What is expected stands at the last look of each minute, and nowhere else. */
function expectedOf(random: Machine, instance: string): string[] {
  const all = Array.from({ length: looks }, (_, look) => (look % 4 === 0 && look > 0 ? expected(random, look / 4) : null));
  const joules = all.reduce((sum, minute) => sum + (minute?.watts ?? 0) * 60, 0);
  return [
    series(`expected_host{${instance}}`, (look) => all[look]?.watts ?? null),
    ...random.services.map((_service, number) => series(`expected_watts{${instance},service="s${number}"}`, (look) => all[look]?.services?.[number] ?? null)),
    series(`expected_grams{${instance}}`, (look) => all[look]?.gramsPerSecond ?? null),
    series(`expected_joules{${instance}}`, () => joules),
  ];
}

/** Each must find nothing in any minute. */
const laws = {
  'exactly one source per host': 'count by (instance) (host:power_watts:selected) != 1',
  'a host has one where a source was known for the whole minute': 'expected_host unless on (instance) host:power_watts:selected',
  'and none where none was': 'host:power_watts:selected unless on (instance) expected_host',
  'it is the best that answered': 'abs(sum by (instance) (host:power_watts:selected) - on (instance) expected_host) > 1e-6',
  'services and the rest are the machine': 'abs(sum by (instance) (service:power_watts:avg1m) - on (instance) sum by (instance) (host:power_watts:selected)) > 1e-6',
  'no part is less than nothing': 'service:power_watts:avg1m < 0',
  'every service gets what the formula says': 'abs((sum by (instance, service) (service:power_watts:avg1m) or on (instance, service) expected_watts * 0) - on (instance, service) expected_watts) > 1e-6',
  'PUE is applied once, and not to a reading of the facility': 'abs(sum by (instance) (service:carbon_grams:rate1m{component="operational"}) / on (instance) expected_grams - 1) > 1e-6',
  'grams where there is intensity': 'expected_grams unless on (instance) service:carbon_grams:rate1m',
  'no grams without it': 'service:carbon_grams:rate1m{component="operational"} unless on (instance) expected_grams',
} as const;
/** All minutes together are what was known, gaps and new starts left out and nothing made up for them. */
const conserved = 'abs(sum by (instance) (sum_over_time(service:energy_joules:sum1m[11m])) - on (instance) expected_joules) > 1e-3';

test.skipIf(promtool === null && process.env['CI'] !== 'true')('two hundred random machines keep the laws of energy in every minute', () => {
  const machines = fc.sample(machine, { numRuns: 200, seed: 20_261_128 });
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-energy-laws-'));
  const file = join(folder, 'laws.test.yaml');
  const checks = minutes.flatMap((minute) => Object.values(laws).map((expr) => `      - { expr: '${expr}', eval_time: ${minute}m, exp_samples: [] }`));
  const known = machines.flatMap((random) => minutes.map((minute) => expected(random, minute)));
  writeFileSync(file, [`rule_files: ['${rules}']`, 'evaluation_interval: 1m', 'tests:', '  - interval: 15s', '    input_series:', ...machines.flatMap(seriesOf), '    promql_expr_test:', ...checks, `      - { expr: '${conserved}', eval_time: 10m, exp_samples: [] }`, ''].join('\n'));
  const { stdout, stderr, status } = spawnSync(promtool ?? 'promtool', ['test', 'rules', file], { encoding: 'utf8', maxBuffer: 1 << 28 });
  rmSync(folder, { recursive: true });
  expect((stdout + stderr).slice(0, 5000)).toContain('SUCCESS');
  expect(status).toBe(0);
  // The sample holds minutes of every kind.
  expect(known.filter((minute) => minute === null).length).toBeGreaterThan(100);
  expect(known.filter((minute) => minute !== null).length).toBeGreaterThan(800);
}, 180_000);
