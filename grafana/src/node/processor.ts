/** The processor: what it does, what that draws, and what waits for it. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { selectedReading } from '../queries/energy.ts';
import { busyRatio, cpuByMode, now, perSecond } from '../queries/node.ts';
import { is } from '../promql.ts';
import { threshold } from '../queries/thresholds.ts';
import { lines, whole, wide } from './lines.ts';

const modes = { user: 'blue', system: 'orange', iowait: 'vermilion', idle: 'grey', nice: 'sky', softirq: 'pink', irq: 'yellow', steal: 'green' } as const;

export const powerRow: readonly Builder<Panel>[] = [
  lines(['Power beside load', 'Watts of the machine, and on the right the busy share of its processor. The height of the watts at no load is what the machine costs for doing nothing.', 'watt'], [[selectedReading(), '{{source}} ({{reading}})'], [busyRatio(), 'busy']], { ...wide, height: 9, rightAxis: { busy: 'percentunit' }, colours: { busy: 'orange' }, legendShows: ['last', 'mean', 'max'] }),
  lines(['Processor by mode', 'All cores together are 100%. "iowait" waits for disks, "steal" was taken by the hypervisor, "softirq" is mostly network.', 'percentunit'], [[cpuByMode(), '{{mode}}']], { ...wide, height: 9, draw: 'area', stack: true, max: 1, colours: modes }),
  lines(['Load', 'Processes that run or wait for the processor or a disk, as means over 1, 5 and 15 minutes.', 'none'], [[now('node_load1'), '1 minute'], [now('node_load5'), '5 minutes'], [now('node_load15'), '15 minutes']], { decimals: 2, colours: { '1 minute': 'sky', '5 minutes': 'blue', '15 minutes': 'orange' } }),
  lines(['Waiting for something', 'Share of time in which at least one task waited for processor, memory or disk (pressure stall). The best single sign of a machine that is too small.', 'percentunit'], [[perSecond('node_pressure_cpu_waiting_seconds_total'), 'processor'], [perSecond('node_pressure_memory_waiting_seconds_total'), 'memory'], [perSecond('node_pressure_io_waiting_seconds_total'), 'disk']], { colours: { processor: 'blue', memory: 'orange', disk: 'pink' } }),
  lines(['Each core', 'Busy share of every core. One full core beside idle ones is a program with a single thread.', 'percentunit'], [[`1 - sum by (instance, cpu) (${perSecond('node_cpu_seconds_total', { mode: is('idle') })})`, '{{cpu}}'], [threshold('cpu_ratio'), 'limit']], { max: 1, limits: ['limit'] }),
];

export const processorDetailRow: readonly Builder<Panel>[] = [
  lines(['Nothing moved', 'Share of time in which all tasks stood still, waiting for memory, disk or interrupts.', 'percentunit'], [[perSecond('node_pressure_memory_stalled_seconds_total'), 'memory'], [perSecond('node_pressure_io_stalled_seconds_total'), 'disk'], [perSecond('node_pressure_irq_stalled_seconds_total'), 'interrupts']]),
  lines(['Context switches and interrupts', 'How often per second the processor changed its task, and how often a device asked for it.', 'ops'], [[perSecond('node_context_switches_total'), 'switches'], [perSecond('node_intr_total'), 'interrupts']]),
  lines(['Interrupts by device', 'Interrupts per second by source (collector "interrupts").', 'ops'], [[`sum by (info, devices) (${perSecond('node_interrupts_total')})`, '{{info}} {{devices}}']]),
  lines(['Guests', 'Processor time given to virtual machines of this host; part of "user" and "nice".', 'percentunit'], [[`sum by (mode) (${perSecond('node_cpu_guest_seconds_total')})`, '{{mode}}']]),
  lines(['Frequency', 'The frequency each core runs at, between its bounds. Low under load is heat or thrift.', 'hertz'], [[now('node_cpu_scaling_frequency_hertz'), '{{cpu}}'], [`max(${now('node_cpu_scaling_frequency_max_hertz')})`, 'highest'], [`min(${now('node_cpu_scaling_frequency_min_hertz')})`, 'lowest']], { limits: ['highest', 'lowest'] }),
  lines(['Scheduler: running and waiting', 'Seconds per second that tasks ran on each core, and that they waited for it although they could have run.', 'percentunit'], [[perSecond('node_schedstat_running_seconds_total'), '{{cpu}} ran'], [perSecond('node_schedstat_waiting_seconds_total'), '{{cpu}} waited']]),
  lines(['Scheduler: slices', 'Turns given out by each core per second.', 'ops'], [[perSecond('node_schedstat_timeslices_total'), '{{cpu}}']], whole),
];
