/** Puts everything the exporter knows at this moment into series; what is not known is left out, never sent as zero. */
import type { CpuTimes } from './containers/cpu-times.ts';
import type { ServiceUse } from './containers/watch-containers.ts';
import type { EnergyLedger } from './energy-ledger.ts';
import type { Facts } from './facts.ts';
import type { Intensity } from './intensity/intensity.ts';
import type { EnergyMetric } from './metric-table.ts';
import type { Sample } from './otlp/metric-data.ts';

export type Known = {
  readonly ledger: EnergyLedger;
  readonly cpuTimes: CpuTimes | null;
  readonly services: ReadonlyMap<string, ServiceUse>;
  readonly containers: ReadonlyMap<string, string>;
  readonly intensities: readonly Intensity[];
  readonly facts: Facts;
};

const sample = (metric: EnergyMetric, value: number, ...labels: readonly string[]): Sample => ({ metric, labels, value });

export function samplesOf(known: Known): readonly Sample[] {
  return [...powerSamples(known.ledger), ...cpuSamples(known.cpuTimes), ...containerSamples(known), ...carbonSamples(known.intensities), ...factSamples(known.facts)];
}

function powerSamples(ledger: EnergyLedger): readonly Sample[] {
  return [
    ...ledger.meters().flatMap(({ hwId, source, scope, zone, watts, joules }) => [sample('hw_power_watts', watts, hwId, source, scope, zone), sample('hw_energy_joules_total', joules, hwId, source, scope, zone)]),
    ...[...ledger.sensors].map(([name, { source, about, up }]) => sample('power_sensor_up', up ? 1 : 0, name, source, about)),
  ];
}

function cpuSamples(times: CpuTimes | null): readonly Sample[] {
  if (times === null) return [];
  return [...Object.entries(times.seconds).map(([mode, seconds]) => sample('system_cpu_time_seconds_total', seconds, mode)), sample('system_cpu_logical_count', times.cpus)];
}

function containerSamples({ services, containers }: Known): readonly Sample[] {
  const ofService = ([service, use]: readonly [string, ServiceUse]): readonly Sample[] => [
    sample('container_cpu_time_seconds_total', use.cpuSeconds, service),
    ...(use.memoryBytes === null ? [] : [sample('container_memory_usage_bytes', use.memoryBytes, service)]),
    ...(use.readBytes === null ? [] : [sample('container_disk_io_bytes_total', use.readBytes, service, 'read')]),
    ...(use.writtenBytes === null ? [] : [sample('container_disk_io_bytes_total', use.writtenBytes, service, 'write')]),
    ...(use.memoryLimitBytes > 0 && Number.isFinite(use.memoryLimitBytes) ? [sample('container_memory_limit_bytes', use.memoryLimitBytes, service)] : []),
    ...(use.cpuLimit > 0 ? [sample('container_cpu_limit', use.cpuLimit, service)] : []),
  ];
  return [...[...services].flatMap(ofService), ...[...containers].map(([id, service]) => sample('container_info', 1, id, service))];
}

function carbonSamples(intensities: readonly Intensity[]): readonly Sample[] {
  return intensities.flatMap(({ gramsPerKwh, zone, source, method, atMs }) => [
    sample('carbon_intensity_grams_per_kwh', gramsPerKwh, zone, source, method),
    sample('carbon_intensity_timestamp_seconds', atMs / 1000, zone, source, method),
  ]);
}

function factSamples({ host, pue, embodiedGramsPerHour, prices, hosting }: Facts): readonly Sample[] {
  return [
    sample('pue_ratio', pue.ratio, pue.datacenter, pue.source, pue.period),
    ...(embodiedGramsPerHour === null ? [] : [sample('carbon_embodied_grams_per_hour', embodiedGramsPerHour, host)]),
    ...prices.map(({ site, eurosPerKwh }) => sample('energy_price_euros_per_kwh', eurosPerKwh, site)),
    ...(hosting === null ? [] : [sample('hosting_info', 1, hosting.provider, hosting.reference, hosting.renewable)]),
  ];
}
