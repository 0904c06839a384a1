/** A made machine that lives: RAPL counters, processor times and cgroups that grow as on a machine of known watts and shares, idle or loaded. */
import { makeTree, raplZone } from '../energy-exporter/test/made-tree.ts';

/** Container ids and shares of the machine that the recorded Kepler scrapes come from. */
export const madeServices = [
  { name: 'platform', id: 'a1'.repeat(32), share: 20, cpus: 1 },
  { name: 'nginx', id: 'b2'.repeat(32), share: 4, cpus: 0.5 },
  { name: 'log-processor', id: 'c3'.repeat(32), share: 8, cpus: 0.5 },
  { name: 'loki', id: 'd4'.repeat(32), share: 10, cpus: 0.5 },
  { name: 'prometheus', id: 'e5'.repeat(32), share: 6, cpus: 0.5 },
] as const;
const shares = 49;
const cpus = 4;

export function startMachine() {
  const tree = makeTree({ 'cgroup/cgroup.controllers': 'cpu memory io' });
  const startMs = performance.now();
  let [lastMs, busySeconds, idleSeconds, load] = [startMs, 0, 0, 0.1];
  const tick = (): void => {
    const nowMs = performance.now();
    const passed = ((nowMs - lastMs) / 1000) * cpus;
    lastMs = nowMs;
    busySeconds += passed * load;
    idleSeconds += passed * (1 - load);
    const joules = (watts: number): number => Math.round(1e9 + ((watts * (nowMs - startMs)) / 1000) * 1e6);
    for (const [entry, name, watts] of [['intel-rapl:0', 'package-0', 22], ['intel-rapl:0:0', 'core', 9], ['intel-rapl:0:1', 'dram', 2.5]] as const) {
      tree.write(Object.fromEntries(Object.entries(raplZone(entry, name, joules(watts))).map(([path, content]) => [`sys/${path}`, content])));
    } // prettier-ignore
    const ticks = (seconds: number): number => Math.round(seconds * 100);
    tree.write({ 'proc/stat': [`cpu  ${ticks(busySeconds)} 0 0 ${ticks(idleSeconds)} 0 0 0 0 0 0`, ...Array.from({ length: cpus }, (_, cpu) => `cpu${cpu} 0 0 0 0 0 0 0 0 0 0`)].join('\n') });
    madeServices.forEach(({ name, id, share, cpus: limit }, index) => {
      const cgroup = `cgroup/system.slice/docker-${id}.scope`;
      tree.write({ [`${cgroup}/cpu.stat`]: `usage_usec ${Math.round(((busySeconds * share) / shares) * 1e6)}`, [`${cgroup}/memory.current`]: 1_000_000, [`${cgroup}/memory.max`]: 268_435_456, [`${cgroup}/io.stat`]: '8:0 rbytes=1 wbytes=2', [`${cgroup}/cpu.max`]: `${limit * 100_000} 100000`, [`${cgroup}/cgroup.procs`]: 100 + index, [`proc/${100 + index}/environ`]: `HOSTNAME=${name}\0`, [`proc/${100 + index}/cmdline`]: name });
    });
  };
  tick();
  const timer = setInterval(tick, 250);
  return {
    root: tree.root,
    setLoad: (ratio: number) => (load = ratio),
    stop: () => {
      clearInterval(timer);
      tree.destroy();
    },
  };
}
