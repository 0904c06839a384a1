/** The exporter as a program: what it cannot start with is said once, in one list, with the exit code of every command. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync, readdirSync, readlinkSync } from 'node:fs';
import { open, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test, vi } from 'vitest';
import { makeTree, raplZone } from '../test/made-tree.ts';

function started(yaml: string | null, ...words: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'tidewatch-energy-main-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const config = join(folder, 'energy.yaml');
  if (yaml !== null) writeFileSync(config, yaml);
  return spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'main.ts'), 'energy', '--config', config, ...words], { encoding: 'utf8' });
}

test('every mistake of a configuration is said at once, with exit code 2', () => {
  const { status, stderr, stdout } = started('energy:\n  interval_seconds: 0\n  health_port: 99999\n');
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toContain('interval_seconds');
  expect(stderr).toContain('health_port');
  expect(stderr.match(/tidewatch: /g)).toHaveLength(1);
});

test('so are names given twice, services that nothing can be, settings of another kind of sensor, and a minute of one sample', () => {
  const { status, stderr } = started(`energy:
  interval_seconds: 60
  sensors:
    - { name: wall, kind: shelly, url: http://192.0.2.1 }
    - { name: wall, kind: shelly, url: http://192.0.2.2, zone: datacenter }
    - { name: cpu, kind: rapl, url: http://192.0.2.1, interval_seconds: 60 }
    - { name: cpus, kind: rapl }
  services: [{ name: unattributed, commands: [x] }, { name: web }, { name: proxy, cgroups: [/system.slice/nginx.service/] }, { name: web, hostnames: [web] }]
  prices: [{ site: ocean, euros_per_kwh: 0, reference: r }, { site: ocean, euros_per_kwh: 1, reference: r }]
`);
  expect(status).toBe(2);
  expect(stderr.split('\n').map((line) => line.trim().replace(/;.*| is .*/, '')).filter((line) => line.startsWith('energy.'))).toEqual([
    'energy.interval_seconds: expected 15 or less',
    'energy.sensors.2.interval_seconds: expected 15 or less for a counter',
    'energy.services.2.cgroups.0: expected a path that starts with / and does not end with it',
    'energy.prices.0.euros_per_kwh: expected more than 0',
    'energy.sensors: the name wall',
    'energy.sensors: a sensor of the kind rapl',
    'energy.services: the name web',
    'energy.prices: the site ocean',
    'energy.sensors.2.url: a sensor of the kind rapl has none',
    'energy.sensors: a meter with zone: datacenter and scope: facility',
    'energy.services.0.name: unattributed',
    'energy.services.1: nothing can be this service',
  ]);
});

test('a grid that the table does not know would never give a gram: it ends the start', () => {
  const { status, stderr } = started('energy: { grid_table: ember, grid_zone: FR }\n');
  expect(status).toBe(2);
  expect(stderr).toContain('energy.grid_zone: the table ember has no zone FR; expected a country of three letters such as FRA');
});

test.each([
  ['a configuration that is not there', null, []],
  ['an option nobody knows', 'energy: {}\n', ['--colour']],
] as const)('%s ends the start with exit code 2', (_what, yaml, words) => {
  expect(started(yaml, ...words).status).toBe(2);
});

/** Whether a process has a file open. Linux only. */
function holds(pid: number | undefined, path: string): boolean {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).some((fd) => {
    try {
      return readlinkSync(join(folder, fd)) === path;
    } catch {
      return false; // closed between two looks
    }
  });
}

test('a file of the kernel that hangs does not keep it from ending when it is told to', async () => {
  const tree = makeTree({ ...raplZone('intel-rapl:0', 'package-0', 0), 'proc/stat': 'cpu  1 0 0 1 0 0 0 0 0 0\ncpu0 1 0 0 1 0 0 0 0 0 0' });
  onTestFinished(() => tree.destroy());
  const [counter, config] = [join(tree.root, 'class/powercap/intel-rapl:0/energy_uj'), join(tree.root, 'energy.yaml')];
  rmSync(counter);
  execFileSync('mkfifo', [counter]);
  // Nobody listens on port 9 of this machine: the collector is away, too.
  writeFileSync(config, `energy: { otlp_url: 'http://127.0.0.1:9', interval_seconds: 1, sysfs_folder: ${tree.root}, proc_folder: ${tree.root}/proc, cgroup_folder: ${tree.root}, sensors: [{ name: rapl, kind: rapl }] }\n`);
  const exporter = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'main.ts'), 'energy', '--config', config], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void exporter.kill('SIGKILL'));
  const said: string[] = [];
  const up = new Promise<void>((resolve) => {
    createInterface({ input: exporter.stdout }).on('line', (line) => {
      said.push(line);
      if (line.includes('is up')) resolve();
    });
  });
  const closed = once(exporter, 'close');
  await writeFile(counter, '1000\n'); // waits for the first look, and answers it
  const held = await open(counter, 'w'); // waits for the second where the first has gone, and answers nothing
  await up;
  await vi.waitUntil(() => holds(exporter.pid, counter), { timeout: 60_000, interval: 20 });
  exporter.kill('SIGTERM');
  expect(await closed).toEqual([null, 'SIGTERM']);
  await held.close();
  expect(said.join('\n')).toContain('ended in order');
}, 120_000);
