import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeTree } from '../../test/made-tree.ts';
import type { MadeTree } from '../../test/made-tree.ts';
import { SensorAbsent, SensorFailed } from '../reading.ts';
import type { Sensor } from '../reading.ts';
import { createHwmon } from './hwmon.ts';

let tree: MadeTree;
let sensor: Sensor;
let nowMs = 0;
beforeEach(() => {
  tree = makeTree();
  nowMs = 0;
  sensor = createHwmon({ name: 'hwmon', sysfsFolder: tree.root, machineChips: ['my_psu'], everyMs: 5000, elapsed: () => nowMs });
});
afterEach(() => tree.destroy());

test('power is in microwatts, the average before the moment, and an ACPI power meter is the machine', async () => {
  tree.write({ 'class/hwmon/hwmon0/name': 'power_meter', 'class/hwmon/hwmon0/power1_average': 151_000_000, 'class/hwmon/hwmon0/power1_input': 160_000_000, 'class/hwmon/hwmon1/name': 'amdgpu', 'class/hwmon/hwmon1/power1_input': 12_500_000, 'class/hwmon/hwmon1/power1_label': 'PPT', 'class/hwmon/hwmon2/name': 'k10temp', 'class/hwmon/hwmon2/temp1_input': 40_000, 'class/hwmon/hwmon3/name': 'my_psu', 'class/hwmon/hwmon3/power2_input': 200_000_000 });
  expect(await sensor.read()).toEqual([
    { hwId: 'hwmon/power_meter-0/power1', zone: 'machine', watts: 151, joules: null },
    { hwId: 'hwmon/amdgpu-1/PPT', zone: 'part', watts: 12.5, joules: null },
    { hwId: 'hwmon/my_psu-3/power2', zone: 'machine', watts: 200, joules: null },
  ]);
});

test('an energy counter gives joules and mean watts, and one that fell was started anew', async () => {
  const energy = (microjoules: number) => tree.write({ 'class/hwmon/hwmon0/name': 'amd_energy', 'class/hwmon/hwmon0/energy1_input': microjoules });
  energy(1e9);
  expect(await sensor.read()).toMatchObject([{ watts: null, joules: null }]);
  nowMs = 5000;
  energy(1e9 + 75e6);
  expect(await sensor.read()).toMatchObject([{ watts: 15, joules: 75 }]);
  nowMs = 10_000;
  energy(10e6);
  expect(await sensor.read()).toMatchObject([{ watts: null, joules: null }]);
});

test('a machine whose chips know no power has no such sensor', async () => {
  tree.write({ 'class/hwmon/hwmon0/name': 'k10temp', 'class/hwmon/hwmon0/temp1_input': 40_000 });
  await expect(sensor.read()).rejects.toThrow(SensorAbsent);
});

test('garbage is a fault', async () => {
  tree.write({ 'class/hwmon/hwmon0/name': 'power_meter', 'class/hwmon/hwmon0/power1_average': '-1' });
  await expect(sensor.read()).rejects.toThrow(SensorFailed);
});

test('a part that cannot be read does not take the machine with it: a battery that is charged, a graphics card asleep', async () => {
  tree.write({ 'class/hwmon/hwmon0/name': 'power_meter', 'class/hwmon/hwmon0/power1_average': 151_000_000, 'class/hwmon/hwmon1/name': 'BAT0', 'class/hwmon/hwmon1/power1_input': '-5000000' });
  expect(await sensor.read()).toEqual([{ hwId: 'hwmon/power_meter-0/power1', zone: 'machine', watts: 151, joules: null }]);
  tree.write({ 'class/hwmon/hwmon0/power1_average': 'garbage', 'class/hwmon/hwmon1/power1_input': 1 });
  await expect(sensor.read()).rejects.toThrow(SensorFailed);
});

test('parts alone that cannot be read are a fault', async () => {
  tree.write({ 'class/hwmon/hwmon1/name': 'BAT0', 'class/hwmon/hwmon1/power1_input': '-5000000' });
  await expect(sensor.read()).rejects.toThrow('holds no whole number');
});

test('two power supplies with one label are two meters', async () => {
  tree.write({ 'class/hwmon/hwmon0/name': 'my_psu', 'class/hwmon/hwmon0/power1_input': 100_000_000, 'class/hwmon/hwmon0/power1_label': 'PSU', 'class/hwmon/hwmon0/power2_input': 90_000_000, 'class/hwmon/hwmon0/power2_label': 'PSU' });
  expect((await sensor.read()).map(({ hwId, watts }) => [hwId, watts])).toEqual([['hwmon/my_psu-0/PSU', 100], ['hwmon/my_psu-0/PSU-power2', 90]]);
});

test('power and energy of one channel are one meter, and its counter is read', async () => {
  const chip = (microjoules: number) => tree.write({ 'class/hwmon/hwmon0/name': 'my_psu', 'class/hwmon/hwmon0/power1_average': 200_000_000, 'class/hwmon/hwmon0/energy1_input': microjoules, 'class/hwmon/hwmon0/power2_average': 90_000_000 });
  chip(1e9);
  expect((await sensor.read()).map(({ hwId, watts }) => [hwId, watts]).sort()).toEqual([['hwmon/my_psu-0/energy1', null], ['hwmon/my_psu-0/power2', 90]]);
});

describe('a meter of the machine that vanished', () => {
  const supply = (device: number) => tree.write({ [`class/hwmon/hwmon${device}/name`]: 'my_psu', [`class/hwmon/hwmon${device}/power1_input`]: 90_000_000 });

  test('is missed until it is back, also under another number: one of two power supplies is never the machine', async () => {
    supply(0);
    supply(1);
    expect(await sensor.read()).toHaveLength(2);
    tree.remove('class/hwmon/hwmon1');
    for (const reason of ['power1_input is gone', 'my_psu/1 was there and is away', 'my_psu/1 was there and is away']) await expect(sensor.read()).rejects.toThrow(reason);
    supply(7);
    expect((await sensor.read()).map(({ hwId }) => hwId)).toEqual(['hwmon/my_psu-0/power1', 'hwmon/my_psu-7/power1']);
  });

  test('is told from a part, which may go, and from a channel that gets a counter of energy', async () => {
    supply(0);
    tree.write({ 'class/hwmon/hwmon1/name': 'amdgpu', 'class/hwmon/hwmon1/power1_input': 5 });
    expect(await sensor.read()).toHaveLength(2);
    tree.remove('class/hwmon/hwmon1');
    tree.write({ 'class/hwmon/hwmon0/energy1_input': 5 });
    for (let look = 1; look < 12; look += 1) expect((await sensor.read()).map(({ hwId }) => hwId)).toEqual(['hwmon/my_psu-0/power1']);
    expect((await sensor.read()).map(({ hwId }) => hwId)).toEqual(['hwmon/my_psu-0/energy1']);
  });
});
