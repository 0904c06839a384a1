/** A made machine for the bench of the energy exporter: three RAPL zones and thirteen containers, whose files are as long as a real kernel's and grow. */
import { makeTree, raplZone } from '../energy-exporter/test/made-tree.ts';

const names = ['nginx', 'platform', 'processor', 'energy', 'loki', 'promtail', 'prometheus', 'alertmanager', 'node-exporter', 'collector', 'grafana', 'kepler', 'demo'];
const zones = [['intel-rapl:0', 'package-0', 22], ['intel-rapl:0:0', 'core', 9], ['intel-rapl:0:1', 'dram', 2.5]] as const; // prettier-ignore
const cpus = 4;
/** Lines of a memory.stat of Linux 6.1, of which the exporter wants one. */
const memoryStat = ['anon', 'file', 'kernel', 'kernel_stack', 'pagetables', 'sec_pagetables', 'percpu', 'sock', 'vmalloc', 'shmem', 'zswap', 'zswapped', 'file_mapped', 'file_dirty', 'file_writeback', 'swapcached', 'anon_thp', 'file_thp', 'shmem_thp', 'inactive_anon', 'active_anon', 'inactive_file', 'active_file', 'unevictable', 'slab_reclaimable', 'slab_unreclaimable', 'slab', 'workingset_refault_anon', 'workingset_refault_file', 'workingset_activate_anon', 'workingset_activate_file', 'workingset_restore_anon', 'workingset_restore_file', 'workingset_nodereclaim', 'pgscan', 'pgsteal', 'pgscan_kswapd', 'pgscan_direct', 'pgsteal_kswapd', 'pgsteal_direct', 'pgfault', 'pgmajfault', 'pgrefill', 'pgactivate', 'pgdeactivate', 'pglazyfree', 'pglazyfreed', 'zswpin', 'zswpout', 'thp_fault_alloc', 'thp_collapse_alloc'].map((key, index) => `${key} ${index * 1_048_576}`).join('\n'); // prettier-ignore

export type MadeMachine = { readonly root: string; stop(): void };

/** Its counters rise by themselves every two seconds. */
export function startMadeMachine(): MadeMachine {
  const tree = makeTree({ 'cgroup/cgroup.controllers': 'cpu memory io pids' });
  const startMs = performance.now();
  const tick = (): void => {
    const seconds = (performance.now() - startMs) / 1000;
    for (const [entry, name, watts] of zones) tree.write(under('sys', raplZone(entry, name, Math.round(1e9 + watts * seconds * 1e6))));
    const ticks = Math.round(seconds * 100);
    tree.write({ 'proc/stat': [`cpu  ${ticks} 10 ${ticks} ${ticks * 6} 5 0 3 0 0 0`, ...Array.from({ length: cpus }, (_, cpu) => `cpu${cpu} ${ticks} 2 ${ticks} ${ticks} 1 0 1 0 0 0`), 'intr 1 2 3', 'ctxt 4', 'btime 1', 'processes 2', 'procs_running 1', 'procs_blocked 0', 'softirq 1 2'].join('\n') });
    names.forEach((name, index) => {
      const micros = Math.round(seconds * 20_000 * (index + 1));
      tree.write(under(`cgroup/system.slice/docker-${idOf(index)}.scope`, { 'cpu.stat': `usage_usec ${micros}\nuser_usec ${micros}\nsystem_usec 0\ncore_sched.force_idle_usec 0\nnr_periods 100\nnr_throttled 0\nthrottled_usec 0\nnr_bursts 0\nburst_usec 0`, 'memory.current': 50_000_000 + micros, 'memory.max': 268_435_456, 'memory.stat': memoryStat, 'io.stat': `8:0 rbytes=${micros} wbytes=${micros} rios=10 wios=10 dbytes=0 dios=0\n259:0 rbytes=1 wbytes=2 rios=1 wios=1 dbytes=0 dios=0`, 'cpu.max': '50000 100000', 'cgroup.procs': 100 + index }));
      tree.write({ [`proc/${100 + index}/environ`]: `PATH=/bin\0HOSTNAME=${name}\0`, [`proc/${100 + index}/cmdline`]: name });
    });
  };
  tick();
  const timer = setInterval(tick, 2000);
  return {
    root: tree.root,
    stop() {
      clearInterval(timer);
      tree.destroy();
    },
  };
}

const idOf = (index: number): string => (index + 16).toString(16).repeat(32);

function under(folder: string, files: Readonly<Record<string, string | number>>): Record<string, string | number> {
  return Object.fromEntries(Object.entries(files).map(([path, content]) => [`${folder}/${path}`, content]));
}
