/** The energy of a day is known before its receipt is due, or the receipt says why it is missing; nobody ever waits for it. */
import { describe, expect, test } from 'vitest';
import { createDayEnergy, settledMs } from './day-energy.ts';
import type { DayEnergyOptions, OverDay } from './day-energy.ts';
import { energyQuestion } from './question.ts';
import { readAnswer } from './read-answer.ts';
import type { Sample } from './read-answer.ts';
import { readVector } from './read-vector.ts';

const dayMs = 86_400_000;
const startMs = Date.UTC(2026, 10, 22);
const theDay: OverDay = { site: 'ocean', day: '2026-11-22', startMs, endMs: startMs + dayMs };
const sample = (answer: string, value: number, labels: Record<string, string> = {}): Sample => ({ labels: { answer, ...labels }, value });
const known: readonly Sample[] = [
  sample('power', 1440, { source: 'rapl', reading: 'package+dram' }), sample('joules', 864_000.1234, { service: 'nginx' }), sample('joules', 1_000_000, { service: 'unattributed' }),
  sample('carbon', 720), sample('grams', 9.5, { service: 'nginx', component: 'operational' }), sample('grams', 11, { service: 'unattributed', component: 'operational' }),
]; // prettier-ignore
/** Turns of the event loop, so that answers arrive. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function keeper(ask: DayEnergyOptions['ask'], days: readonly OverDay[] = [theDay]) {
  const world = { nowMs: theDay.endMs + settledMs, asked: 0, troubles: [] as (string | null)[], days };
  const energy = createDayEnergy({
    host: 'made', nowMs: () => world.nowMs, overDays: () => world.days, trouble: (reason) => world.troubles.push(reason),
    ask: (question, atMs) => {
      world.asked += 1;
      return ask(question, atMs);
    },
  }); // prettier-ignore
  return { world, energy };
}

describe('a day of which Prometheus knows', () => {
  test('is asked about once it is over and settled, and kept until its receipt', async () => {
    const { world, energy } = keeper(() => Promise.resolve(known));
    world.nowMs = theDay.endMs + settledMs - 1;
    energy.look();
    await settle();
    expect(world.asked).toBe(0);
    expect(energy.of('ocean', '2026-11-22')).toMatchObject({ energy: 'missing' });
    world.nowMs += 60_000;
    for (let beat = 0; beat < 20; beat += 1) energy.look();
    await settle();
    world.nowMs += 3_600_000;
    energy.look();
    await settle();
    expect(world.asked).toBe(1);
    expect(energy.of('ocean', '2026-11-22')).toMatchObject({ energy: { host: 'made', joules: { host: 1_864_000.123, services: { nginx: 864_000.123, unattributed: 1_000_000 } } } });
  });

  test('says grams by component, where they come from and how much is known; what is not known is not there', () => {
    expect(readAnswer(known, 'made', 1440)).toEqual({
      host: 'made',
      joules: { host: 1_864_000.123, services: { nginx: 864_000.123, unattributed: 1_000_000 } },
      grams: { operational: { host: 20.5, services: { nginx: 9.5, unattributed: 11 } }, embodied: null },
      sources: { power: [{ source: 'rapl', reading: 'package+dram', minutes: 1440 }], sharing: [], intensity: [], pue: [] },
      coverage: { energy: 1, carbon: 0.5 },
    });
    expect(readAnswer(known.slice(1), 'made', 1440)).toBeNull();
  });

  test('every source stands beside its own mean, in one order whatever Prometheus chose, and no day is known to more than the whole', () => {
    const [year, hour] = [{ zone: 'FR', source: 'electricitymaps-2025', method: 'lifecycle-consumption' }, { zone: 'FR', source: 'electricitymaps', method: 'lifecycle-consumption' }];
    const samples = [sample('intensity', 1000, year), sample('intensity', 441, hour), sample('grams_per_kwh', 31, year), sample('grams_per_kwh', 25.5, hour), sample('power', 1441, { source: 'rapl' })];
    const answer = readAnswer(samples, 'made', 1440);
    expect(answer).toMatchObject({ sources: { intensity: [{ ...hour, minutes: 441, grams_per_kwh: 25.5 }, { ...year, minutes: 1000, grams_per_kwh: 31 }] }, coverage: { energy: 1 } });
    expect(readAnswer(samples.toReversed(), 'made', 1440)).toEqual(answer);
  });

  test('hundreds of services are one `other`, and the sum stays the machine', () => {
    const many = Array.from({ length: 500 }, (_, index) => sample('joules', 1, { service: `s${index}` }));
    const answer = readAnswer([...many, sample('joules', 7, { service: 'unattributed' }), sample('power', 10, { source: 'rapl' })], 'made', 1440);
    expect(answer).toMatchObject({ joules: { host: 507, services: { other: 300, unattributed: 7 } } });
  });

  test('is forgotten once it has its receipt', async () => {
    const { world, energy } = keeper(() => Promise.resolve(known));
    await energy.ready(1000);
    world.days = [];
    world.nowMs += 60_000;
    energy.look();
    await settle();
    expect(energy.of('ocean', '2026-11-22')).toMatchObject({ energy: 'missing' });
  });

  test('has as many seconds as its clocks gave it', async () => {
    const questions: string[] = [];
    const ask = (question: string, atMs: number): Promise<readonly Sample[]> => Promise.resolve(questions.push(`${atMs} ${question}`)).then(() => known);
    const { world, energy } = keeper(ask, [{ ...theDay, endMs: startMs + 25 * 3_600_000 }]);
    world.nowMs += 3_600_000;
    energy.look();
    await settle();
    expect(questions[0]).toMatch(`${startMs + 25 * 3_600_000} `);
    expect(questions[0]).toContain('[90000s]');
    expect(energy.of('ocean', '2026-11-22')).toMatchObject({ energy: { coverage: { energy: 0.96 } } });
  });
});

describe('when Prometheus gives nothing', () => {
  test('it is asked again every minute, and the reason is in the receipt', async () => {
    const { world, energy } = keeper(() => Promise.reject(new Error('Prometheus gave no answer (ECONNREFUSED)')), [theDay, { ...theDay, site: 'reef' }]);
    for (let second = 0; second < 121; second += 1, world.nowMs += 1000) {
      energy.look();
      await settle();
    }
    expect(world.asked).toBe(3); // one site speaks for both while nobody answers
    expect(energy.of('ocean', '2026-11-22')).toEqual({ energy: 'missing', energy_missing: 'Prometheus gave no answer (ECONNREFUSED)' });
    expect(energy.of('reef', '2026-11-22')).toEqual(energy.of('ocean', '2026-11-22'));
    expect(world.troubles).toContain('Prometheus gave no answer (ECONNREFUSED)');
  });

  test('a Prometheus that comes back in time is heard', async () => {
    let away = true;
    const { world, energy } = keeper(() => (away ? Promise.reject(new Error('away')) : Promise.resolve(known)));
    energy.look();
    await settle();
    away = false;
    world.nowMs += 60_000;
    energy.look();
    await settle();
    expect(energy.of('ocean', '2026-11-22')).toMatchObject({ energy: { host: 'made' } });
    expect(world.troubles.at(-1)).toBeNull();
  });

  test('one that never answers holds nobody: a start goes on, beats return, and the receipt says so', async () => {
    const { world, energy } = keeper(() => new Promise(() => undefined));
    await energy.ready(20);
    for (let beat = 0; beat < 100; beat += 1, world.nowMs += 60_000) energy.look();
    expect(world.asked).toBe(1);
    expect(energy.of('ocean', '2026-11-22')).toMatchObject({ energy: 'missing' });
  });

  test('a day without power says so, and is asked about again', async () => {
    let answer: readonly Sample[] = [];
    const { world, energy } = keeper(() => Promise.resolve(answer));
    await energy.ready(1000);
    expect(energy.of('ocean', '2026-11-22')).toEqual({ energy: 'missing', energy_missing: 'Prometheus holds no power of the host made on this day' });
    answer = known;
    world.nowMs += 60_000;
    energy.look();
    await settle();
    expect(energy.of('ocean', '2026-11-22')).toMatchObject({ energy: { host: 'made' } });
  });

  test('a day nobody was asked about says that, and a clock that is set back silences nobody', async () => {
    const { world, energy } = keeper(() => Promise.resolve(known));
    await energy.ready(1000);
    expect(energy.of('ocean', '2020-01-01')).toMatchObject({ energy: 'missing', energy_missing: expect.stringContaining('was not asked') as string });
    world.nowMs -= 10 * dayMs;
    world.days = [{ ...theDay, day: 'another', startMs: startMs - 11 * dayMs, endMs: startMs - 10 * dayMs }];
    energy.look();
    await settle();
    expect(energy.of('ocean', 'another')).toMatchObject({ energy: { host: 'made' } });
  });
});

describe('what Prometheus answers', () => {
  test.each(['', '<html>', '[]', '{"status":"error","error":"secret words"}', '{"status":"success","data":{"resultType":"scalar","result":[1,"2"]}}', '{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":1}]}}'])(
    'is refused in words that repeat nothing of it: %s',
    (text) => {
      expect(() => readVector(text)).toThrow('Prometheus answered with something that is no answer to a query');
    },
  );

  test('is a vector; a value that is no number counts for nothing', () => {
    const vector = readVector('{"status":"success","data":{"resultType":"vector","result":[{"metric":{"answer":"power","source":"rapl"},"value":[1,"NaN"]}]}}');
    expect(vector).toEqual([{ labels: { answer: 'power', source: 'rapl' }, value: NaN }]);
    expect(readAnswer(vector, 'made', 1440)).toBeNull();
  });

  test('a host name cannot end the question', () => {
    expect(energyQuestion('a"} or vector(1) #', 60)).toContain('instance="a\\"} or vector(1) #"');
  });
});
