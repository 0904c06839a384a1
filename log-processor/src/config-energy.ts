/** Every setting of `energy:`, what `tidewatch energy` reads: sensors, services, grid, and what nobody can measure from inside a machine. */
import { z } from 'zod';

const text = z.string().min(1, 'some text');
const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'lower-case letters, digits, dot, dash and underscore, at most 63 of them');
const address = z.url({ protocol: /^https?$/, error: 'an address such as http://192.0.2.7' });
const positive = z.number().positive();

/**
 * Watts of one processor thread of a cloud machine, idle and busy: Cloud Carbon Footprint, methodology, mean of AWS machines (0.74 W and 3.5 W).
 * https://www.cloudcarbonfootprint.org/docs/methodology
 */
const cloudCurve = [[0, 0.74], [1, 3.5]] satisfies [number, number][]; // prettier-ignore

const curve = z
  .array(z.tuple([z.number().min(0).max(1), z.number().min(0).max(10_000)]))
  .min(2, 'two points or more')
  .refine((points) => points.every(([from], index) => index === 0 || from > (points[index - 1]?.[0] ?? 0)), 'points in the order of their utilisation');

export const sensorSchema = z
  .strictObject({
    name: name.describe('Label `hw_id` of what this sensor says; each once'),
    kind: z.enum(['rapl', 'hwmon', 'ipmi', 'shelly', 'shelly-gen1', 'tasmota', 'estimate']).describe('How the power is read; `shelly` is the second generation and later'),
    required: z.boolean().default(true).describe('False where it is no fault that the machine has none'),
    scope: z.enum(['it', 'facility']).default('it').describe('`facility` where the reading holds cooling and losses already, so that no PUE is applied; plugs only'),
    zone: z.enum(['machine', 'datacenter']).default('machine').describe('`datacenter` for the two meters of a measured PUE, one of each scope and never one alone; plugs only'),
    url: address.optional().describe('Address of a plug, such as http://192.0.2.7'),
    channel: z.int().min(0).max(15).default(0).describe('Channel of a plug with several'),
    username: text.optional().describe('User of a plug that wants one'),
    password_file: text.optional().describe('File with the password of a plug'),
    command: text.default('ipmitool').describe('The program that asks the board, for `ipmi`'),
    machine_chips: z.array(text).default([]).describe('hwmon chips that measure the whole machine, besides ACPI power meters'),
    curve: curve.default(cloudCurve).describe('Points [utilisation, watts] of the estimate; the default is the Cloud Carbon Footprint mean of AWS machines'),
    curve_per_cpu: z.boolean().default(true).describe('True where the curve is for one processor thread, false where it is for the machine'),
    curve_reference: text.default('Cloud Carbon Footprint, methodology, AWS mean').describe('Where the curve comes from, for whoever reads the figures'),
    interval_seconds: z.int().min(1).max(3600).optional().describe('How often it is read, where not at every interval; `ipmi` at most every 15 s, `rapl` and `hwmon` at least every 15 s, because a minute is made of several looks at a counter'),
    timeout_milliseconds: z.int().min(100).max(60_000).default(3000).describe('How long a plug or the board may take'),
  })
  .refine(({ kind, url }) => url !== undefined || !['shelly', 'shelly-gen1', 'tasmota'].includes(kind), { path: ['url'], error: 'the address of the plug' })
  .refine(({ kind, scope, zone }) => (scope === 'it' && zone === 'machine') || ['shelly', 'shelly-gen1', 'tasmota'].includes(kind), { path: ['scope'], error: '`it` and `machine` for everything but plugs' })
  .refine(({ kind, interval_seconds: seconds }) => seconds === undefined || seconds <= 15 || (kind !== 'rapl' && kind !== 'hwmon'), { path: ['interval_seconds'], error: '15 or less for a counter' })
  .refine(({ username, password_file: file }) => (username === undefined) === (file === undefined), { path: ['username'], error: 'username and password_file, both or neither' });

