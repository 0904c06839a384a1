import { describe, expect, test } from 'vitest';
import { TooManyRequests } from './intensity.ts';
import type { Intensity } from './intensity.ts';
import { keepIntensity } from './keep-intensity.ts';
import { rteYearlyMean } from './rte.ts';
import { yearlyMean } from './yearly-mean.ts';

const minute = 60_000;
const hour = 3_600_000;
const startMs = Date.UTC(2026, 10, 28);

function open(mean: Intensity | null = rteYearlyMean) {
  let nowMs = startMs;
  const answers: (Intensity | Error)[] = [];
  const said: (string | null)[] = [];
  let asked = 0;
  const kept = keepIntensity({
    provider: {
      fetch() {
        asked += 1;
        const answer = answers.shift() ?? new Error('no answer');
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
      },
    },
    yearlyMean: mean, everyMs: 15 * minute, nowMs: () => nowMs, trouble: (reason) => said.push(reason),
  }); // prettier-ignore
  return { kept, answers, said, asked: () => asked, pass: (ms: number) => (nowMs += ms), rte: (gramsPerKwh: number, ageMs: number): Intensity => ({ gramsPerKwh, zone: 'FR', source: 'rte', method: 'direct-production', atMs: nowMs - ageMs }) };
}

describe('a value', () => {
  test('holds for 24 hours of its own age, then the yearly mean of the same method and zone, under its own name', async () => {
    const { kept, answers, pass, rte } = open();
    answers.push(rte(18, 2 * hour));
    await kept.refresh();
    expect(kept.current()).toMatchObject({ gramsPerKwh: 18, source: 'rte' });
    pass(22 * hour);
    expect(kept.current()).toMatchObject({ gramsPerKwh: 18 });
    pass(1);
    expect(kept.current()).toEqual({ gramsPerKwh: 21.7, zone: 'FR', source: 'rte-2024', method: 'direct-production', atMs: Date.UTC(2025, 0, 1) - 1 });
  });

  test('without a yearly mean there is nothing, never a zero', async () => {
    const { kept } = open(null);
    await kept.refresh();
    expect(kept.current()).toBeNull();
  });

  test('of another method or zone is refused', async () => {
    const { kept, answers, said, rte, pass } = open();
    answers.push({ ...rte(31, 0), method: 'lifecycle-consumption' });
    await kept.refresh();
    pass(hour);
    answers.push({ ...rte(31, 0), zone: 'DE' });
    await kept.refresh();
    expect(kept.current()).toBe(rteYearlyMean);
    expect(said).toEqual(['the provider changed its method or zone', 'the provider changed its method or zone']);
  });

  test('that is older than a day when it comes is no answer, and that is said', async () => {
    const { kept, answers, said, rte } = open();
    answers.push(rte(18, 72 * hour));
    await kept.refresh();
    expect(kept.current()).toBe(rteYearlyMean);
    expect(said).toEqual(['its newest value is 72 hours old']);
  });

  test('for the future is refused, and one that steps back takes nothing away', async () => {
    const { kept, answers, rte, pass } = open();
    answers.push(rte(18, 0));
    await kept.refresh();
    pass(15 * minute);
    answers.push(rte(99, 5 * hour));
    await kept.refresh();
    pass(15 * minute);
    answers.push(rte(77, -3 * hour));
    await kept.refresh();
    expect(kept.current()).toMatchObject({ gramsPerKwh: 18 });
  });
});

describe('the provider', () => {
  test('is asked again at once when the clock, years ahead at the start, is set right', async () => {
    const { kept, answers, rte, asked, pass } = open();
    pass(3 * 8766 * hour);
    await kept.refresh();
    pass(-3 * 8766 * hour);
    answers.push(rte(18, 0));
    await kept.refresh();
    expect(asked()).toBe(2);
    expect(kept.current()).toMatchObject({ gramsPerKwh: 18 });
  });

  test('is asked every quarter of an hour and not oftener', async () => {
    const { kept, answers, rte, asked, pass } = open();
    for (let times = 0; times < 31; times += 1) {
      answers.push(rte(18, 0));
      await kept.refresh();
      pass(minute);
    }
    expect(asked()).toBe(3);
  });

  test('that fails is asked more and more rarely, and is told of once it is back', async () => {
    const { kept, answers, asked, pass, said, rte } = open();
    for (let minutes = 0; minutes < 240; minutes += 1) {
      await kept.refresh();
      pass(minute);
    }
    expect(asked()).toBe(5); // at 0, 15, 45, 105 and 225 minutes
    answers.push(rte(20, 0));
    pass(6 * hour);
    await kept.refresh();
    expect(said.at(-1)).toBeNull();
  });

  test('that wants to be left alone is', async () => {
    const { kept, answers, asked, pass, rte } = open();
    answers.push(new TooManyRequests(2 * hour));
    await kept.refresh();
    pass(hour);
    await kept.refresh();
    expect(asked()).toBe(1);
    pass(hour);
    answers.push(rte(20, 0));
    await kept.refresh();
    expect(kept.current()).toMatchObject({ gramsPerKwh: 20 });
  });
});

test.each([[20, 20], [240, 24]])('a provider that wants to be left alone for %i hours is asked again after %i', async (wanted, waited) => {
  const { kept, answers, asked, pass } = open();
  answers.push(new TooManyRequests(wanted * hour));
  await kept.refresh();
  pass(waited * hour - 1);
  await kept.refresh();
  expect(asked()).toBe(1);
  pass(1);
  await kept.refresh();
  expect(asked()).toBe(2);
});

describe('the yearly tables', () => {
  test('say what they are: the same France has three figures', () => {
    expect(yearlyMean('electricitymaps', 'FR')).toEqual({ gramsPerKwh: 31, zone: 'FR', source: 'electricitymaps-2025', method: 'lifecycle-consumption', atMs: Date.UTC(2026, 0, 1) - 1 });
    // Ember's table has a zone whose value is 0: nobody knows it.
    expect(yearlyMean('ember', 'CAF')).toBe(null);
    expect(yearlyMean('ember', 'FRA')).toEqual({ gramsPerKwh: 44.18, zone: 'FRA', source: 'ember-2024', method: 'lifecycle-generation', atMs: Date.UTC(2025, 0, 1) - 1 });
    expect(rteYearlyMean.gramsPerKwh).toBe(21.7);
  });

  test('a zone they do not have is none', () => {
    expect(yearlyMean('electricitymaps', 'FRA')).toBeNull();
    expect(yearlyMean('ember', 'constructor')).toBeNull();
  });
});
