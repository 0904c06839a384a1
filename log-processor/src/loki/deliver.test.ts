import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LokiModel } from '../../../test/loki-model.ts';
import { createLokiModel } from '../../../test/loki-model.ts';
import type { Clock } from '../record.ts';
import type { Body, StoredBody } from '../store/store.ts';
import { createBodyBuilder, encodeMetadata } from './body.ts';
import { decodeBody } from './decode-body.ts';
import type { Delivery, DeliveryOptions } from './deliver.ts';
import { createDelivery } from './deliver.ts';
import type { Done } from './lane.ts';
import type { Loki, PushOutcome } from './loki.ts';
import { LokiUnavailable } from './loki.ts';

const startMs = 1_795_000_000_000;

/** Time that passes only when everybody waits: the earliest sleeper wakes first. */
const fakeClock = (): Clock & { at(ms: number, work: () => void): void } => {
  let nowMs = startMs;
  const sleepers: { atMs: number; wake: () => void; over: boolean }[] = [];
  let pumping = false;
  const pump = (): void => {
    const waiting = sleepers.filter(({ over }) => !over).sort((a, b) => a.atMs - b.atMs);
    const next = waiting[0];
    if (next === undefined) {
      pumping = false;
      return;
    }
    next.over = true;
    nowMs = Math.max(nowMs, next.atMs);
    next.wake();
    setImmediate(pump);
  };
  const add = (ms: number, wake: () => void): { over: boolean } => {
    const sleeper = { atMs: nowMs + ms, wake, over: false };
    sleepers.push(sleeper);
    if (!pumping) {
      pumping = true;
      setImmediate(pump);
    }
    return sleeper;
  };
  return {
    nowMs: () => nowMs,
    at: (ms, work) => void add(ms, work),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const sleeper = add(ms, resolve);
        signal?.addEventListener('abort', () => {
          sleeper.over = true;
          reject(new Error('aborted'));
        });
      }),
  };
};

