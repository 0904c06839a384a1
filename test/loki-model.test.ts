import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { compressSync, uncompressSync } from 'snappy';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBodyBuilder, encodeMetadata } from '../log-processor/src/loki/body.ts';
import type { LokiClient } from '../log-processor/src/loki/loki-client.ts';
import { createLokiClient } from '../log-processor/src/loki/loki-client.ts';
import type { Body } from '../log-processor/src/store/store.ts';
import { createLokiModel } from './loki-model.ts';
import type { LokiServer } from './loki-server.ts';
import { skipWithoutLoki, startLoki } from './loki-server.ts';

const blockBytes = 4096;
const clock = { nowMs: () => Date.now(), sleep: async (ms: number, signal?: AbortSignal) => sleep(ms, undefined, signal === undefined ? {} : { signal }) };
const hourMs = 3_600_000;

type Line = { agoMs: number; subNs: number; line: string; metadata?: [string, string][] };
const bodyOf = (labels: Record<string, string>, nowMs: number, lines: readonly Line[]): Body => {
  const builder = createBodyBuilder({ labels: { job: 'model', ...labels }, kind: 'access', input: 'main' });
  for (const { agoMs, subNs, line, metadata } of lines) builder.add(nowMs - agoMs, subNs, line, encodeMetadata(metadata ?? []));
  return builder.finish();
};
/** Several streams in one push, as this project never sends them. */
const together = (...bodies: Body[]): Buffer => compressSync(Buffer.concat(bodies.map(({ payload }) => uncompressSync(payload) as Buffer)));
const rangeOf = (nowMs: number): [string, string] => [(BigInt(nowMs - 8 * 24 * hourMs) * 1_000_000n).toString(), (BigInt(nowMs + hourMs) * 1_000_000n).toString()];

let streamNumber = 0;
const freshStream = (): Record<string, string> => ({ input: `s${(streamNumber += 1)}` });

