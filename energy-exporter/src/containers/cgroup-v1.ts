/** One hierarchy for every resource: cgroups as older machines have them. https://docs.kernel.org/admin-guide/cgroup-v1/index.html */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { firstProcessIn, numberOf, readCgroupFile, readCgroupNumber } from './cgroup-file.ts';
import type { CgroupReader } from './usage.ts';

/** `cpu` and `cpuacct` are one mount or two. */
const cpuFolders = ['cpu,cpuacct', 'cpuacct,cpu', 'cpuacct', 'cpu'];

/** Where there is no limit, the kernel says the largest number of whole pages. */
const unlimitedBytes = 2 ** 62;

/** Null where the folder holds no such hierarchy. */
export function createCgroupV1(root: string): CgroupReader | null {
  const accounting = cpuFolders.find((folder) => existsSync(join(root, folder, 'cpuacct.usage')));
  if (accounting === undefined) return null;
  const quotas = cpuFolders.find((folder) => folder.includes('cpu') && folder !== 'cpuacct' && existsSync(join(root, folder))) ?? accounting;
  const file = (controller: string, path: string, name: string): string => `${root}/${controller}${path}/${name}`;
  return {
    root: join(root, accounting),
    usage(path) {
      const cpu = readCgroupNumber(file(accounting, path, 'cpuacct.usage'));
      if (cpu === null) return null;
      const [memory, cache] = [readCgroupNumber(file('memory', path, 'memory.usage_in_bytes')), readCgroupFile(file('memory', path, 'memory.stat'))];
      const io = readCgroupFile(file('blkio', path, 'blkio.throttle.io_service_bytes_recursive'));
      return {
        cpuSeconds: cpu / 1e9,
        memoryBytes: memory === null ? null : Math.max(0, memory - (numberOf(cache, 'total_inactive_file') ?? 0)),
        readBytes: io === null ? null : sumOf(io, 'Read'),
        writtenBytes: io === null ? null : sumOf(io, 'Write'),
      };
    },
    limits(path) {
      const memory = readCgroupNumber(file('memory', path, 'memory.limit_in_bytes'));
      return {
        memoryBytes: memory !== null && memory < unlimitedBytes ? memory : null,
        cpus: limitOf(readCgroupFile(file(quotas, path, 'cpu.cfs_quota_us')), readCgroupNumber(file(quotas, path, 'cpu.cfs_period_us'))),
      };
    },
    firstProcess: (path) => firstProcessIn(file(accounting, path, 'cgroup.procs')),
  };
}

/** Over all devices of `8:0 Read 4096`. */
function sumOf(io: string, operation: 'Read' | 'Write'): number {
  return [...io.matchAll(new RegExp(`^\\d+:\\d+ ${operation} (\\d+)$`, 'gm'))].reduce((sum, [, bytes]) => sum + Number(bytes), 0);
}

/** A quota of -1 is no limit. */
function limitOf(quota: string | null, period: number | null): number | null {
  const micros = Number(quota ?? -1);
  return micros > 0 && period !== null && period > 0 ? micros / period : null;
}
