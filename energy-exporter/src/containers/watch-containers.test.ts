import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { makeTree } from '../../test/made-tree.ts';
import type { MadeTree } from '../../test/made-tree.ts';
import { openCgroups } from './open-cgroups.ts';
import { watchContainers } from './watch-containers.ts';
import type { ServiceRule } from './name-service.ts';

const id = (letter: string) => letter.repeat(64);
const rule = (service: string, more: Partial<ServiceRule> = {}): ServiceRule => ({ service, hostnames: [], commands: [], cgroups: [], ...more });

let tree: MadeTree;
let turnedAway: string[];
beforeEach(() => {
  [tree, turnedAway] = [makeTree(), []];
});
afterEach(() => tree.destroy());

const watch = (rules: readonly ServiceRule[] = []) => {
  const reader = openCgroups(`${tree.root}/cgroup`);
  if (reader === null) throw new Error('no cgroups');
  return watchContainers({ reader, procFolder: `${tree.root}/proc`, rules, findEvery: 1, longestMs: 200, tooMany: (service) => turnedAway.push(service) });
};
const v2 = (path: string, { micros, memory = 0, cache = 0, read = 0, written = 0, max = 'max 100000', limit = 'max', pid = 1 }: { micros: number; memory?: number; cache?: number; read?: number; written?: number; max?: string; limit?: string; pid?: number }) =>
  tree.write({ 'cgroup/cgroup.controllers': 'cpu memory io', [`cgroup${path}/cpu.stat`]: `usage_usec ${micros}\nuser_usec 1\nsystem_usec 1`, [`cgroup${path}/memory.current`]: memory, [`cgroup${path}/memory.max`]: limit, [`cgroup${path}/memory.stat`]: `anon 1\ninactive_file ${cache}`, [`cgroup${path}/io.stat`]: `8:0 rbytes=${read} wbytes=${written} rios=1 wios=1\n8:16 rbytes=1 wbytes=2`, [`cgroup${path}/cpu.max`]: max, [`cgroup${path}/cgroup.procs`]: pid });
const process = (pid: number, hostname: string | null, command = 'sh') => tree.write({ [`proc/${pid}/environ`]: `PATH=/bin\0${hostname === null ? '' : `HOSTNAME=${hostname}\0`}`, [`proc/${pid}/cmdline`]: command.replaceAll(' ', '\0') });