describe.skipIf(skipWithoutLoki)('the model answers and keeps like a real Loki', () => {
  const folder = mkdtempSync(join(tmpdir(), 'loki-model-'));
  let server: LokiServer;
  let client: LokiClient;
  beforeAll(async () => {
    server = await startLoki({ folder, flags: [`-ingester.chunks-block-size=${blockBytes}`, '-querier.split-queries-by-interval=240h'] });
    client = createLokiClient({ url: server.url, clock });
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const ask = async (stream: string, nowMs: number): Promise<string[]> => {
    const found: string[] = [];
    for await (const { ns, line } of client.queryStream(stream, ...rangeOf(nowMs))) found.push(`${ns} ${line}`);
    return found.sort();
  };
  const askModel = async (model: ReturnType<typeof createLokiModel>, stream: string, nowMs: number): Promise<string[]> => {
    const found: string[] = [];
    for await (const { ns, line } of model.queryStream(stream, ...rangeOf(nowMs))) found.push(`${ns} ${line}`);
    return found.sort();
  };
  /** Every copy counts here, while a log query merges equal entries. */
  const count = async (stream: string): Promise<number> => {
    const query = encodeURIComponent(`sum(count_over_time(${stream}[200h]))`);
    const response = await fetch(`${server.url}/loki/api/v1/query?query=${query}&time=${Math.floor(Date.now() / 1000) + 1200}`);
    const answer = (await response.json()) as { data: { result: { value: [number, string] }[] } };
    return Number(answer.data.result[0]?.value[1] ?? 0);
  };

  test('to random pushes of old, new, late, long and repeated lines, answer by answer and line by line', async () => {
    const line = fc.record({
      agoMs: fc.oneof(
        fc.integer({ min: 0, max: 5 }),
        fc.integer({ min: 0, max: 2 * hourMs }),
        fc.constantFrom(-9 * 60_000, -11 * 60_000, 30 * hourMs, 167 * hourMs, 169 * hourMs),
      ),
      subNs: fc.integer({ min: 0, max: 1 }),
      line: fc.oneof({ weight: 9, arbitrary: fc.constantFrom('a', 'b', 'x'.repeat(900), 'é'.repeat(300)) }, { weight: 1, arbitrary: fc.constant('y'.repeat(262_145)) }),
      metadata: fc.constantFrom<[string, string][]>([], [['visitor', 'v1']], [['visitor', 'v2']]),
    });
    const script = fc.array(fc.record({ lines: fc.array(line, { minLength: 1, maxLength: 25 }), again: fc.boolean() }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(script, async (pushes) => {
        const nowMs = Date.now();
        const model = createLokiModel({ nowMs: () => Date.now(), blockBytes });
        const labels = freshStream();
        let stream = '';
        for (const { lines, again } of pushes) {
          const body = bodyOf(labels, nowMs, lines);
          stream = body.stream;
          for (const payload of again ? [body.payload, body.payload] : [body.payload]) {
            expect((await client.push(payload)).outcome).toBe((await model.push(payload)).outcome);
          }
        }
        expect(await ask(stream, nowMs)).toEqual(await askModel(model, stream, nowMs));
        expect(await count(stream)).toBe(model.stored(stream).length);
      }),
      { numRuns: 20 },
    );
  });

  test('204 hides a lost line when a push holds several streams, and 400 in the other order', async () => {
    const nowMs = Date.now();
    const model = createLokiModel({ nowMs: () => nowMs, blockBytes });
    for (const order of ['late first', 'late last'] as const) {
      const late = freshStream();
      const head = bodyOf(late, nowMs, [{ agoMs: 0, subNs: 1, line: 'head' }]);
      const behind = bodyOf(late, nowMs, [{ agoMs: hourMs + 60_000, subNs: 2, line: 'lost' }]);
      const fine = bodyOf(freshStream(), nowMs, [{ agoMs: 0, subNs: 3, line: 'fine' }]);
      const payload = order === 'late first' ? together(behind, fine) : together(fine, behind);
      for (const target of [client, model]) {
        expect(await target.push(head.payload)).toEqual({ outcome: 'accepted' });
        expect((await target.push(payload)).outcome).toBe(order === 'late first' ? 'accepted' : 'rejected');
      }
      for (const body of [head, fine]) {
        expect(await ask(body.stream, nowMs)).toEqual(await askModel(model, body.stream, nowMs));
        expect(await ask(body.stream, nowMs)).toHaveLength(1);
      }
    }
  });

  test('400 stores the good lines of the push', async () => {
    const nowMs = Date.now();
    const model = createLokiModel({ nowMs: () => nowMs, blockBytes });
    const body = bodyOf(freshStream(), nowMs, [
      { agoMs: 0, subNs: 1, line: 'good' },
      { agoMs: 169 * hourMs, subNs: 2, line: 'too old' },
      { agoMs: -11 * 60_000, subNs: 3, line: 'too new' },
      { agoMs: 1, subNs: 4, line: 'y'.repeat(262_145) },
      { agoMs: hourMs + 1000, subNs: 5, line: 'too far behind' },
    ]);
    for (const target of [client, model]) expect((await target.push(body.payload)).outcome).toBe('rejected');
    const found = await ask(body.stream, nowMs);
    expect(found).toEqual(await askModel(model, body.stream, nowMs));
    expect(found.map((entry) => entry.split(' ')[1])).toEqual(['good']);
  });

  test('a replay within a block is stored once; beyond it, it becomes duplicates that metric queries count and log queries hide', async () => {
    const nowMs = Date.now();
    const model = createLokiModel({ nowMs: () => nowMs, blockBytes });
    const lines = (number: number): Line[] => Array.from({ length: number }, (_, place) => ({ agoMs: 0, subNs: place, line: 'z'.repeat(200) }));
    for (const [number, copies] of [[10, 10], [100, 200]] as const) {
      const body = bodyOf(freshStream(), nowMs, lines(number));
      for (const target of [client, client, model, model]) expect(await target.push(body.payload)).toEqual({ outcome: 'accepted' });
      expect(await count(body.stream)).toBe(copies);
      expect(model.stored(body.stream)).toHaveLength(copies);
      expect(await ask(body.stream, nowMs)).toHaveLength(number);
      expect(await askModel(model, body.stream, nowMs)).toHaveLength(number);
    }
  });

  test('the last line of a stream is remembered even when its block is cut, and only that one', async () => {
    const nowMs = Date.now();
    const model = createLokiModel({ nowMs: () => nowMs, blockBytes });
    const big = (place: number): Line => ({ agoMs: 0, subNs: place, line: 'b'.repeat(blockBytes) });
    for (const [lines, copies] of [[[big(1)], 1], [[big(1), big(2)], 4]] as const) {
      const body = bodyOf(freshStream(), nowMs, lines);
      for (const target of [client, client, model, model]) expect(await target.push(body.payload)).toEqual({ outcome: 'accepted' });
      expect(await count(body.stream)).toBe(copies);
      expect(model.stored(body.stream)).toHaveLength(copies);
    }
  });

  test('a body that spans two hours is taken whole, and refused in part when it comes again, although Loki has it', async () => {
    const nowMs = Date.now();
    const model = createLokiModel({ nowMs: () => nowMs, blockBytes });
    const body = bodyOf(freshStream(), nowMs, Array.from({ length: 120 }, (_, minute) => ({ agoMs: (119 - minute) * 60_000, subNs: minute, line: `m${minute}` })));
    for (const target of [client, model]) {
      expect(await target.push(body.payload)).toEqual({ outcome: 'accepted' });
      expect((await target.push(body.payload)).outcome).toBe('rejected');
    }
    expect(await ask(body.stream, nowMs)).toHaveLength(120);
    expect(await ask(body.stream, nowMs)).toEqual(await askModel(model, body.stream, nowMs));
  });

  test('lines up to the age limit can be asked for at once, as the shipped look-back promises', async () => {
    const nowMs = Date.now();
    expect(await client.checkLookBack()).toEqual([]);
    const bodies = [4, 30, 167].map((hours) => bodyOf(freshStream(), nowMs, [{ agoMs: hours * hourMs, subNs: 1, line: 'old' }]));
    for (const body of bodies) {
      expect(await client.push(body.payload)).toEqual({ outcome: 'accepted' });
      expect(await ask(body.stream, nowMs)).toHaveLength(1);
    }
  });

  test('every acknowledged line is there after Loki was killed', async () => {
    const nowMs = Date.now();
    const body = bodyOf(freshStream(), nowMs, Array.from({ length: 500 }, (_, place) => ({ agoMs: place, subNs: 1, line: `kill ${place}` })));
    expect(await client.push(body.payload)).toEqual({ outcome: 'accepted' });
    await server.kill();
    await server.restart();
    expect(await ask(body.stream, nowMs)).toHaveLength(500);
  });
});

describe.skipIf(skipWithoutLoki)('a Loki with its default look-back', () => {
  const folder = mkdtempSync(join(tmpdir(), 'loki-look-back-'));
  let server: LokiServer;
  beforeAll(async () => {
    server = await startLoki({ folder, flags: ['-ingester.query-store-max-look-back-period=0s'] });
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('hides accepted lines of four hours ago, as the model does, and the client says so', async () => {
    const client = createLokiClient({ url: server.url, clock });
    const nowMs = Date.now();
    const { lookBackMs } = await client.config();
    const model = createLokiModel({ nowMs: () => nowMs, lookBackMs });
    const labels = freshStream();
    const old = bodyOf({ ...labels, host: 'a' }, nowMs, [{ agoMs: 4 * hourMs, subNs: 1, line: 'hidden' }]);
    const young = bodyOf({ ...labels, host: 'b' }, nowMs, [{ agoMs: hourMs, subNs: 1, line: 'seen' }]);
    for (const body of [old, young]) {
      const answers: number[] = [];
      for (const target of [client, model]) {
        expect(await target.push(body.payload)).toEqual({ outcome: 'accepted' });
        const found: string[] = [];
        for await (const { line } of target.queryStream(body.stream, ...rangeOf(nowMs))) found.push(line);
        answers.push(found.length);
      }
      expect(answers).toEqual(body === old ? [0, 0] : [1, 1]);
    }
    expect(await client.checkLookBack()).toEqual([expect.stringContaining('query_store_max_look_back_period')]);
  });
});
