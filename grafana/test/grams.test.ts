/**
 * Watts, grams and euros on the dashboards against a machine whose truth is known: the shipped recording rules run over a made day in the real promtool, and each
 * panel's own question is asked at its end. The truth is written out by hand from the formulas of the design (section 7), not taken from the rules.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findServer } from '../../tools/find-server.ts';
import { fillVariables } from './fill-variables.ts';
import { questions } from './questions.ts';

const promtool = findServer('promtool');
const rules = join(import.meta.dirname, '..', '..', 'prometheus', 'rules');

/** As the files name them: minutes before their totals. */
const groups = ['energy', 'energy-totals-1h', 'energy-totals-1d', 'energy-totals-7d', 'energy-totals-28d'];

/** One machine: 60 W at the plug, one of four cores busy, half of that by the platform and a quarter by the processor. */
const machine = { watts: 60, pue: 1.2, intensity: 50, embodiedPerHour: 4, euros: 0.2, busy: 0.25 };
const active = { platform: 0.5, processor: 0.25 };
const reserved = { platform: 1 / 4, processor: 0.5 / 4 };
const power = (service: 'platform' | 'processor'): number => machine.watts * (machine.busy * active[service] + (1 - machine.busy) * reserved[service]);
const [platform, processor] = [power('platform'), power('processor')];
const unattributed = machine.watts - platform - processor;
const gramsADay = (watts: number): number => (watts / 1000) * 24 * machine.pue * machine.intensity;
const embodiedADay = (share: number): number => machine.embodiedPerHour * 24 * share;
/** Visits of people and server seconds of a day. */
const ocean = { visits: 1440, seconds: 3 * 1440 };
const reef = { visits: 720, seconds: 1 * 1440 };
const share = (site: typeof ocean): number => site.seconds / (ocean.seconds + reef.seconds);
const perVisit = (whole: number, site: typeof ocean): number => (whole * share(site)) / site.visits;
const [operational, embodied] = [gramsADay(platform + processor), embodiedADay(reserved.platform + reserved.processor)];

/** Four scrapes a minute, as Prometheus makes them and a minute that is wholly known needs; a day, and the minutes until the first rules have something. */
const scrapes = 4 * (24 * 60 + 20);
const counter = (name: string, perMinute: number) => ({ series: name, values: `0+${perMinute / 4}x${scrapes}` });
const gauge = (name: string, value: number) => ({ series: name, values: `${value}x${scrapes}` });
const host = 'instance="main"';
const inputs = [
  counter(`hw_energy_joules_total{${host}, hw_id="plug", source="plug", scope="it", zone="machine"}`, machine.watts * 60),
  gauge(`power_sensor_up{${host}, hw_id="plug", source="plug"}`, 1),
  counter(`system_cpu_time_seconds_total{${host}, cpu_mode="user"}`, 60),
  counter(`system_cpu_time_seconds_total{${host}, cpu_mode="idle"}`, 180),
  gauge(`system_cpu_logical_count{${host}}`, 4),
  counter(`container_cpu_time_seconds_total{${host}, service="platform"}`, 30),
  counter(`container_cpu_time_seconds_total{${host}, service="processor"}`, 15),
  gauge(`container_cpu_limit{${host}, service="platform"}`, 1),
  gauge(`container_cpu_limit{${host}, service="processor"}`, 0.5),
  gauge(`pue_ratio{${host}, datacenter="one", source="document", period="year"}`, machine.pue),
  gauge(`carbon_intensity_grams_per_kwh{${host}, zone="FR", source="ember", method="lifecycle-yearly"}`, machine.intensity),
  gauge(`carbon_embodied_grams_per_hour{${host}, host="main"}`, machine.embodiedPerHour),
  ...['ocean', 'reef'].map((site) => gauge(`energy_price_euros_per_kwh{site="${site}"}`, machine.euros)),
  ...Object.entries({ ocean, reef }).flatMap(([site, { visits, seconds }]) => [
    counter(`web_visits_total{site="${site}", agent_class="human"}`, visits / 1440),
    counter(`web_request_duration_seconds_sum{site="${site}", route="/"}`, seconds / 1440),
    counter(`web_response_bytes_total{site="${site}", agent_class="browser", kind="page"}`, 50_000),
    counter(`web_transfer_co2e_grams_total{site="${site}", agent_class="human", segment="network", model="swd-4"}`, 0.3),
    counter(`web_transfer_co2e_grams_total{site="${site}", agent_class="human", segment="device", model="swd-4"}`, 0.6),
  ]),
];

