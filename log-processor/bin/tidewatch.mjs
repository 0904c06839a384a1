#!/usr/bin/env node
// Runs the program on the pinned Node, whatever Node started this.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
// In a bare clone npx finds this program before anything is installed. What is said then is no part of an answer, so it goes to standard error.
const bootstrap = join(root, 'bootstrap.mjs');
if (!existsSync(join(root, 'node_modules')) && existsSync(bootstrap)) {
  const { status } = spawnSync(process.execPath, [bootstrap], { stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(status ?? 1);
}
const pinned = join(root, 'node_modules', 'node', 'bin', 'node');
const node = existsSync(pinned) ? pinned : process.execPath;
// Halves the CPU of a start. Where the folder cannot be written, Node does without and says nothing: https://nodejs.org/api/module.html#module-compile-cache
const compileCache = join(root, 'node_modules', '.cache', 'tidewatch-compile');
// A young generation of 3 x 16 MiB, and an old one that grows by 30% between two collections: half the memory of the defaults, for no CPU that could be measured.
const processorMemory = ['--max-semi-space-size=16', '--heap-growing-percent=30'];
// The energy exporter keeps little and makes little garbage: it has an entry without the processor's libraries, a small heap, and four threads for files: RAPL, hwmon and a process that hangs hold one each, and one is left.
const isEnergy = process.argv[2] === 'energy';
// It is idle nearly always, so it is interpreted only: machine code for it is 10 MB and saves no CPU that could be measured.
const energyMemory = ['--max-semi-space-size=1', '--max-old-space-size=64', '--optimize-for-size', '--v8-pool-size=0', '--no-sparkplug', '--no-maglev', '--no-opt'];
const energyEnvironment = { MALLOC_ARENA_MAX: '1', UV_THREADPOOL_SIZE: '4' };
const entry = isEnergy ? join(root, 'energy-exporter', 'src', 'main.ts') : join(root, 'log-processor', 'src', 'main.ts');
const argumentsOf = (words) => ['--disable-warning=ExperimentalWarning', ...(isEnergy ? energyMemory : processorMemory), entry, ...words];
const env = { NODE_COMPILE_CACHE: compileCache, ...(isEnergy ? energyEnvironment : {}), ...process.env };
if (isEnergy && process.execve !== undefined) {
  // What takes TypeScript apart has 30 MB that never come back, so another process does it once, and this one becomes the exporter: two processes would be twice the memory.
  spawnSync(node, argumentsOf(['energy', '--help']), { stdio: 'ignore', env });
  process.execve(node, [node, ...argumentsOf(process.argv.slice(2))], env);
}
const child = spawn(node, argumentsOf(process.argv.slice(2)), {
  // The last one closes when this process dies, however it dies: see src/end-with-launcher.ts.
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  env,
});
// From a terminal Ctrl-C reaches both; the processor takes signals this close together for one.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal));
child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
