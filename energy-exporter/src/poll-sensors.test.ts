import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { EnergyLedger } from './energy-ledger.ts';
import { pollSensors } from './poll-sensors.ts';
import { SensorAbsent } from './reading.ts';
import type { Reading, Sensor } from './reading.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const reading: Reading = { hwId: 'x', zone: 'machine', watts: 5, joules: null };

function poll(...reads: (() => Promise<readonly Reading[]>)[]) {
  const said: string[] = [];
  const ledger = new EnergyLedger(() => performance.now());
  const sensors = reads.map((read, index): Sensor => ({ name: `s${index}`, source: 'hwmon', scope: 'it', everyMs: 5000, read }));
  const polling = pollSensors({
    sensors: sensors.map((sensor) => ({ sensor, required: false })),
    ledger,
    trouble: (name, error) => said.push(`${name}: ${error instanceof Error ? error.message : ''}`),
    recovered: (name) => said.push(`${name} is back`),
  });
  return { polling, ledger, said };
}

test('a sensor that hangs holds up no other, is asked once until it ends, counts as down and is told of', async () => {
  let asked = 0;
  let answer: (readings: readonly Reading[]) => void = () => undefined;
  const hang = () => {
    asked += 1;
    return asked === 1 ? new Promise<readonly Reading[]>((resolve) => (answer = resolve)) : Promise.resolve([reading]);
  };
  const { polling, ledger, said } = poll(hang, () => Promise.resolve([{ ...reading, hwId: 'y' }]));
  void polling.once();
  const end = polling.start();
  await vi.advanceTimersByTimeAsync(30_000);
  expect([asked, ledger.meters().map(({ hwId }) => hwId)]).toEqual([1, ['y']]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect([asked, said, ledger.sensors.get('s0')?.up]).toEqual([1, ['s0: no answer for 61 s: it hangs'], false]);
  answer([reading]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked).toBeGreaterThan(1);
  expect([said.at(-1), ledger.sensors.get('s0')?.up]).toEqual(['s0 is back', true]);
  end();
});

test('what a machine does not have is said once and is no sensor that is down', async () => {
  const { polling, ledger, said } = poll(() => Promise.reject(new SensorAbsent('none here')));
  await polling.once();
  await polling.once();
  expect([said, ledger.sensors.size]).toEqual([['s0: none here'], 0]);
});

test('what answered before and is absent now was taken away: it is down, not forgotten', async () => {
  const looks = [() => Promise.resolve([reading]), () => Promise.reject(new SensorAbsent('none here'))];
  const { polling, ledger } = poll(() => looks.shift()?.() ?? Promise.resolve([reading]));
  await polling.once();
  expect(ledger.sensors.get('s0')?.up).toBe(true);
  await polling.once();
  expect([ledger.sensors.get('s0')?.up, ledger.meters()]).toEqual([false, []]);
});
