/** Every container of the stack, against what it may use. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { why } from '../no-data.ts';
import { barGauge } from '../panels/gauge.ts';
import { overTime } from '../panels/over-time.ts';
import * as ask from '../queries/platform.ts';
import { threshold } from '../queries/thresholds.ts';
import { promql, promqlNow } from '../query.ts';

export const servicesRow: readonly Builder<Panel>[] = [
  overTime({
    title: 'Processor, share of the limit', says: 'Cores in use divided by the cores the service may use. At 100% it is slowed down.',
    unit: 'percentunit', width: 8, height: 9, empty: why.energy,
    queries: [promql(ask.serviceCpuOfLimit(), '{{service}}')],
  }),
  overTime({
    title: 'Memory, share of the limit', says: 'Memory without caches the kernel takes back, divided by what the service may have. At 100% the kernel ends it; the dashed line is where the alert begins. A service without a limit is not here.',
    unit: 'percentunit', width: 8, height: 9, empty: why.energy, limits: ['limit'],
    queries: [promql(ask.serviceMemoryOfLimit(), '{{service}}'), promql(threshold('service_memory_ratio'), 'limit')],
  }),
  barGauge({
    title: 'Starts in this time range', says: 'How often each program began anew. More than a deployment can explain is a crash.',
    unit: 'short', width: 8, height: 9, empty: why.prometheus, decimals: 0, min: 0, steps: ['green', [1, 'orange'], [3, 'vermilion']],
    queries: [promqlNow(ask.restarts(), '{{job}}'), promqlNow(ask.applicationRestarts(), 'application')],
  }),
  overTime({
    title: 'Processor', says: 'Cores in use by each service, on top of one another.',
    unit: 'none', width: 8, height: 8, empty: why.energy, draw: 'area', stack: true,
    queries: [promql(ask.serviceCpu(), '{{service}}')],
  }),
  overTime({
    title: 'Memory', says: 'Memory of each service as its control group counts it, without caches the kernel takes back.',
    unit: 'bytes', width: 8, height: 8, empty: why.energy,
    queries: [promql(ask.serviceMemory(), '{{service}}')],
  }),
  overTime({
    title: 'Disk', says: 'Bytes per second that each service reads and writes.',
    unit: 'Bps', width: 8, height: 8, empty: why.energy,
    queries: [promql(ask.serviceDisk(), '{{service}}')],
  }),
];
