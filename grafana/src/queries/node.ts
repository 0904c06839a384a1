/** How the node dashboard asks node_exporter: always of the machines chosen at the top. */
import type { NodeMetric } from '../node-metrics.ts';
import { braces, chosenNode, is, rate, unlike } from '../promql.ts';

type More = Readonly<Record<string, string>>;

/** A number as it stands. */
export const now = (name: NodeMetric, more: More = {}): string => `${name}${braces({ ...chosenNode, ...more })}`;
/** A counter per second. */
export const perSecond = (name: NodeMetric, more: More = {}): string => rate(now(name, more));

export const busyRatio = (): string => `1 - avg by (instance) (${perSecond('node_cpu_seconds_total', { mode: is('idle') })})`;
export const cpuByMode = (): string => `sum by (mode) (${perSecond('node_cpu_seconds_total')}) / on () group_left () scalar(count(count by (instance, cpu) (${now('node_cpu_seconds_total')})))`;
export const cores = (): string => `count by (instance) (count by (instance, cpu) (${now('node_cpu_seconds_total')}))`;
export const loadPerCore = (): string => `${now('node_load1')} / on (instance) ${cores()}`;
export const memoryUsedRatio = (): string => `1 - ${now('node_memory_MemAvailable_bytes')} / ${now('node_memory_MemTotal_bytes')}`;
export const swapUsedRatio = (): string => `1 - ${now('node_memory_SwapFree_bytes')} / (${now('node_memory_SwapTotal_bytes')} > 0)`;
/** File systems that hold data; not those of the kernel. */
const real = { fstype: unlike('tmpfs|ramfs|overlay|squashfs|nsfs|proc|sysfs|cgroup.*|devtmpfs|fuse.*') };
export const spaceUsedRatio = (): string => `max by (instance, mountpoint) (1 - ${now('node_filesystem_avail_bytes', real)} / (${now('node_filesystem_size_bytes', real)} > 0))`;
export const inodesUsedRatio = (): string => `max by (instance, mountpoint) (1 - ${now('node_filesystem_files_free', real)} / (${now('node_filesystem_files', real)} > 0))`;
/** When a file system is full if it goes on as in the last six hours; only those that fill. */
export const secondsUntilFull = (): string => `min by (instance, mountpoint) (${now('node_filesystem_avail_bytes', real)} / (-deriv(${now('node_filesystem_avail_bytes', real)}[6h]) > 0))`;
export const uptime = (): string => `${now('node_time_seconds')} - ${now('node_boot_time_seconds')}`;
/** Against the moment of the scrape; against the moment of the question, a clock in time would seem to be late by up to a scrape interval. */
export const clockDifference = (): string => `${now('node_time_seconds')} - timestamp(${now('node_time_seconds')})`;
/** The kernel says -1 Mbit/s where it does not know. */
export const linkSpeed = (): string => `${now('node_network_speed_bytes')} >= 0`;
/** The kernel counts kibibytes, whatever the name says. */
export const pagesPerSecond = (name: 'node_vmstat_pgpgin' | 'node_vmstat_pgpgout'): string => `${perSecond(name)} * 1024`;
