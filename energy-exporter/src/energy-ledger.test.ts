import { describe, expect, test } from 'vitest';
import { EnergyLedger } from './energy-ledger.ts';
import type { Reading } from './reading.ts';

const plug = { name: 'wall', source: 'plug', scope: 'it', everyMs: 5000 } as const;
const rapl = { name: 'rapl', source: 'rapl', scope: 'it', everyMs: 5000 } as const;
const watts = (value: number): readonly Reading[] => [{ hwId: 'wall', zone: 'machine', watts: value, joules: null }];

function open() {
  let nowMs = 0;
  const ledger = new EnergyLedger(() => nowMs);
  return { ledger, at: (ms: number) => (nowMs = ms), joules: () => ledger.meters().map((meter) => meter.joules), up: () => [...ledger.sensors.values()].map(({ up }) => up) };
}

describe('a sensor that only says watts', () => {
  test('its power holds until the next reading, and is counted up to the moment of asking', () => {
    const { ledger, at, joules } = open();
    ledger.book(plug, watts(100));
    at(2000);
    expect(joules()).toEqual([200]);
    at(5000);
    ledger.book(plug, watts(40));
    expect(joules()).toEqual([500]);
    at(7500);
    expect(joules()).toEqual([600]);
  });

  test('silence is a gap, not an energy: after three intervals it is down, and what nobody measured is never added', () => {
    const { ledger, at, joules, up } = open();
    ledger.book(plug, watts(100));
    at(15_001);
    expect(joules()).toEqual([]);
    expect(up()).toEqual([false]);
    at(3_600_000);
    ledger.book(plug, watts(100));
    at(3_601_000);
    expect(joules()).toEqual([100]);
    // Shown for as long as a scrape needs to see it.
    expect(up()).toEqual([false]);
    at(3_615_000);
    ledger.book(plug, watts(100));
    at(3_620_000);
    expect(up()).toEqual([true]);
  });

  test('a failure ends its power at once', () => {
    const { ledger, at, joules, up } = open();
    ledger.book(plug, watts(100));
    at(1000);
    ledger.fail(plug);
    expect(joules()).toEqual([]);
    expect(up()).toEqual([false]);
  });
});

describe('a sensor that counts energy itself', () => {
  test('is believed, and its first look and its lost intervals add nothing', () => {
    const { ledger, at, joules } = open();
    const zone = (power: number | null, energy: number | null): readonly Reading[] => [{ hwId: 'rapl/package-0', zone: 'package', watts: power, joules: energy }];
    ledger.book(rapl, zone(null, null));
    expect(joules()).toEqual([]);
    at(5000);
    ledger.book(rapl, zone(22, 110));
    at(6000);
    expect(joules()).toEqual([110]);
    at(10_000);
    ledger.book(rapl, zone(20, 100));
    expect(joules()).toEqual([210]);
  });

  test('is up only where all of it knows its power since the look before; a part that does not is left out', () => {
    const { ledger, at, up } = open();
    const look = (first: number | null, second: number | null, part: number | null): readonly boolean[] => {
      ledger.book(rapl, [['a', 'package', first], ['b', 'package', second], ['c', 'part', part]].map(([hwId, zone, power]) => ({ hwId: String(hwId), zone: String(zone), watts: power as number | null, joules: power as number | null }))); // prettier-ignore
      return up();
    };
    expect([look(null, null, null), look(5, 5, null), look(5, null, 5), look(5, 5, 5)]).toEqual([[false], [true], [false], [false]]);
    at(20_000);
    expect(look(5, 5, 5)).toEqual([true]);
  });

  test('a zone that is not read any more has no power', () => {
    const { ledger, joules } = open();
    ledger.book(rapl, [{ hwId: 'a', zone: 'package', watts: 1, joules: 5 }, { hwId: 'b', zone: 'package', watts: 2, joules: 10 }]); // prettier-ignore
    ledger.book(rapl, [{ hwId: 'a', zone: 'package', watts: 1, joules: 5 }]);
    expect(joules()).toEqual([10]);
  });

  test('a fault between two scrapes is seen by one of them: every third question that gets no answer leaves no minute known', () => {
    for (const every of [2, 3, 12]) {
      const { ledger, at, up } = open();
      const seen: boolean[] = [];
      for (let second = 0; second < 600; second += 1) {
        at(second * 1000);
        const question = second / 5;
        if (Number.isInteger(question)) {
          if (question % every === every - 1) ledger.fail(plug);
          else ledger.book(plug, watts(100));
        }
        // In the worst moment for whoever looks every 15 seconds: just before and just after an answer.
        if (second % 15 === 14) seen.push(up()[0] ?? true);
      }
      const minutes = Array.from({ length: 9 }, (_, minute) => seen.slice(minute * 4, minute * 4 + 5));
      expect(minutes.filter((looks) => !looks.includes(false)), `one in ${every}`).toEqual([]);
    }
  });

  test('a counter that was set back loses what it had, and the power it had before fills nothing in', () => {
    const { ledger, at, joules } = open();
    const look = (power: number | null, energy: number | null): void => ledger.book(rapl, [{ hwId: 'a', zone: 'package', watts: power, joules: energy }]);
    look(null, null);
    at(5000);
    look(22, 110);
    at(10_000);
    look(null, null);
    at(15_000);
    look(20, 100);
    expect(joules()).toEqual([210]);
  });
});
