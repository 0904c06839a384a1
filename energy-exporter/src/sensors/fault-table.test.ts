/** Every sensor with every fault: missing, unreadable, wrapping (or set back), garbage and slow; one named test per cell, so that no cell is forgotten. */
import { execFileSync } from 'node:child_process';
import { chmodSync, closeSync, constants, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { makeTree, raplZone } from '../../test/made-tree.ts';
import type { MadeTree } from '../../test/made-tree.ts';
import { askJson } from '../ask-json.ts';
import { createUtilisation, readCpuTimes } from '../containers/cpu-times.ts';
import { EnergyLedger } from '../energy-ledger.ts';
import { pollSensors } from '../poll-sensors.ts';
import type { Sensor } from '../reading.ts';
import { createEstimate } from './estimate.ts';
import { createHwmon } from './hwmon.ts';
import { createIpmi } from './ipmi.ts';
import { createPlug } from './plug.ts';
import type { PlugModel } from './plug.ts';
import { createRapl } from './rapl.ts';

type Answer = string | number;
/** One kind of sensor on a made machine whose answer a test can change. */
type Kind = { readonly create: (tree: MadeTree) => Sensor | Promise<Sensor>; readonly well: readonly [Answer, Answer]; readonly say: (tree: MadeTree, answer: Answer) => void; readonly file: string };

let nowMs = 0;
/** Generous, because the machine may be busy; short only where a test waits for it. */
const usual = { timeoutMs: 20_000, longestMs: 30_000 };
let limits = usual;
const elapsed = (): number => nowMs;
const everyMs = 5000;

const script = (tree: MadeTree, answer: Answer): void => {
  tree.write({ ipmitool: typeof answer === 'number' ? `#!/bin/sh\necho '    Instantaneous power reading:  ${answer} Watts'` : `#!/bin/sh\n${answer === 'slow' ? 'exec sleep 60' : `echo '${answer}'`}` });
  chmodSync(join(tree.root, 'ipmitool'), 0o755);
};
const plug = (model: PlugModel, bodyOf: (watts: number) => unknown): Kind => ({
  file: 'answer', well: [20, 30],
  say: (tree, answer) => tree.write({ answer: typeof answer === 'number' ? JSON.stringify(bodyOf(answer)) : answer }),
  async create(tree) {
    const { readFileSync } = await import('node:fs');
    const server = createServer((_request, response) => {
      let text: string;
      try {
        text = readFileSync(join(tree.root, 'answer'), 'utf8');
      } catch (error) {
        response.writeHead(error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 404 : 401).end();
        return;
      }
      if (text.trim() !== 'slow') response.end(text);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.close();
      server.closeAllConnections();
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return createPlug({ name: 'wall', model, url, channel: 0, scope: 'it', zone: 'machine', everyMs, timeoutMs: limits.timeoutMs, login: null, ask: askJson });
  },
}); // prettier-ignore

const energyFile = 'class/powercap/intel-rapl:0/energy_uj';
const counterFile = 'class/hwmon/hwmon0/energy1_input';
const powerFile = 'class/hwmon/hwmon0/power1_input';
const stat = (tree: MadeTree, answer: Answer): void => tree.write({ stat: typeof answer === 'number' ? `cpu  ${answer} 0 0 ${answer} 0 0 0 0 0 0\ncpu0 1 0 0 1 0 0 0 0 0 0` : answer });
const kinds: Readonly<Record<string, Kind>> = {
  rapl: { file: energyFile, well: [1e9, 1e9 + 1e8], say: (tree, answer) => tree.write({ ...raplZone('intel-rapl:0', 'package-0', 0), [energyFile]: answer }), create: ({ root }) => createRapl({ name: 'rapl', sysfsFolder: root, everyMs, elapsed }) },
  'hwmon counter': { file: counterFile, well: [1e9, 1e9 + 1e8], say: (tree, answer) => tree.write({ 'class/hwmon/hwmon0/name': 'power_meter', [counterFile]: answer }), create: ({ root }) => createHwmon({ name: 'hwmon', sysfsFolder: root, machineChips: [], everyMs, elapsed }) },
  'hwmon power': { file: powerFile, well: [2e7, 3e7], say: (tree, answer) => tree.write({ 'class/hwmon/hwmon0/name': 'power_meter', [powerFile]: answer }), create: ({ root }) => createHwmon({ name: 'hwmon', sysfsFolder: root, machineChips: [], everyMs, elapsed }) },
  ipmi: { file: 'ipmitool', well: [20, 30], say: script, create: ({ root }) => createIpmi({ name: 'ipmi', command: join(root, 'ipmitool'), everyMs, timeoutMs: limits.timeoutMs }) },
  estimate: { file: 'stat', well: [1000, 2000], say: stat, create: ({ root }) => createEstimate({ name: 'estimate', curve: [[0, 10], [1, 30]], perCpu: false, everyMs, utilisation: createUtilisation(() => readCpuTimes(root)) }) },
  shelly: plug('shelly', (apower) => ({ apower })),
  'shelly-gen1': plug('shelly-gen1', (power) => ({ power, is_valid: true })),
  tasmota: plug('tasmota', (Power) => ({ StatusSNS: { ENERGY: { Power } } })),
}; // prettier-ignore
const names = Object.keys(kinds);
const counters = ['rapl', 'hwmon counter', 'estimate'];

/** A sensor that answered twice and is well, with the ledger that its answers go to. */
async function well(name: string, within = usual) {
  limits = within;
  const kind = kinds[name];
  if (kind === undefined) throw new Error(name);
  const tree = makeTree();
  onTestFinished(() => tree.destroy());
  nowMs = 0;
  kind.say(tree, kind.well[0]);
  const said: string[] = [];
  const ledger = new EnergyLedger(elapsed);
  const sensor = await kind.create(tree);
  const polling = pollSensors({ sensors: [{ sensor, required: false }], ledger, trouble: (_sensor, error) => said.push(error instanceof Error ? error.message : ''), recovered: () => undefined, longestMs: limits.longestMs });
  const look = async (answer?: Answer) => {
    if (answer !== undefined) kind.say(tree, answer);
    await polling.once();
    nowMs += everyMs;
    return { up: [...ledger.sensors.values()].map(({ up }) => up), watts: ledger.meters().map(({ watts }) => watts), joules: ledger.meters().map(({ joules }) => joules) };
  };
  const [first, second] = kind.well;
  await vi.waitUntil(async () => (await look(first)).up.length === 1 && (await look(second)).up[0] === true, { timeout: 20_000 });
  return { kind, tree, look, said, path: join(tree.root, kind.file), sensor };
}

/** Down, without power, and told of once. */
const lost = { up: [false], watts: [], joules: [] };

test.each(names)('%s, missing: it is down, and its power is unknown, not 0', async (name) => {
  const { look, path, said } = await well(name);
  rmSync(path);
  expect([await look(), await look()]).toEqual([lost, lost]);
  expect(said).toHaveLength(1);
});

test.each(names)('%s, unreadable: it is down, and the reason is told', async (name) => {
  const { look, path, said } = await well(name);
  // Root may read everything, so the fault is one that refuses root too: a folder where a file should be.
  rmSync(path);
  mkdirSync(path);
  expect(await look()).toEqual(lost);
  expect(said.join()).toMatch(/EISDIR|EACCES|401/);
});

test.each(names)('%s, garbage: it is down, and what it said is not repeated', async (name) => {
  const { look, said } = await well(name);
  for (const garbage of ['garbage 12', '', '{"apower":"12"}', '-5', 'NaN']) expect(await look(garbage)).toEqual(lost);
  expect(said).toHaveLength(1);
  expect(said.join()).not.toContain('garbage');
});

test.each(names.filter((name) => name !== 'estimate'))('%s, slow: it is down, is asked once, and reads again when it answers', async (name) => {
  const { kind, tree, look, path, said } = await well(name, { timeoutMs: 1000, longestMs: 1500 });
  const isFile = !['ipmi', 'shelly', 'shelly-gen1', 'tasmota'].includes(name);
  if (isFile) {
    rmSync(path);
    mkdirSync(dirname(path), { recursive: true });
    execFileSync('mkfifo', [path]);
  } else kind.say(tree, 'slow');
  expect(await look()).toEqual(lost);
  expect(said.join()).toMatch(/hangs|took longer|gave no answer/);
  if (isFile) release(path);
  rmSync(path, { recursive: true });
  kind.say(tree, kind.well[0]);
  await vi.waitUntil(async () => (await look()).up[0] === true || (await look(kind.well[1])).up[0] === true, { timeout: 20_000 });
}, 60_000);

test('estimate, slow: /proc/stat is counted in memory by the kernel itself, so that there is nothing to wait for (see readCpuTimes)', async () => {
  expect((await (await well('estimate')).look(3000)).up).toEqual([true]);
});

test.each(counters)('%s, wrapping or set back: never less than nothing, and no energy is made up', async (name) => {
  const { kind, look } = await well(name);
  const before = await look();
  const after = await look(name === 'estimate' ? 5 : 1e6);
  expect(after.joules.every((joules, index) => joules >= (before.joules[index] ?? 0))).toBe(true);
  expect(after.watts.every((watts) => watts >= 0 && watts <= 1500)).toBe(true);
  await look(kind.well[0]);
  // The fault is shown for twenty seconds, which are four looks.
  let up: readonly boolean[] = [];
  const [first = 0, second = 0] = kind.well.map(Number);
  for (let looks = 0; looks < 5; looks += 1) ({ up } = await look(second + looks * (second - first)));
  expect(up).toEqual([true]);
});

test.each(names.filter((name) => !counters.includes(name)))('%s, wrapping: it says watts and counts nothing, so that the exporter adds up and nothing can wrap', async (name) => {
  const { sensor } = await well(name);
  expect((await sensor.read()).map(({ joules }) => joules)).toEqual([null]);
});

test('RAPL and hwmon hold one thread for files each where everything hangs, because they read one file after the other', async () => {
  const tree = makeTree({ ...raplZone('intel-rapl:0', 'package-0', 0), ...raplZone('intel-rapl:1', 'package-1', 0) });
  onTestFinished(() => tree.destroy());
  const paths = [0, 1].map((zone) => join(tree.root, `class/powercap/intel-rapl:${zone}/energy_uj`));
  for (const path of paths) {
    rmSync(path);
    execFileSync('mkfifo', [path]);
  }
  const reading = createRapl({ name: 'rapl', sysfsFolder: tree.root, everyMs, elapsed }).read();
  const [first = '', second = ''] = paths;
  await vi.waitUntil(() => isBeingRead(first), { timeout: 20_000 });
  expect(isBeingRead(second)).toBe(false);
  writeFileSync(first, '1\n');
  await vi.waitUntil(() => isBeingRead(second), { timeout: 20_000 });
  writeFileSync(second, '1\n');
  expect(await reading).toHaveLength(2);
});

/** Whether somebody waits for the other end of a pipe. */
function isBeingRead(path: string): boolean {
  try {
    closeSync(openSync(path, constants.O_WRONLY | constants.O_NONBLOCK));
    return true;
  } catch {
    return false;
  }
}

/** Lets whoever waits at a pipe go on, with nothing. */
function release(path: string): void {
  isBeingRead(path);
}
