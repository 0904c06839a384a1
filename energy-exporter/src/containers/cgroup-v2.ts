/** One hierarchy for everything: cgroups as Linux has had them by default since about 2020. https://docs.kernel.org/admin-guide/cgroup-v2.html */
import { firstProcessIn, numberOf, readCgroupFile, readCgroupNumber } from './cgroup-file.ts';
import type { CgroupReader } from './usage.ts';

export function createCgroupV2(root: string): CgroupReader {
  return {
    root,
    usage(path) {
      const file = (name: string): string => `${root}${path}/${name}`;
      const cpu = numberOf(readCgroupFile(file('cpu.stat')), 'usage_usec');
      if (cpu === null) return null;
      const [memory, cache, io] = [readCgroupNumber(file('memory.current')), readCgroupFile(file('memory.stat')), readCgroupFile(file('io.stat'))];
      return {
        cpuSeconds: cpu / 1e6,
        memoryBytes: memory === null ? null : Math.max(0, memory - (numberOf(cache, 'inactive_file') ?? 0)),
        readBytes: io === null ? null : sumOf(io, 'rbytes'),
        writtenBytes: io === null ? null : sumOf(io, 'wbytes'),
      };
    },
    limits: (path) => ({
      memoryBytes: readCgroupNumber(`${root}${path}/memory.max`), // `max` is no number
      cpus: limitOf(readCgroupFile(`${root}${path}/cpu.max`)),
    }),
    firstProcess: (path) => firstProcessIn(`${root}${path}/cgroup.procs`),
  };
}

/** Over all devices of `8:0 rbytes=90430464 wbytes=299008 ...`. */
function sumOf(io: string, key: 'rbytes' | 'wbytes'): number {
  return [...io.matchAll(new RegExp(`(?<= )${key}=(\\d+)`, 'g'))].reduce((sum, [, bytes]) => sum + Number(bytes), 0);
}

/** `50000 100000` is half a processor, `max 100000` all of them. */
function limitOf(text: string | null): number | null {
  const [, quota, period] = /^(\d+) ([1-9]\d*)\s*$/.exec(text ?? '') ?? [];
  return quota === undefined || period === undefined ? null : Number(quota) / Number(period);
}