describe('version 2', () => {
  test('processor time, memory without cache, I/O over all devices and the limit, under the host name of the container', async () => {
    const path = `/system.slice/docker-${id('a')}.scope`;
    v2(path, { micros: 5_000_000, memory: 500, cache: 200, read: 10, written: 20, max: '50000 100000', limit: '1024', pid: 7 });
    process(7, 'platform');
    const containers = watch();
    await containers.read();
    expect(containers.services.get('platform')).toEqual({ cpuSeconds: 0, memoryBytes: 300, memoryLimitBytes: 1024, readBytes: 0, writtenBytes: 0, cpuLimit: 0.5 });
    v2(path, { micros: 7_500_000, memory: 400, cache: 0, read: 110, written: 25, max: 'max 100000', pid: 7 });
    await containers.read();
    expect(containers.services.get('platform')).toEqual({ cpuSeconds: 2.5, memoryBytes: 400, memoryLimitBytes: Infinity, readBytes: 100, writtenBytes: 5, cpuLimit: 0 });
    expect([...containers.containers]).toEqual([[id('a'), 'platform']]);
  });

  test('a container that is made anew goes on where the one before it ended, whole use included', async () => {
    v2(`/docker/${id('a')}`, { micros: 1_000_000, pid: 7 });
    process(7, 'platform');
    const containers = watch();
    await containers.read();
    v2(`/docker/${id('a')}`, { micros: 4_000_000, pid: 7 });
    await containers.read();
    tree.remove(`cgroup/docker/${id('a')}`);
    v2(`/docker/${id('b')}`, { micros: 500_000, pid: 8 });
    process(8, 'platform');
    await containers.read();
    expect(containers.services.get('platform')?.cpuSeconds).toBe(3.5);
    expect([...containers.containers.keys()]).toEqual([id('b')]);
  });

  test('all container engines are found at any depth, and what runs inside a container belongs to it', async () => {
    const paths = [`/system.slice/docker-${id('a')}.scope`, `/machine.slice/libpod-${id('b')}.scope`, `/kubepods.slice/burst/pod1/cri-containerd-${id('c')}.scope`, `/docker/${id('d')}`, `/system.slice/docker-${id('a')}.scope/init.scope/docker-${id('e')}.scope`];
    paths.forEach((path, index) => {
      v2(path, { micros: 1, pid: index + 10 });
      process(index + 10, `service-${index}`);
    });
    tree.write({ 'cgroup/user.slice/cpu.stat': 'usage_usec 9' });
    const containers = watch();
    await containers.read();
    expect([...containers.services.keys()].sort()).toEqual(['service-0', 'service-1', 'service-2', 'service-3']);
  });

  test('a host name that Docker made up, or none that may be read, names nothing; rules do', async () => {
    v2(`/docker/${id('a')}`, { micros: 1, pid: 7 });
    v2(`/docker/${id('b')}`, { micros: 1, pid: 8 });
    v2(`/docker/${id('c')}`, { micros: 1, pid: 9 });
    v2('/system.slice/nginx.service', { micros: 1, pid: 10 });
    process(7, 'aaaaaaaaaaaa');
    process(8, null, 'node /app/main.ts run');
    process(9, 'cccccccccccc');
    const nobody = watch();
    await nobody.read();
    expect([...nobody.services.keys()]).toEqual([]);
    expect(nobody.unnamed).toBe(3);
    const containers = watch([rule('processor', { commands: ['main.ts run'] }), rule('loki', { hostnames: ['cccccccccccc'] }), rule('nginx', { cgroups: ['/system.slice/nginx.service'] }), rule('db', { hostnames: [id('a').slice(0, 20)] })]);
    await containers.read();
    expect([...containers.services.keys()].sort()).toEqual(['db', 'loki', 'nginx', 'processor']);
    expect([...containers.containers.values()].sort()).toEqual(['db', 'loki', 'processor']);
  });

  test('a container that was started again under the same path goes on, too', async () => {
    const path = `/docker/${id('a')}`;
    process(7, 'platform');
    v2(path, { micros: 5_000_000, pid: 7 });
    const containers = watch();
    for (const micros of [5_000_000, 7_000_000, 1_000_000]) {
      v2(path, { micros, pid: 7 });
      await containers.read();
    }
    expect(containers.services.get('platform')?.cpuSeconds).toBe(3);
  });

  test('a container that gets its name later brings no past with it', async () => {
    v2(`/docker/${id('a')}`, { micros: 90_000_000, pid: 7 });
    const containers = watch();
    await containers.read();
    process(7, 'late');
    await containers.read();
    v2(`/docker/${id('a')}`, { micros: 91_000_000, pid: 7 });
    await containers.read();
    expect(containers.services.get('late')?.cpuSeconds).toBe(1);
  });

  test('no container may call itself what the rest is called', async () => {
    v2(`/docker/${id('a')}`, { micros: 1, pid: 7 });
    process(7, 'Unattributed');
    const containers = watch();
    await containers.read();
    expect([containers.services.size, containers.unnamed]).toEqual([0, 1]);
  });

  test('garbage and missing files are no numbers: the rest is read', async () => {
    v2(`/docker/${id('a')}`, { micros: 1_000_000, memory: 100, pid: 7 });
    v2(`/docker/${id('b')}`, { micros: 1_000_000, pid: 8 });
    process(7, 'one');
    process(8, 'two');
    tree.write({ [`cgroup/docker/${id('a')}/memory.current`]: 'garbage', [`cgroup/docker/${id('a')}/cpu.max`]: 'garbage' });
    tree.remove(`cgroup/docker/${id('a')}/io.stat`);
    tree.write({ [`cgroup/docker/${id('b')}/cpu.stat`]: 'garbage' });
    const containers = watch();
    await containers.read();
    expect(containers.services.get('one')).toEqual({ cpuSeconds: 0, memoryBytes: null, memoryLimitBytes: Infinity, readBytes: null, writtenBytes: null, cpuLimit: 0 });
    expect(containers.services.has('two')).toBe(false);
  });
});

