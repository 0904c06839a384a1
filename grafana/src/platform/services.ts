/** Every container of the stack, against what it may use. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { why } from '../no-data.ts';
import { barGauge } from '../panels/gauge.ts';
import { overTime } from '../panels/over-time.ts';
import * as ask from '../queries/platform.ts';
import { promql, promqlNow } from '../query.ts';

export const servicesRow: readonly Builder<Panel>[] = [
  overTime({
    title: 'Processor, share of the limit', says: 'Cores in use divided by the cores the service may use. At 100% it is slowed down.',
    unit: 'percentunit', width: 8, height: 9, empty: why.energy,
    queries: [promql(ask.serviceCpuOfLimit(), '{{service}}')],
  }),
  overTime({
    title: 'Memory', says: 'Memory of each service as its control group counts it. At its limit the kernel ends the service.',
    unit: 'bytes', width: 8, height: 9, empty: why.energy, legendShows: ['last', 'max'],
    queries: [promql(ask.serviceMemory(), '{{service}}')],
  }),
  overTime({
    title: 'Processor', says: 'Cores in use by each service, on top of one another.',
    unit: 'none', width: 8, height: 9, empty: why.energy, decimals: 2, draw: 'area', stack: true,
    queries: [promql(ask.serviceCpu(), '{{service}}')],
  }),
  overTime({
    title: 'Disk', says: 'Bytes per second that each service reads and writes.',
    unit: 'Bps', width: 12, height: 8, empty: why.energy,
    queries: [promql(ask.serviceDisk(), '{{service}}')],
  }),
  barGauge({
    title: 'Starts in this time range', says: 'How often each program began anew. More than a deployment can explain is a crash.',
    unit: 'short', width: 12, height: 8, empty: why.prometheus, decimals: 0, min: 0, steps: ['green', [1, 'orange'], [3, 'vermilion']],
    queries: [promqlNow(ask.restarts(), '{{job}}')],
  }),
];