/** An outbox that survives the crash of whoever empties it. */
class Outbox {
  readonly #bodies = new Map<number, Body>();
  #lastId = 0;
  readonly done: Done[] = [];
  add(body: Body): void {
    this.#bodies.set((this.#lastId += 1), body);
  }
  bodies(): StoredBody[] {
    return [...this.#bodies].map(([id, { payload, ...rest }]) => ({ ...rest, id, payloadBytes: payload.length }));
  }
  payload(id: number): Uint8Array {
    const body = this.#bodies.get(id);
    if (body === undefined) throw new Error('no such body');
    return body.payload;
  }
  acknowledge(done: Done): Promise<void> {
    if (!this.#bodies.delete(done.body.id)) throw new Error('acknowledged twice');
    this.done.push(done);
    return Promise.resolve();
  }
}

const bodyOf = (input: string, lines: readonly { agoMs?: number; text: string }[], from = 0): Body => {
  const builder = createBodyBuilder({ labels: { job: 'tidewatch', input }, kind: 'access', input });
  for (const [place, { agoMs = 0, text }] of lines.entries()) builder.add(startMs - agoMs, from + place, text, encodeMetadata([['visitor', 'v']]));
  return builder.finish();
};
const texts = (model: LokiModel, input: string): string[] => model.stored(`{input="${input}", job="tidewatch"}`).map(({ line }) => line);

type Script = (model: LokiModel, payload: Uint8Array, clock: ReturnType<typeof fakeClock>) => PushOutcome;
const uncertain: PushOutcome = { outcome: 'uncertain', why: 'reset', answered: false };
const own: Script = (model, payload) => {
  const { status, text } = model.receive(payload);
  return status === 204 ? { outcome: 'accepted' } : { outcome: 'rejected', why: text };
};

/** The model of Loki, whose first pushes end as the script says. */
const scripted = (model: LokiModel, script: Script[], clock: ReturnType<typeof fakeClock>): Loki => ({
  ...pick(model),
  push: (payload) => Promise.resolve((script.shift() ?? own)(model, payload, clock)),
});
const pick = (model: LokiModel): Loki => ({
  push: (payload) => model.push(payload),
  queryStream: (stream, from, to) => model.queryStream(stream, from, to),
  newestNs: (stream, from, to) => model.newestNs(stream, from, to),
  ready: () => model.ready(),
});

type World = { clock: ReturnType<typeof fakeClock>; model: LokiModel; outbox: Outbox; failures: unknown[]; outcomes: string[] };
const world = (): World => {
  const clock = fakeClock();
  return { clock, model: createLokiModel({ nowMs: () => clock.nowMs(), blockBytes: 2000 }), outbox: new Outbox(), failures: [], outcomes: [] };
};
const deliver = (on: World, client: Loki, options: Partial<DeliveryOptions> = {}): Delivery =>
  createDelivery({
    store: { bodies: () => on.outbox.bodies(), payload: (id) => on.outbox.payload(id) },
    client,
    clock: on.clock,
    random: () => 0.5,
    acknowledge: (done) => on.outbox.acknowledge(done),
    observe: (outcome) => void on.outcomes.push(outcome),
    uncertainAtStart: false,
    failed: (error) => void on.failures.push(error),
    ...options,
  });
const hour = 3_600_000;
const numbered = (count: number, prefix = 'line'): { text: string }[] => Array.from({ length: count }, (_, place) => ({ text: `${prefix} ${place} ${'x'.repeat(200)}` }));

describe('delivery', () => {
  test('brings every body of every stream into Loki in order and acknowledges each once', async () => {
    const on = world();
    for (let round = 0; round < 3; round += 1) for (const input of ['a', 'b']) on.outbox.add(bodyOf(input, [{ text: `${input}${round}` }], round));
    expect(await deliver(on, pick(on.model)).drain(60_000)).toBe(true);
    expect(texts(on.model, 'a')).toEqual(['a0', 'a1', 'a2']);
    expect(texts(on.model, 'b')).toEqual(['b0', 'b1', 'b2']);
    expect(on.outbox.done.map(({ body, deliveredLines, refusedLines }) => [body.id, deliveredLines, refusedLines]).sort()).toEqual([1, 2, 3, 4, 5, 6].map((id) => [id, 1, 0]));
  });

  test('never pushes a body before the acknowledgement of the one before it in the stream is durable', async () => {
    const on = world();
    for (let round = 0; round < 4; round += 1) on.outbox.add(bodyOf('a', [{ text: `a${round}` }], round));
    let pending = 0;
    const client: Loki = { ...pick(on.model), push: (payload) => (expect(pending).toBe(0), on.model.push(payload)) };
    const acknowledge = async (done: Done): Promise<void> => {
      pending += 1;
      await on.clock.sleep(1000);
      await on.outbox.acknowledge(done);
      pending -= 1;
    };
    expect(await deliver(on, client, { acknowledge }).drain(60_000)).toBe(true);
    expect(on.failures).toEqual([]);
  });

  test('R27: waits for a Loki that is away, longer and longer but at most 30 s, and then brings everything in order', async () => {
    const on = world();
    const pushedAtMs: number[] = [];
    const away: Script = (_model, _payload, clock) => (pushedAtMs.push(clock.nowMs() - startMs), { outcome: 'retry', why: 'refused', answered: false });
    for (let round = 0; round < 3; round += 1) on.outbox.add(bodyOf('a', [{ text: `a${round}` }], round));
    const delivery = deliver(on, scripted(on.model, Array.from({ length: 30 }, () => away), on.clock));
    expect(await delivery.drain(60_000)).toBe(false);
    expect(delivery.state()).toEqual({ state: 'unreachable', reason: 'refused' });
    expect(await delivery.drain(1_200_000)).toBe(true);
    const gaps = pushedAtMs.slice(1).map((at, place) => at - (pushedAtMs[place] ?? 0));
    expect(gaps.slice(0, 4)).toEqual([375, 750, 1500, 3000]);
    expect(Math.max(...gaps)).toBe(22_500);
    expect(texts(on.model, 'a')).toEqual(['a0', 'a1', 'a2']);
    expect(delivery.state().state).toBe('idle');
  });

  test('R31: waits at least as long as Loki asks, and drops nothing', async () => {
    const on = world();
    on.outbox.add(bodyOf('a', [{ text: 'a' }]));
    const client = scripted(on.model, [() => ({ outcome: 'retry', why: '429', answered: true, afterMs: 77_000 })], on.clock);
    expect(await deliver(on, client).drain(300_000)).toBe(true);
    expect(on.clock.nowMs() - startMs).toBeGreaterThanOrEqual(77_000);
    expect(texts(on.model, 'a')).toEqual(['a']);
  });

  test('R32: a refused line is found among good ones, dropped and counted; the good ones are there once', async () => {
    const on = world();
    const lines = numbered(40).map((line, place) => (place === 7 || place === 31 ? { ...line, agoMs: 169 * hour } : line));
    on.outbox.add(bodyOf('a', lines));
    expect(await deliver(on, pick(on.model)).drain(60_000)).toBe(true);
    expect(on.outbox.done).toMatchObject([{ deliveredLines: 38, refusedLines: 2 }]);
    expect(texts(on.model, 'a')).toEqual(lines.filter((line) => !('agoMs' in line)).map(({ text }) => text));
  });

  test('R32: a Loki or proxy that refuses the whole body for one line loses that line only', async () => {
    const on = world();
    const picky: Loki = {
      ...pick(on.model),
      push: (payload) =>
        decodeBody(payload).entries.some(({ line }) => line.startsWith('poison'))
          ? Promise.resolve({ outcome: 'rejected', why: 'picky' })
          : on.model.push(payload),
    };
    on.outbox.add(bodyOf('a', [...numbered(50), { text: 'poison' }, ...numbered(49, 'more')]));
    expect(await deliver(on, picky).drain(60_000)).toBe(true);
    expect(on.outbox.done).toMatchObject([{ deliveredLines: 99, refusedLines: 1 }]);
    expect(texts(on.model, 'a')).toHaveLength(99);
  });

  test('R32: the search for refused lines ends, however many there are', async () => {
    const on = world();
    on.outbox.add(bodyOf('a', numbered(3000).map((line) => ({ ...line, agoMs: 169 * hour }))));
    expect(await deliver(on, pick(on.model)).drain(60_000)).toBe(true);
    expect(on.outbox.done).toMatchObject([{ deliveredLines: 0, refusedLines: 3000 }]);
    expect(on.outcomes.length).toBeLessThan(200);
  });

  test('R34: a body that is too large is split until it fits, and a single line that never fits is dropped and counted', async () => {
    const on = world();
    const small: Loki = {
      ...pick(on.model),
      push: (payload) => {
        const { entries } = decodeBody(payload);
        const tooLarge = entries.length > 3 || entries.some(({ line }) => line === 'huge');
        return tooLarge ? Promise.resolve({ outcome: 'too_large', why: '413' }) : on.model.push(payload);
      },
    };
    on.outbox.add(bodyOf('a', [...numbered(10), { text: 'huge' }, ...numbered(5, 'more')]));
    expect(await deliver(on, small).drain(60_000)).toBe(true);
    expect(on.outbox.done).toMatchObject([{ deliveredLines: 15, refusedLines: 1 }]);
    expect(texts(on.model, 'a')).toEqual([...numbered(10), ...numbered(5, 'more')].map(({ text }) => text));
  });

  test('R37, R38: after an unknown end it asks Loki first, and a body of many blocks is there once', async () => {
    const on = world();
    const lines = numbered(100);
    const half = bodyOf('a', lines.slice(0, 50)).payload;
    on.outbox.add(bodyOf('a', lines));
    const storedButLost: Script = (model, payload) => (model.receive(payload), uncertain);
    const storedHalf: Script = (model) => (model.receive(half), uncertain);
    const client = scripted(on.model, [() => uncertain, storedHalf, storedButLost], on.clock);
    expect(await deliver(on, client).drain(600_000)).toBe(true);
    expect(texts(on.model, 'a')).toEqual(lines.map(({ text }) => text));
    expect(on.outcomes).toEqual(['uncertain', 'uncertain', 'uncertain']);
  });

  test('a push that goes on inside Loki after its sender is gone is waited for', async () => {
    const lines = numbered(100);
    const slow: Script = (model, payload, clock) => (clock.at(4900, () => model.receive(payload)), uncertain);
    const copies = async (settleMs: number): Promise<number> => {
      const on = world();
      on.outbox.add(bodyOf('a', lines));
      expect(await deliver(on, scripted(on.model, [slow], on.clock), { settleMs }).drain(60_000)).toBe(true);
      await on.clock.sleep(10_000);
      return texts(on.model, 'a').length;
    };
    expect(await copies(5500)).toBe(100);
    expect(await copies(0)).toBeGreaterThan(100);
  });

  test('R35: a success that is none is no acknowledgement', async () => {
    const on = world();
    on.outbox.add(bodyOf('a', [{ text: 'a' }]));
    const blocked: Script = () => ({ outcome: 'misleading', why: '260', answered: true });
    const delivery = deliver(on, scripted(on.model, [blocked, blocked, blocked], on.clock));
    expect(await delivery.drain(10)).toBe(false);
    expect(delivery.state()).toEqual({ state: 'refused', reason: '260' });
    expect(await delivery.drain(60_000)).toBe(true);
    expect(texts(on.model, 'a')).toEqual(['a']);
  });

  test('R35: an odd answer to a push that was stored all the same makes no duplicates', async () => {
    const on = world();
    on.outbox.add(bodyOf('a', numbered(50)));
    const odd: Script = (model, payload) => (model.receive(payload), { outcome: 'misleading', why: '200 with a page', answered: true });
    expect(await deliver(on, scripted(on.model, [odd], on.clock)).drain(60_000)).toBe(true);
    expect(texts(on.model, 'a')).toHaveLength(50);
  });

  test('R39: a Loki that is not ready is neither asked nor believed', async () => {
    const on = world();
    const lines = numbered(50);
    on.outbox.add(bodyOf('a', lines));
    on.model.receive(on.outbox.payload(1));
    const starting: Loki = {
      ...pick(on.model),
      ready: () => Promise.resolve(on.clock.nowMs() > startMs + 15_000),
      // What a Loki might say before it has read its write-ahead log.
      queryStream: async function* (stream, from, to) {
        if (on.clock.nowMs() > startMs + 15_000) yield* on.model.queryStream(stream, from, to);
      },
    };
    expect(await deliver(on, starting, { uncertainAtStart: true }).drain(120_000)).toBe(true);
    expect(texts(on.model, 'a')).toHaveLength(50);
  });

  test('a question that Loki does not answer is asked again, and nothing is pushed meanwhile', async () => {
    const on = world();
    on.outbox.add(bodyOf('a', numbered(50)));
    on.model.receive(on.outbox.payload(1));
    let failures = 5;
    const deaf: Loki = {
      ...pick(on.model),
      queryStream: (stream, from, to) => {
        if ((failures -= 1) >= 0) throw new LokiUnavailable('no answer');
        return on.model.queryStream(stream, from, to);
      },
    };
    expect(await deliver(on, deaf, { uncertainAtStart: true }).drain(120_000)).toBe(true);
    expect(on.outcomes).toEqual([]);
    expect(texts(on.model, 'a')).toHaveLength(50);
  });

  test('after an unclean stop only the oldest body of each stream is in doubt', async () => {
    const on = world();
    for (const input of ['a', 'b']) for (const round of [0, 1]) on.outbox.add(bodyOf(input, numbered(50, `${input}${round}`), round * 1000));
    on.model.receive(on.outbox.payload(1));
    let questions = 0;
    const counting: Loki = { ...pick(on.model), queryStream: (stream, from, to) => ((questions += 1), on.model.queryStream(stream, from, to)) };
    expect(await deliver(on, counting, { uncertainAtStart: true }).drain(120_000)).toBe(true);
    expect(questions).toBe(2);
    for (const input of ['a', 'b']) expect(texts(on.model, input)).toHaveLength(100);
  });

  test("with a restored state every body is looked for until Loki's newest line of the stream is passed", async () => {
    const on = world();
    const lines = Array.from({ length: 60 }, (_, place) => ({ agoMs: (60 - place) * 1000, text: `line ${place} ${'x'.repeat(200)}` }));
    // Loki had the first 40 lines, in bodies cut elsewhere than this time.
    on.model.receive(bodyOf('a', lines.slice(0, 25)).payload);
    for (const [place, line] of lines.slice(0, 40).entries()) if (place >= 25) on.model.receive(bodyOf('a', [line], place).payload);
    let questions = 0;
    const counting: Loki = { ...pick(on.model), queryStream: (stream, from, to) => ((questions += 1), on.model.queryStream(stream, from, to)) };
    const delivery = deliver(on, counting, { uncertainAtStart: 'all' });
    for (let from = 0; from < 60; from += 6) on.outbox.add(bodyOf('a', lines.slice(from, from + 6), from));
    expect(await delivery.drain(600_000)).toBe(true);
    expect(texts(on.model, 'a')).toEqual(lines.map(({ text }) => text));
    expect(questions).toBe(7);
    expect((await delivery.stop()).inDoubt).toBe(true);
  });

  test('a clean stop says whether a body is in doubt, so that the next start asks', async () => {
    const on = world();
    on.outbox.add(bodyOf('a', numbered(50)));
    const storedButLost: Script = (model, payload) => (model.receive(payload), uncertain);
    const first = deliver(on, scripted(on.model, [storedButLost], on.clock));
    expect(await first.drain(1)).toBe(false);
    const { inDoubt } = await first.stop();
    expect(inDoubt).toBe(true);
    const second = deliver(on, pick(on.model), { uncertainAtStart: inDoubt });
    expect(await second.drain(60_000)).toBe(true);
    expect(await second.stop()).toEqual({ inDoubt: false });
    expect(texts(on.model, 'a')).toHaveLength(50);
  });

  test('a stop before anything was stored leaves no doubt', async () => {
    const on = world();
    on.outbox.add(bodyOf('a', [{ text: 'a' }]));
    const delivery = deliver(on, scripted(on.model, [() => ({ outcome: 'retry', why: 'refused', answered: false })], on.clock));
    expect(await delivery.drain(1)).toBe(false);
    expect(await delivery.stop()).toEqual({ inDoubt: false });
  });

  test('a body that comes while its lane is ending is not forgotten', async () => {
    const on = world();
    on.outbox.add(bodyOf('a', [{ text: 'first' }]));
    const acknowledge = async (done: Done): Promise<void> => {
      await on.outbox.acknowledge(done);
      if (done.body.id < 5) queueMicrotask(() => on.outbox.add(bodyOf('a', [{ text: `later ${done.body.id}` }], done.body.id)));
    };
    const delivery = deliver(on, pick(on.model), { acknowledge });
    for (let turn = 0; turn < 20; turn += 1) await delivery.drain(10);
    expect(texts(on.model, 'a')).toHaveLength(5);
  });

  test('a stream that Loki holds back does not hold up the others, and at most four requests are at work', async () => {
    const on = world();
    for (let input = 0; input < 12; input += 1) on.outbox.add(bodyOf(`i${input}`, [{ text: `t${input}` }]));
    let atWork = 0;
    let most = 0;
    const held: Loki = {
      ...pick(on.model),
      push: async (payload) => {
        most = Math.max(most, (atWork += 1));
        await on.clock.sleep(100);
        atWork -= 1;
        return /^{input="i[0-5]"/.test(decodeBody(payload).labels) ? { outcome: 'retry', why: '429', answered: true } : on.model.push(payload);
      },
    };
    const delivery = deliver(on, held);
    expect(await delivery.drain(20_000)).toBe(false);
    expect(on.model.streams()).toHaveLength(6);
    expect(most).toBe(4);
    await delivery.stop();
  });

  class SimulatedCrash extends Error {}

  test('what is neither Loki nor the network ends the delivery and is told', async () => {
    const on = world();
    on.outbox.add(bodyOf('a', [{ text: 'a' }]));
    const crash = new SimulatedCrash();
    const delivery = deliver(on, pick(on.model), { acknowledge: () => Promise.reject(crash) });
    await delivery.drain(1000);
    expect(on.failures).toEqual([crash]);
  });

  /** Ends of a push that are no answer of Loki; `own` and `not ready` are not among them. */
  const endings: Record<string, Script | undefined> = {
    crash: () => {
      throw new SimulatedCrash();
    },
    'crash after': (model, payload) => {
      model.receive(payload);
      throw new SimulatedCrash();
    },
    lost: () => uncertain,
    '429': () => ({ outcome: 'retry', why: '429', answered: true }),
    '260': () => ({ outcome: 'misleading', why: '260', answered: true }),
    late: (model, payload, clock) => (clock.at(4900, () => model.receive(payload)), uncertain),
    half: (model, payload) => {
      const { labels, entries } = decodeBody(payload);
      const builder = createBodyBuilder({ labels: { job: 'tidewatch', input: labels.slice(8, 9) }, kind: '', input: '' });
      for (const { ns, line } of entries.slice(0, Math.ceil(entries.length / 2))) {
        builder.add(Number(ns.slice(0, -6)), Number(ns.slice(-6)), line, encodeMetadata([['visitor', 'v']]));
      }
      model.receive(builder.finish().payload);
      return uncertain;
    },
  };

  test('over thousands of faults and crashes every line is in Loki exactly once', async () => {
    const fault = fc.constantFrom('own', 'own', 'own', 'lost', 'stored', 'late', '500 stored', '429', 'half', '260', 'crash', 'crash after', 'not ready');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.integer({ min: 1, max: 30 })), { minLength: 1, maxLength: 8 }),
        fc.array(fault, { maxLength: 40 }),
        fc.array(fc.boolean(), { maxLength: 6 }),
        async (bodies, faults, acknowledgeCrashes) => {
          const on = world();
          const expected = new Map<string, string[]>([['a', []], ['b', []]]);
          for (const [place, [input, count]] of bodies.entries()) {
            const lines = numbered(count, `${place}`);
            expected.get(input)?.push(...lines.map(({ text }) => text));
            on.outbox.add(bodyOf(input, lines, place * 1000));
          }
          const todo = [...faults];
          const client: Loki = {
            ...pick(on.model),
            ready: () => Promise.resolve(todo[0] !== 'not ready' || todo.shift() === undefined),
            push: async (payload) => {
              const next = todo.shift() ?? 'own';
              const withoutAnswer = endings[next];
              if (withoutAnswer !== undefined) return withoutAnswer(on.model, payload, on.clock);
              const answer = await on.model.push(payload);
              return next === 'own' || next === 'not ready' ? answer : uncertain;
            },
          };
          const ends = [...acknowledgeCrashes];
          const acknowledge = (done: Done): Promise<void> => (ends.shift() === true ? Promise.reject(new SimulatedCrash()) : on.outbox.acknowledge(done));
          for (let lives = 0; on.outbox.bodies().length > 0 && lives < 60; lives += 1) {
            await deliver(on, client, { acknowledge, uncertainAtStart: lives > 0 }).drain(3_600_000);
          }
          await on.clock.sleep(10_000);
          for (const [input, lines] of expected) expect(texts(on.model, input)).toEqual(lines);
          expect(on.outbox.done.reduce((sum, { deliveredLines }) => sum + deliveredLines, 0)).toBe(bodies.reduce((sum, [, count]) => sum + count, 0));
        },
      ),
      { numRuns: 300 },
    );
  });
});