type Truth = readonly (readonly [labels: string, value: number])[];
const both = (of: (site: typeof ocean) => number): Truth => [['{site="ocean"}', of(ocean)], ['{site="reef"}', of(reef)]]; // prettier-ignore
const perPart = (of: (watts: number, share: number) => number): Truth => [
  ['{part="platform"}', of(platform, reserved.platform)], ['{part="monitoring"}', of(processor, reserved.processor)], ['{part="unattributed"}', of(unattributed, 1 - reserved.platform - reserved.processor)],
]; // prettier-ignore
const boundary = (site: string): string => `{site="${site}", boundary="operational and embodied"}`;

/** Panel of "CO2 and energy" (and the letter of its question) to what it must answer. */
const truths: Readonly<Record<string, Truth>> = {
  'Power (A)': [['{}', machine.watts]],
  'CO2e per hour (A)': [['{}', gramsADay(machine.watts) / 24 + machine.embodiedPerHour]],
  'CO2e, last 24 h (A)': [['{}', gramsADay(machine.watts) + embodiedADay(1)]],
  'Energy, last 24 h (A)': [['{}', (machine.watts * 24) / 1000]],
  'Coverage (A)': [['{}', 1]],
  'What monitoring costs (A)': [['{}', processor / machine.watts]],
  'Energy by part, last 24 h (A)': perPart((watts) => (watts * 24) / 1000),
  'By part, last 24 h (A)': perPart((watts, reservedShare) => gramsADay(watts) + embodiedADay(reservedShare)),
  'CO2e per visit (A)': [[boundary('ocean'), perVisit(operational + embodied, ocean)], [boundary('reef'), perVisit(operational + embodied, reef)]],
  'Terms of one visit, last 24 h (A)': Object.entries({ ocean, reef }).flatMap(([site, of]) => [[`{site="${site}", component="operational"}`, perVisit(operational, of)], [`{site="${site}", component="embodied"}`, perVisit(embodied, of)]] as const),
  'Energy of one visit (A)': both((site) => perVisit((platform + processor) * 86_400, site)),
  'Server time of one visit (A)': both((site) => site.seconds / site.visits),
  'Bytes of one visit (A)': both((site) => (50_000 * 1440) / site.visits),
  'Transfer of one visit (A)': Object.entries({ ocean, reef }).map(([site, { visits }]) => [`{site="${site}", model="swd-4"}`, (0.9 * 1440) / visits] as const),
  'Cost, last 24 h (A)': [['{}', ((machine.watts * 24) / 1000) * machine.pue * machine.euros]],
};

/** Sums of floating numbers: compared to four digits after the point. */
const rounded = (expr: string): string => `round(${expr}, 0.0001)`;

test.skipIf(promtool === null && process.env['CI'] !== 'true')('watts, grams, kilowatt-hours and euros on "CO2 and energy" equal the truth of a made machine', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-grams-'));
  const asked = new Map(questions().filter(({ panel }) => panel.dashboard === 'tidewatch-carbon').map(({ panel, target }) => [`${panel.title} (${target.refId})`, fillVariables(target.expr, true, { range: '1d' })]));
  const tests = Object.entries(truths).map(([panel, truth]) => ({
    expr: rounded(asked.get(panel) ?? `no panel ${panel}`), eval_time: '24h15m',
    exp_samples: truth.map(([labels, value]) => ({ labels, value: Math.round(value * 10_000) / 10_000 })),
  })); // prettier-ignore
  const recording = readdirSync(rules).filter((file) => file.startsWith('recording-energy')).map((file) => join(rules, file));
  const file = join(folder, 'grams.test.yaml');
  // JSON is YAML. Without an order promtool takes the groups in any: totals that come before the minute they sum up would miss it.
  writeFileSync(file, JSON.stringify({ rule_files: recording, evaluation_interval: '1m', group_eval_order: groups, tests: [{ interval: '15s', input_series: inputs, promql_expr_test: tests }] }));
  const { status, stdout, stderr } = spawnSync(promtool ?? 'promtool', ['test', 'rules', file], { encoding: 'utf8' });
  rmSync(folder, { recursive: true, force: true });
  expect(stdout + stderr).toContain('SUCCESS');
  expect(status).toBe(0);
}, 300_000);
