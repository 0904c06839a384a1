import { expect, test } from 'vitest';
import { createUtilisation, parseCpuTimes } from '../containers/cpu-times.ts';
import { createEstimate, onCurve } from './estimate.ts';

test.each([[0, 50], [0.05, 60], [0.1, 70], [0.5, 110], [0.75, 135], [1, 160], [1.2, 160], [-0.1, 50]])('at utilisation %f the curve says %f W', (utilisation, watts) => {
  expect(onCurve([[0, 50], [0.1, 70], [1, 160]], utilisation)).toBeCloseTo(watts, 10);
}); // prettier-ignore

test('a curve of one processor thread is taken as often as there are threads, and the first look says nothing', async () => {
  const looks = [stat(0, 0), stat(100, 300)];
  const sensor = createEstimate({ name: 'estimate', curve: [[0, 0.74], [1, 3.5]], perCpu: true, everyMs: 5000, utilisation: createUtilisation(() => parseCpuTimes(looks.shift() ?? '')) }); // prettier-ignore
  expect(await sensor.read()).toEqual([{ hwId: 'estimate', zone: 'machine', watts: null, joules: null }]);
  // 100 of 400 ticks busy: (0.74 + 0.25 x 2.76) W x 2 threads
  expect((await sensor.read())[0]?.watts).toBeCloseTo(2.86, 10);
});

test('a file that is no /proc/stat is a fault', () => {
  expect(() => parseCpuTimes('intr 1 2 3')).toThrow('no cpu lines');
});

function stat(busy: number, idle: number): string {
  return `cpu  ${busy} 0 0 ${idle} 0 0 0 0 0 0\ncpu0 ${busy} 0 0 0 0 0 0 0 0 0\ncpu1 0 0 0 ${idle} 0 0 0 0 0 0\nintr 5\n`;
}