export const serviceSchema = z.strictObject({
  name: name.describe('Label `service`; each once, and not `unattributed`, which is the rest'),
  hostnames: z.array(text).default([]).describe('Host names of its containers, or container ids from their start; `hostname:` in compose needs no entry here'),
  commands: z.array(text).default([]).describe('Part of the command line of its first process, for where host names cannot be read'),
  cgroups: z.array(z.string().regex(/^\/.*[^/]$/, 'a path that starts with / and does not end with it')).default([]).describe('Whole cgroup paths, such as /system.slice/nginx.service, for services without containers'),
});

const pue = z.strictObject({
  ratio: z.number().min(1).max(10),
  datacenter: text,
  period: text,
  reference: text,
});
const embodied = z.strictObject({ kilograms: positive, lifetime_years: positive.max(50), reference: text });
const price = z.strictObject({ site: name, euros_per_kwh: positive, reference: text });
const supplier = z.strictObject({ grams_per_kwh: z.number().min(0).max(2000), reference: text });
const hosting = z.strictObject({ provider: text, reference: text, renewable: z.enum(['yes', 'partly', 'no', 'unknown']) });

/** What a machine can have, and the estimate: none of them is missed where it is not there. */
const usualSensors = [
  { name: 'rapl', kind: 'rapl', required: false },
  { name: 'hwmon', kind: 'hwmon', required: false },
  { name: 'estimate', kind: 'estimate', required: false },
] as const;

export const energySchema = z.strictObject({
  otlp_url: address.default('http://127.0.0.1:4318').describe('Base address of the OpenTelemetry Collector (OTLP over HTTP)'),
  interval_seconds: z.int().min(1).max(15).default(5).describe('How often everything is read and sent; not more than 15, because a minute of the recording rules needs four samples'),
  health_port: z.int().min(0).max(65_535).optional().describe('Port of /healthz, the only page of the exporter; without it there is none'),
  health_address: text.default('127.0.0.1').describe('Address of the same'),
  sysfs_folder: text.default('/sys').describe("The machine's /sys; in a container where it is mounted"),
  proc_folder: text.default('/proc').describe("The machine's /proc"),
  cgroup_folder: text.default('/sys/fs/cgroup').describe("The machine's cgroups, version 1 or 2"),
  sensors: z.array(sensorSchema).min(1, 'at least one sensor').prefault([...usualSensors]).describe('Power sensors; the usual ones are RAPL, hwmon and the estimate, each where it is there'),
  services: z.array(serviceSchema).default([]).describe('Which containers are which service, where their host names do not say so'),
  grid_zone: text.default('FR').describe('The grid: a zone of Electricity Maps such as FR, or for `ember` a country of three letters such as FRA'),
  grid_table: z.enum(['electricitymaps', 'ember']).default('electricitymaps').describe('Yearly means that hold where no token is given: life cycle of what is consumed, or of what is generated'),
  electricity_maps_token_file: text.optional().describe('File with a token of Electricity Maps: hourly values instead of the yearly mean'),
  electricity_maps_url: address.default('https://api.electricitymaps.com').describe('Address of Electricity Maps'),
  rte: z.boolean().default(false).describe('True to ask RTE for the shape of the day in France (direct emissions only; never the headline)'),
  rte_url: address.default('https://odre.opendatasoft.com').describe('Address of the portal with the eCO2mix data of RTE'),
  grid_interval_minutes: z.int().min(5).max(1440).default(15).describe('How often a provider of the grid is asked'),
  pue: pue.optional().describe('PUE of the data centre: `ratio`, `datacenter`, `period` and `reference`; without it the mean of 1.54 holds (Uptime Institute 2025), labelled `default`'),
  embodied: embodied.optional().describe('Making of the server: `kilograms` of CO2 equivalent, `lifetime_years` and `reference`; without it figures are operational only'),
  prices: z.array(price).default([]).describe('Price of electricity: `site`, `euros_per_kwh` and `reference`, each site once'),
  supplier: supplier.optional().describe('Market-based factor of a contract: `grams_per_kwh` and the `reference` of its document; a line of its own'),
  hosting: hosting.optional().describe('Who hosts and what they state about their electricity: `provider`, `reference` and `renewable` (yes, partly, no, unknown)'),
});

export type EnergyConfig = z.infer<typeof energySchema>;
export type SensorConfig = z.infer<typeof sensorSchema>;