test('more than a hundred services are told of, once each; a place that nobody lives in is given away', async () => {
  const services = Array.from({ length: 102 }, (_, index) => ({ name: `service-${index}`, path: `/docker/${index.toString(16).padStart(2, '0').repeat(32)}` }));
  services.forEach(({ name, path }, index) => {
    v2(path, { micros: 1_000_000, pid: index + 10 });
    process(index + 10, name);
  });
  const containers = watch();
  await containers.read();
  v2(`/docker/${'05'.repeat(32)}`, { micros: 6_000_000, pid: 15 });
  await containers.read();
  expect([containers.services.size, containers.unnamed, turnedAway]).toEqual([100, 2, ['service-100', 'service-101']]);
  const pathOf = (number: number) => services[number]?.path ?? '';
  tree.remove(`cgroup${pathOf(0)}`);
  v2(pathOf(100), { micros: 1_000_000, pid: 110 });
  await containers.read();
  v2(pathOf(100), { micros: 3_000_000, pid: 110 });
  await containers.read();
  const secondsOf = (number: number) => containers.services.get(`service-${number}`)?.cpuSeconds;
  expect([containers.services.size, containers.unnamed, secondsOf(0), secondsOf(100), secondsOf(5)]).toEqual([100, 1, undefined, 2, 5]);
});

test('a process that hangs in the kernel names nothing, and its container alone goes without a name until it answers', async () => {
  v2(`/docker/${id('a')}`, { micros: 1_000_000, pid: 7 });
  v2(`/docker/${id('b')}`, { micros: 1_000_000, pid: 8 });
  process(8, 'one');
  tree.write({ 'proc/7/cmdline': 'two' });
  execFileSync('mkfifo', [`${tree.root}/proc/7/environ`]);
  const containers = watch([rule('three', { cgroups: [`/docker/${id('b')}`] })]);
  await containers.read();
  v2(`/docker/${id('b')}`, { micros: 3_000_000, pid: 8 });
  await containers.read();
  expect([containers.services.get('three')?.cpuSeconds, containers.unnamed]).toEqual([2, 1]);
  // Waits for the one question that hangs, and answers it.
  await writeFile(`${tree.root}/proc/7/environ`, 'HOSTNAME=two\0');
  tree.remove('proc/7/environ');
  process(7, 'two');
  await vi.waitUntil(async () => {
    await containers.read();
    return containers.unnamed === 0;
  });
  expect([...containers.services.keys()]).toEqual(['three', 'two']);
});

describe('version 1', () => {
  test('every resource has its own hierarchy', async () => {
    const path = `/docker/${id('a')}`;
    const write = (nanos: number, read: number, limit: string) =>
      tree.write({ [`cgroup/memory${path}/memory.limit_in_bytes`]: limit, 'cgroup/cpu,cpuacct/cpuacct.usage': 1, [`cgroup/cpu,cpuacct${path}/cpuacct.usage`]: nanos, [`cgroup/cpu,cpuacct${path}/cpu.cfs_quota_us`]: 150_000, [`cgroup/cpu,cpuacct${path}/cpu.cfs_period_us`]: 100_000, [`cgroup/cpu,cpuacct${path}/cgroup.procs`]: 7, [`cgroup/memory${path}/memory.usage_in_bytes`]: 900, [`cgroup/memory${path}/memory.stat`]: 'inactive_file 1\ntotal_inactive_file 300', [`cgroup/blkio${path}/blkio.throttle.io_service_bytes_recursive`]: `8:0 Read ${read}\n8:0 Write 7\n8:0 Total 9\n8:16 Read 1\nTotal 9` });
    write(1_000_000_000, 100, '4096');
    process(7, 'loki');
    const containers = watch();
    await containers.read();
    expect(containers.services.get('loki')?.memoryLimitBytes).toBe(4096);
    write(3_500_000_000, 160, '9223372036854771712'); // what the kernel says for none
    await containers.read();
    expect(containers.services.get('loki')).toEqual({ cpuSeconds: 2.5, memoryBytes: 600, memoryLimitBytes: Infinity, readBytes: 60, writtenBytes: 0, cpuLimit: 1.5 });
  });

  test('a quota of -1 is no limit', async () => {
    const path = `/docker/${id('a')}`;
    tree.write({ 'cgroup/cpuacct/cpuacct.usage': 1, 'cgroup/cpu/cpu.shares': 1, [`cgroup/cpuacct${path}/cpuacct.usage`]: 1, [`cgroup/cpu${path}/cpu.cfs_quota_us`]: -1, [`cgroup/cpu${path}/cpu.cfs_period_us`]: 100_000, [`cgroup/cpuacct${path}/cgroup.procs`]: 7 });
    process(7, 'loki');
    const containers = watch();
    await containers.read();
    expect(containers.services.get('loki')).toEqual({ cpuSeconds: 0, memoryBytes: null, memoryLimitBytes: Infinity, readBytes: null, writtenBytes: null, cpuLimit: 0 });
  });
});

test('a machine without cgroups has none', () => {
  expect(openCgroups(`${tree.root}/nowhere`)).toBeNull();
});
