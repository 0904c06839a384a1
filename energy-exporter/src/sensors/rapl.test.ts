import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeTree, raplZone } from '../../test/made-tree.ts';
import type { MadeTree } from '../../test/made-tree.ts';
import { SensorAbsent, SensorFailed } from '../reading.ts';
import type { Sensor } from '../reading.ts';
import { createRapl } from './rapl.ts';

let tree: MadeTree;
let sensor: Sensor;
let nowMs = 0;
beforeEach(() => {
  tree = makeTree();
  nowMs = 0;
  sensor = createRapl({ name: 'rapl', sysfsFolder: tree.root, everyMs: 5000, elapsed: () => nowMs });
});
afterEach(() => tree.destroy());

const watts = async () => Object.fromEntries((await sensor.read()).map((reading) => [reading.hwId, reading.watts]));

test('every zone of every package is read, each under its own name, and nothing is added up', async () => {
  tree.write({ ...raplZone('intel-rapl:0', 'package-0', 1e9), ...raplZone('intel-rapl:0:0', 'core', 5e8), ...raplZone('intel-rapl:0:1', 'dram', 1e8), ...raplZone('intel-rapl:1', 'package-1', 2e9), ...raplZone('intel-rapl:1:0', 'dram', 1e8), ...raplZone('intel-rapl:2', 'psys', 7e9) });
  expect((await sensor.read()).every(({ watts: power, joules }) => power === null && joules === null)).toBe(true);
  nowMs = 5000;
  tree.write({ 'class/powercap/intel-rapl:0/energy_uj': 1e9 + 110e6, 'class/powercap/intel-rapl:0:0/energy_uj': 5e8 + 45e6, 'class/powercap/intel-rapl:0:1/energy_uj': 1e8 + 12.5e6, 'class/powercap/intel-rapl:1/energy_uj': 2e9 + 50e6, 'class/powercap/intel-rapl:2/energy_uj': 7e9 + 250e6 });
  expect(await sensor.read()).toEqual([
    { hwId: 'rapl/package-0', zone: 'package', watts: 22, joules: 110 },
    { hwId: 'rapl/package-0/core', zone: 'core', watts: 9, joules: 45 },
    { hwId: 'rapl/package-0/dram', zone: 'dram', watts: 2.5, joules: 12.5 },
    { hwId: 'rapl/package-1', zone: 'package', watts: 10, joules: 50 },
    { hwId: 'rapl/package-1/dram', zone: 'dram', watts: 0, joules: 0 },
    { hwId: 'rapl/psys', zone: 'psys', watts: 50, joules: 250 },
  ]);
});

test('copies of the same zones (mmio) and the control folder stay out', async () => {
  tree.write({ ...raplZone('intel-rapl:0', 'package-0', 1), ...raplZone('intel-rapl-mmio:0', 'package-0', 1), 'class/powercap/intel-rapl/enabled': 1 });
  expect((await sensor.read()).map(({ hwId }) => hwId)).toEqual(['rapl/package-0']);
});

describe('the counter', () => {
  test('begins again after its largest value', async () => {
    tree.write(raplZone('intel-rapl:0', 'package-0', 262_143_328_850 - 40e6));
    await sensor.read();
    nowMs = 5000;
    tree.write({ 'class/powercap/intel-rapl:0/energy_uj': 60e6 });
    expect(await sensor.read()).toEqual([{ hwId: 'rapl/package-0', zone: 'package', watts: 20, joules: 100 }]);
  });

  test('that was set to 0 is no wrap: nothing is known of that interval, and the next is right', async () => {
    tree.write(raplZone('intel-rapl:0', 'package-0', 100_000_000_000));
    await sensor.read();
    nowMs = 5000;
    tree.write({ 'class/powercap/intel-rapl:0/energy_uj': 0 });
    expect(await watts()).toEqual({ 'rapl/package-0': null });
    nowMs = 10_000;
    tree.write({ 'class/powercap/intel-rapl:0/energy_uj': 150e6 });
    expect(await watts()).toEqual({ 'rapl/package-0': 30 });
  });

  test('that may have wrapped more than once says nothing', async () => {
    tree.write(raplZone('intel-rapl:0', 'package-0', 0));
    await sensor.read();
    nowMs = 200_000; // 262 kJ last for 175 s at 1500 W
    tree.write({ 'class/powercap/intel-rapl:0/energy_uj': 4_000_000_000 });
    expect(await watts()).toEqual({ 'rapl/package-0': null });
  });
});

