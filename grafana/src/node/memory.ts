/** Memory: who has it, and what of it comes back. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { memoryUsedRatio, now, pagesPerSecond, perSecond } from '../queries/node.ts';
import { threshold } from '../queries/thresholds.ts';
import { lines, whole, wide } from './lines.ts';

const used = `${now('node_memory_MemTotal_bytes')} - ${now('node_memory_MemFree_bytes')} - ${now('node_memory_Buffers_bytes')} - ${now('node_memory_Cached_bytes')} - ${now('node_memory_SReclaimable_bytes')}`;

export const memoryRow: readonly Builder<Panel>[] = [
  lines(['Memory', 'What processes use, what the kernel keeps as caches and gives back on demand, and what is free. The dashed line is all there is.', 'bytes'], [[used, 'used'], [now('node_memory_Buffers_bytes'), 'buffers'], [now('node_memory_Cached_bytes'), 'cache'], [now('node_memory_SReclaimable_bytes'), 'kernel cache'], [now('node_memory_MemFree_bytes'), 'free'], [now('node_memory_MemTotal_bytes'), 'total']], { ...wide, draw: 'area', stack: true, limits: ['total'], colours: { used: 'blue', buffers: 'pink', cache: 'sky', 'kernel cache': 'yellow', free: 'grey' } }),
  lines(['Memory in use', 'Share of the memory that no process could get any more.', 'percentunit'], [[memoryUsedRatio(), 'in use'], [threshold('memory_ratio'), 'limit']], { width: 6, max: 1, limits: ['limit'], colours: { 'in use': 'blue' } }),
  lines(['Swap', 'Swap space in use, and what of it also lies in memory.', 'bytes'], [[`${now('node_memory_SwapTotal_bytes')} - ${now('node_memory_SwapFree_bytes')}`, 'used'], [now('node_memory_SwapCached_bytes'), 'also in memory'], [now('node_memory_SwapTotal_bytes'), 'total']], { width: 6, limits: ['total'] }),
];

export const memoryDetailRow: readonly Builder<Panel>[] = [
  lines(['Active and inactive', 'Pages used lately, and those the kernel would give away first; of programs (anon) and of files.', 'bytes'], [[now('node_memory_Active_bytes'), 'active'], [now('node_memory_Inactive_bytes'), 'inactive'], [now('node_memory_Active_anon_bytes'), 'active, programs'], [now('node_memory_Inactive_anon_bytes'), 'inactive, programs'], [now('node_memory_Active_file_bytes'), 'active, files'], [now('node_memory_Inactive_file_bytes'), 'inactive, files']]),
  lines(['Promised memory', 'What programs asked for, against what the kernel would promise. Above the limit a program may get nothing, or somebody is killed.', 'bytes'], [[now('node_memory_Committed_AS_bytes'), 'promised'], [now('node_memory_CommitLimit_bytes'), 'limit']], { limits: ['limit'], colours: { promised: 'blue' } }),
  lines(['Waiting to be written', 'Changed pages that are not on disk yet, and those being written now. They are lost when the power goes.', 'bytes'], [[now('node_memory_Dirty_bytes'), 'changed'], [now('node_memory_Writeback_bytes'), 'being written'], [now('node_memory_WritebackTmp_bytes'), 'being written, FUSE'], [now('node_memory_NFS_Unstable_bytes'), 'NFS, unconfirmed']]),
  lines(['Shared and mapped', 'Files mapped into programs, and memory that programs share, in large pages too.', 'bytes'], [[now('node_memory_Mapped_bytes'), 'mapped'], [now('node_memory_Shmem_bytes'), 'shared'], [now('node_memory_ShmemHugePages_bytes'), 'shared, huge pages'], [now('node_memory_ShmemPmdMapped_bytes'), 'shared, mapped huge']]),
  lines(['Of programs', 'Memory of programs that stands for no file, in ordinary and in transparent huge pages.', 'bytes'], [[now('node_memory_AnonPages_bytes'), 'programs'], [now('node_memory_AnonHugePages_bytes'), 'in huge pages']]),
  lines(['Cannot be moved out', 'Pages that may not be written to swap, and those locked by a program.', 'bytes'], [[now('node_memory_Unevictable_bytes'), 'unevictable'], [now('node_memory_Mlocked_bytes'), 'locked']]),
];

export const memoryKernelRow: readonly Builder<Panel>[] = [
  lines(['Slab', 'The kernel\'s own small objects: what it would give back, and what not. Growth of the second is a leak in a driver.', 'bytes'], [[now('node_memory_Slab_bytes'), 'all'], [now('node_memory_SReclaimable_bytes'), 'given back'], [now('node_memory_SUnreclaim_bytes'), 'kept']]),
  lines(['Kernel stacks and tables', 'Stacks of the kernel, tables of addresses, and data for each processor.', 'bytes'], [[now('node_memory_KernelStack_bytes'), 'stacks'], [now('node_memory_PageTables_bytes'), 'page tables'], [now('node_memory_Percpu_bytes'), 'per processor']]),
  lines(['Addresses of the kernel', 'Virtual addresses of the kernel: used, and the largest free piece.', 'bytes'], [[now('node_memory_VmallocUsed_bytes'), 'used'], [now('node_memory_VmallocChunk_bytes'), 'largest piece'], [now('node_memory_VmallocTotal_bytes'), 'total']], { logarithmic: true }),
  lines(['Huge pages', 'Large pages set aside for programs that ask for them: all, free, promised, and beyond the number set.', 'short'], [[now('node_memory_HugePages_Total'), 'all'], [now('node_memory_HugePages_Free'), 'free'], [now('node_memory_HugePages_Rsvd'), 'promised'], [now('node_memory_HugePages_Surp'), 'beyond']], { decimals: 0 }),
  lines(['Size of a huge page', 'The size of one huge page of this kernel.', 'bytes'], [[now('node_memory_Hugepagesize_bytes'), 'size']]),
  lines(['How memory is mapped', 'Memory the kernel maps by pages of 4 KiB, 2 MiB and 1 GiB: larger pages need fewer look-ups.', 'bytes'], [[now('node_memory_DirectMap4k_bytes'), '4 KiB'], [now('node_memory_DirectMap2M_bytes'), '2 MiB'], [now('node_memory_DirectMap1G_bytes'), '1 GiB']], { stack: true, draw: 'area' }),
  lines(['Compressed swap', 'Pages compressed in memory instead of being written to swap: what they were, and what they take.', 'bytes'], [[now('node_memory_Zswapped_bytes'), 'were'], [now('node_memory_Zswap_bytes'), 'take']], wide),
  lines(['Broken memory', 'Memory that the kernel took out of use because it is faulty. Anything but 0: order a new module.', 'bytes'], [[now('node_memory_HardwareCorrupted_bytes'), 'broken']], { ...wide, colours: { broken: 'vermilion' } }),
];

export const pagingRow: readonly Builder<Panel>[] = [
  lines(['To and from disk', 'Bytes per second that the kernel reads from and writes to disks, files included.', 'Bps'], [[pagesPerSecond('node_vmstat_pgpgin'), 'in'], [pagesPerSecond('node_vmstat_pgpgout'), 'out']]),
  lines(['To and from swap', 'Pages per second moved to swap and back. Both at once, all the time, is a machine without enough memory.', 'ops'], [[perSecond('node_vmstat_pswpin'), 'in'], [perSecond('node_vmstat_pswpout'), 'out']]),
  lines(['Page faults', 'Pages a program touched that were not mapped; "major" had to wait for the disk.', 'ops'], [[`${perSecond('node_vmstat_pgfault')} - ${perSecond('node_vmstat_pgmajfault')}`, 'minor'], [perSecond('node_vmstat_pgmajfault'), 'major']]),
  lines(['Killed for want of memory', 'Processes per second that the kernel ended to get memory. Every one is an outage of something.', 'ops'], [[perSecond('node_vmstat_oom_kill'), 'killed']], { ...whole, colours: { killed: 'vermilion' } }),
];
