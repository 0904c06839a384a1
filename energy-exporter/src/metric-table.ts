/** Every metric of the energy exporter: the name Prometheus shows, the name and unit in OTLP, labels and what it says. Imports nothing. */

type Row = { readonly otlp: string; readonly unit: string; readonly type: 'counter' | 'gauge'; readonly labels: readonly string[]; readonly help: string };

/** The collector turns dots into underscores and appends the unit: W is watts, J joules, By bytes, s seconds, 1 of a gauge ratio; {braces} vanish. */
export const energyMetrics = {
  hw_power_watts: { otlp: 'hw.power', unit: 'W', type: 'gauge', labels: ['hw_id', 'source', 'scope', 'zone'], help: 'Power now, by sensor and zone; zones overlap.' },
  hw_energy_joules_total: { otlp: 'hw.energy', unit: 'J', type: 'counter', labels: ['hw_id', 'source', 'scope', 'zone'], help: 'Energy since the exporter started, by sensor and zone.' },
  power_sensor_up: { otlp: 'power.sensor.up', unit: '{sensor}', type: 'gauge', labels: ['hw_id', 'source', 'zone'], help: '1 where the sensor answered, 0 where it is there and did not; zone is machine, or datacenter for a meter of the building.' },
  system_cpu_time_seconds_total: { otlp: 'system.cpu.time', unit: 's', type: 'counter', labels: ['cpu_mode'], help: 'Processor time of the machine by what it was spent on.' },
  system_cpu_logical_count: { otlp: 'system.cpu.logical.count', unit: '{cpu}', type: 'gauge', labels: [], help: 'Processors of the machine.' },
  container_cpu_time_seconds_total: { otlp: 'container.cpu.time', unit: 's', type: 'counter', labels: ['service'], help: 'Processor time of the containers of a service.' },
  container_memory_usage_bytes: { otlp: 'container.memory.usage', unit: 'By', type: 'gauge', labels: ['service'], help: 'Memory in use, without cache that could be dropped.' },
  container_disk_io_bytes_total: { otlp: 'container.disk.io', unit: 'By', type: 'counter', labels: ['service', 'disk_io_direction'], help: 'Bytes read from and written to block devices.' },
  container_memory_limit_bytes: { otlp: 'container.memory.limit', unit: 'By', type: 'gauge', labels: ['service'], help: 'Memory a service may use; absent where it has no limit.' },
  container_cpu_limit: { otlp: 'container.cpu.limit', unit: '{cpu}', type: 'gauge', labels: ['service'], help: 'Processors a service may use; absent where it has no limit.' },
  container_info: { otlp: 'container.info', unit: '{container}', type: 'gauge', labels: ['container_id', 'service'], help: 'Always 1: which service a living container belongs to.' },
  carbon_intensity_grams_per_kwh: { otlp: 'carbon.intensity.grams_per_kwh', unit: '', type: 'gauge', labels: ['zone', 'source', 'method'], help: 'Grams of CO2 equivalent per kilowatt hour of electricity.' },
  carbon_intensity_timestamp_seconds: { otlp: 'carbon.intensity.timestamp', unit: 's', type: 'gauge', labels: ['zone', 'source', 'method'], help: 'The moment that the intensity is about; of a yearly mean the end of its year.' },
  carbon_embodied_grams_per_hour: { otlp: 'carbon.embodied.grams_per_hour', unit: '', type: 'gauge', labels: ['host'], help: 'Emissions of making the machine, spread over its life.' },
  pue_ratio: { otlp: 'pue', unit: '1', type: 'gauge', labels: ['datacenter', 'source', 'period'], help: 'Energy of the building over energy of its machines, as configured.' },
  energy_price_euros_per_kwh: { otlp: 'energy.price.euros_per_kwh', unit: '', type: 'gauge', labels: ['site'], help: 'Price of a kilowatt hour.' },
  hosting_info: { otlp: 'hosting.info', unit: '{provider}', type: 'gauge', labels: ['provider', 'reference', 'renewable'], help: 'Always 1: who hosts, and what they state about their electricity.' },
} as const satisfies Readonly<Record<string, Row>>;

export type EnergyMetric = keyof typeof energyMetrics;
