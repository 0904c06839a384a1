import { expect, onTestFinished, test } from 'vitest';
import { makeTree } from '../test/made-tree.ts';
import { EnergyLedger } from './energy-ledger.ts';
import { openExporter } from './run-exporter.ts';

const facts = { host: 'made', pue: { ratio: 1.5, datacenter: 'room', source: 'configured', period: '2025' }, embodiedGramsPerHour: null, prices: [], hosting: null } as const;

/** A machine of one processor that has nothing but /proc/stat. */
function open() {
  const tree = makeTree();
  onTestFinished(() => tree.destroy());
  const troubles: string[] = [];
  const exporter = openExporter({
    ledger: new EnergyLedger(() => 0),
    polling: { once: () => Promise.resolve(), start: () => () => undefined },
    containers: null, procFolder: tree.root, kept: [], fixed: [], facts, everyMs: 5000, elapsed: () => 0,
    trouble: (what) => troubles.push(what),
  }); // prettier-ignore
  const idle = () => exporter.samples().find(({ metric, labels }) => metric === 'system_cpu_time_seconds_total' && labels[0] === 'idle')?.value;
  return { exporter, troubles, idle, remove: () => tree.remove('stat'), write: (idleTicks: number) => tree.write({ stat: `cpu  100 0 0 ${idleTicks} 0 0 0 0 0 0\ncpu0 1 0 0 1 0 0 0 0 0 0` }) };
}

test('idle time that the kernel lets step back is sent as it stood, also after a look that failed', async () => {
  const { exporter, troubles, idle, remove, write } = open();
  write(9000);
  await exporter.readOnce();
  expect(idle()).toBe(90);
  write(8990);
  await exporter.readOnce();
  expect(idle()).toBe(90);
  remove();
  await exporter.readOnce();
  expect([idle(), troubles]).toEqual([undefined, ['processor times']]);
  write(8995);
  await exporter.readOnce();
  expect(idle()).toBe(90);
});
