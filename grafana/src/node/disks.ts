/** Disks and file systems. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import * as ask from '../queries/node.ts';
import { threshold } from '../queries/thresholds.ts';
import { lines, wide } from './lines.ts';

const { now, perSecond } = ask;
const each = '{{device}}';
const timeOnTheRight = { rightAxis: { '/ time$/': 'percentunit' } } as const;

export const filesystemRow: readonly Builder<Panel>[] = [
  lines(['Space in use', 'Share of each file system with data that is full.', 'percentunit'], [[ask.spaceUsedRatio(), '{{mountpoint}}'], [threshold('disk_ratio'), 'limit']], { max: 1, limits: ['limit'] }),
  lines(['Inodes in use', 'Share of the files that a file system can still hold. A disk can be full of tiny files with space left.', 'percentunit'], [[ask.inodesUsedRatio(), '{{mountpoint}}'], [threshold('inode_ratio'), 'limit']], { max: 1, limits: ['limit'] }),
  lines(['Time until it is full', 'If it goes on as in the last six hours; only file systems that fill. Below a day somebody should act.', 's'], [[ask.secondsUntilFull(), '{{mountpoint}}'], [threshold('disk_full_seconds'), 'limit']], { logarithmic: true, limits: ['limit'], empty: 'no file system has been filling for the last six hours.' }),
  lines(['Free space', 'Bytes that are free, and those of them that programs may use: some are reserved for root.', 'bytes'], [[now('node_filesystem_free_bytes'), '{{mountpoint}} free'], [now('node_filesystem_avail_bytes'), '{{mountpoint}} usable']], wide),
  lines(['Read-only, or broken', '1 where a file system can only be read, or could not be asked at all. A disk that fails often turns read-only first.', 'short'], [[now('node_filesystem_readonly'), '{{mountpoint}} read-only'], [now('node_filesystem_device_error'), '{{mountpoint}} error']], { ...wide, decimals: 0 }),
];

export const diskRow: readonly Builder<Panel>[] = [
  lines(['Busy', 'Share of time in which a disk had something to do. A modern disk is not yet full at 100%.', 'percentunit'], [[perSecond('node_disk_io_time_seconds_total'), each]], { max: 1 }),
  lines(['Read and written', 'Bytes per second to and from each disk.', 'Bps'], [[perSecond('node_disk_read_bytes_total'), `${each} read`], [perSecond('node_disk_written_bytes_total'), `${each} written`]]),
  lines(['Operations', 'Reads and writes that each disk finished per second.', 'iops'], [[perSecond('node_disk_reads_completed_total'), `${each} reads`], [perSecond('node_disk_writes_completed_total'), `${each} writes`]]),
  lines(['Time of one operation', 'Mean time of a read and of a write. Over 10 ms on a solid disk something is wrong.', 's'], [[`${perSecond('node_disk_read_time_seconds_total')} / (${perSecond('node_disk_reads_completed_total')} > 0)`, `${each} read`], [`${perSecond('node_disk_write_time_seconds_total')} / (${perSecond('node_disk_writes_completed_total')} > 0)`, `${each} write`]]),
  lines(['Queue', 'Mean number of operations that wait or run, and the number at this moment.', 'none'], [[perSecond('node_disk_io_time_weighted_seconds_total'), `${each} mean`], [now('node_disk_io_now'), `${each} now`]], { decimals: 2 }),
  lines(['Merged', 'Neighbouring operations that were made one, per second: good for the disk.', 'iops'], [[perSecond('node_disk_reads_merged_total'), `${each} reads`], [perSecond('node_disk_writes_merged_total'), `${each} writes`]]),
  lines(['Discards', 'Notices per second that sectors are no longer needed (TRIM): done, and merged.', 'iops'], [[perSecond('node_disk_discards_completed_total'), `${each} done`], [perSecond('node_disk_discards_merged_total'), `${each} merged`]]),
  lines(['Discarded sectors, and their time', 'Sectors given back per second, and the share of time that took (right).', 'ops'], [[perSecond('node_disk_discarded_sectors_total'), `${each} sectors`], [perSecond('node_disk_discard_time_seconds_total'), `${each} time`]], timeOnTheRight),
  lines(['Flushes', 'How often per second the cache of a disk was made durable, and the share of time that took (right). Databases ask for this at every commit.', 'ops'], [[perSecond('node_disk_flush_requests_total'), `${each} flushes`], [perSecond('node_disk_flush_requests_time_seconds_total'), `${each} time`]], timeOnTheRight),
];
