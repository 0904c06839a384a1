/**
 * The energy exporter's memory and CPU at an interval of 5 s, beside a node_exporter that is scraped as often. `node bench/energy-exporter.ts [seconds, 120] [bare]`:
 * on a made machine of thirteen containers and three RAPL zones, or on this one as it is.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../grafana/test/prometheus-server.ts';
import { findServer } from '../tools/find-server.ts';
import { startMadeMachine } from './made-containers.ts';
import { usageOf } from './measured-process.ts';

const seconds = Number(process.argv[2] ?? 120);
const settleSeconds = 20;
const machine = process.argv[3] === 'bare' ? null : startMadeMachine();
const folders = machine === null ? {} : { sysfs_folder: `${machine.root}/sys`, proc_folder: `${machine.root}/proc`, cgroup_folder: `${machine.root}/cgroup` };
const folder = mkdtempSync(join(tmpdir(), 'tidewatch-bench-'));
const nodeExporter = findServer('node_exporter');
if (nodeExporter === null) throw new Error('no node_exporter: npm run tools -- node-exporter');

/** The collector, as far as the exporter can see: it takes everything. */
let messages = 0;
const collector = createServer((request, response) => {
  request.resume();
  request.once('end', () => {
    messages += 1;
    response.setHeader('content-type', 'application/json').end('{}');
  });
});
await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
writeFileSync(join(folder, 'tidewatch.yaml'), JSON.stringify({ host: 'bench', energy: { ...folders, otlp_url: `http://127.0.0.1:${(collector.address() as AddressInfo).port}` } }));
const launcher = join(import.meta.dirname, '..', 'log-processor', 'bin', 'tidewatch.mjs');
const port = await freePort();
const ours = spawn(process.execPath, [launcher, 'energy', '--config', join(folder, 'tidewatch.yaml')], { stdio: 'inherit' });
const theirs = spawn(nodeExporter, [`--web.listen-address=127.0.0.1:${port}`, '--log.level=error'], { stdio: 'inherit' });
const scraping = setInterval(() => void fetch(`http://127.0.0.1:${port}/metrics`).then((response) => response.text()).catch(() => undefined), 5000); // prettier-ignore

/** Resident bytes of a program and of whatever it started, with its pages that other processes share. */
function residentBytes(pid: number): number {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number)); // prettier-ignore
  const own = Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  return own + children.reduce((sum, child) => sum + residentBytes(child), 0);
}

while (messages < 2) await sleep(500);
await sleep(settleSeconds * 1000);
const programs = [['energy exporter', ours.pid ?? 0], ['node_exporter', theirs.pid ?? 0]] as const; // prettier-ignore
const before = programs.map(([, pid]) => usageOf(pid)?.cpuSeconds ?? 0);
const sent = messages;
const [startMs, highest] = [performance.now(), [0, 0]];
while (performance.now() - startMs < seconds * 1000) {
  await sleep(1000);
  programs.forEach(([, pid], index) => (highest[index] = Math.max(highest[index] ?? 0, residentBytes(pid))));
}
const wallSeconds = (performance.now() - startMs) / 1000;
const used = programs.map(([, pid], index) => (usageOf(pid)?.cpuSeconds ?? 0) - (before[index] ?? 0));
console.log(`${Math.round(wallSeconds)} s, ${messages - sent} messages, ${cpus().length} processors, load ${loadavg()[0]?.toFixed(1)}`);
programs.forEach(([name], index) => console.log(`${name}: ${((highest[index] ?? 0) / 1e6).toFixed(1)} MB resident at most, ${(used[index] ?? 0).toFixed(2)} s of CPU, ${(((used[index] ?? 0) / wallSeconds) * 100).toFixed(2)} % of a processor`));
console.log(`ratio to node_exporter: memory ${((highest[0] ?? 0) / (highest[1] ?? 1)).toFixed(1)}, CPU ${((used[0] ?? 0) / (used[1] ?? 1)).toFixed(2)}`);
clearInterval(scraping);
ours.kill();
machine?.stop();
theirs.kill();
collector.close();
rmSync(folder, { recursive: true });