test('a package of several dies is a package in each of them', async () => {
  tree.write({ ...raplZone('intel-rapl:0', 'package-0-die-0', 1e9), ...raplZone('intel-rapl:1', 'package-1-die-1', 1e9), ...raplZone('intel-rapl:2', 'psys-1', 1e9) });
  expect((await sensor.read()).map(({ hwId, zone }) => [hwId, zone])).toEqual([['rapl/package-0-die-0', 'package'], ['rapl/package-1-die-1', 'package'], ['rapl/psys-1', 'psys']]);
});

describe('what cannot be read', () => {
  test('a machine without RAPL has no such sensor', async () => {
    await expect(sensor.read()).rejects.toThrow(SensorAbsent);
    await expect(sensor.read()).rejects.toThrow('modprobe intel_rapl_common');
  });

  test('one zone that is gone fails the whole sensor, because a part would look like the whole; it comes back', async () => {
    tree.write({ ...raplZone('intel-rapl:0', 'package-0', 0), ...raplZone('intel-rapl:1', 'package-1', 0) });
    await sensor.read();
    tree.remove('class/powercap/intel-rapl:1/energy_uj');
    await expect(sensor.read()).rejects.toThrow(SensorFailed);
    tree.write(raplZone('intel-rapl:1', 'package-1', 5));
    expect(Object.keys(await watts())).toEqual(['rapl/package-0', 'rapl/package-1']);
  });

  test('a package whose folder vanished stays missed, look after look, until it is back: half a machine is never the whole', async () => {
    tree.write({ ...raplZone('intel-rapl:0', 'package-0', 0), ...raplZone('intel-rapl:1', 'package-1', 0) });
    await sensor.read();
    tree.remove('class/powercap/intel-rapl:1');
    for (const reason of ['energy_uj is gone', 'rapl/package-1 was there and is away', 'rapl/package-1 was there and is away']) await expect(sensor.read()).rejects.toThrow(reason);
    tree.write(raplZone('intel-rapl:1', 'package-1', 5));
    expect(Object.keys(await watts())).toEqual(['rapl/package-0', 'rapl/package-1']);
  });

  test('RAPL that vanished altogether is absent, and a zone that comes later is found within a minute', async () => {
    tree.write(raplZone('intel-rapl:0', 'package-0', 0));
    await sensor.read();
    tree.write(raplZone('intel-rapl:1', 'package-1', 0));
    for (let look = 1; look < 12; look += 1) expect(Object.keys(await watts())).toEqual(['rapl/package-0']);
    expect(Object.keys(await watts())).toEqual(['rapl/package-0', 'rapl/package-1']);
    tree.remove('class/powercap');
    await expect(sensor.read()).rejects.toThrow(SensorFailed);
    await expect(sensor.read()).rejects.toThrow(SensorAbsent);
  });

  test('garbage in a counter is a fault, not a number', async () => {
    tree.write(raplZone('intel-rapl:0', 'package-0', 0));
    tree.write({ 'class/powercap/intel-rapl:0/energy_uj': 'garbage 12' });
    await expect(sensor.read()).rejects.toThrow('holds no whole number');
  });

  test('a counter that may not be read says what to do', async () => {
    tree.write(raplZone('intel-rapl:0', 'package-0', 0));
    // Root may read everything, so the fault is made of what refuses root too: a folder where a file should be.
    rmSync(join(tree.root, 'class/powercap/intel-rapl:0/energy_uj'));
    mkdirSync(join(tree.root, 'class/powercap/intel-rapl:0/energy_uj'));
    await expect(sensor.read()).rejects.toThrow(SensorFailed);
    await expect(sensor.read()).rejects.toThrow('EISDIR');
  });
});
