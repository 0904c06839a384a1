/** Points come in nearly any order and go out as a running sum that Prometheus never loses sight of. */
import { describe, expect, test } from 'vitest';
import { MinutePoints, samplesOf } from './minute-points.ts';

describe('the points of one counter', () => {
  test('are kept by the minute, whatever the order', () => {
    const points = new MinutePoints();
    for (const [minute, amount] of [[10, 1], [12, 1], [11, 2], [10, 5], [12, 1], [9, 1]] as const) points.add(minute, amount);
    expect([points.minutes, points.added]).toEqual([[9, 10, 11, 12], [1, 6, 2, 2]]);
  });

  test('become samples: 0 first, every change with the minute before it, and never more than two minutes between two', () => {
    const samples = [...samplesOf({ minutes: [10, 11, 20], added: [3, 1, 6] }, 25)];
    expect(samples).toEqual([[9, 0], [10, 3], [11, 4], [13, 4], [15, 4], [17, 4], [19, 4], [20, 10], [22, 10], [24, 10]]);
    for (const [at, [minute]] of samples.entries()) if (at > 0) expect(minute - samples[at - 1]![0]).toBeLessThanOrEqual(2);
  });

  test('a counter that never changed gives nothing', () => {
    expect([...samplesOf(new MinutePoints(), 9)]).toEqual([]);
  });
});
