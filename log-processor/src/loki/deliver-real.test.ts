import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LokiServer } from '../../../test/loki-server.ts';
import { skipWithoutLoki, startLoki } from '../../../test/loki-server.ts';
import type { Clock } from '../record.ts';
import type { Body } from '../store/store.ts';
import { createBodyBuilder, encodeMetadata } from './body.ts';
import type { Delivery } from './deliver.ts';
import { createDelivery } from './deliver.ts';
import type { LokiClient } from './loki-client.ts';
import { createLokiClient } from './loki-client.ts';

const clock: Clock = { nowMs: () => Date.now(), sleep: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }) };

describe.skipIf(skipWithoutLoki)('delivery into a real Loki', () => {
  const folder = mkdtempSync(join(tmpdir(), 'loki-deliver-'));
  let server: LokiServer;
  let client: LokiClient;
  beforeAll(async () => {
    server = await startLoki({ folder });
    client = createLokiClient({ url: server.url, clock, timeoutMs: 1500 });
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const linesPerBody = 2000;
  /** Bodies of 400 KB: a replay of one would be over Loki's block, and show. */
  const bodyOf = (input: string, number: number, nowMs: number): Body => {
    const builder = createBodyBuilder({ labels: { job: 'real', input }, kind: 'access', input });
    for (let place = 0; place < linesPerBody; place += 1) {
      const line = number * linesPerBody + place;
      builder.add(nowMs - 60_000 + number * 100, line % 1_000_000, `${line} ${'x'.repeat(200)}`, encodeMetadata([['status', '200']]));
    }
    return builder.finish();
  };

  const deliver = (bodies: readonly Body[]): { delivery: Delivery; delivered: () => number } => {
    const outbox = new Map(bodies.map((body, place) => [place + 1, body]));
    let delivered = 0;
    const delivery = createDelivery({
      store: {
        bodies: () => [...outbox].map(([id, { payload, ...rest }]) => ({ ...rest, id, payloadBytes: payload.length })),
        payload: (id) => outbox.get(id)!.payload,
      },
      client,
      clock,
      random: Math.random,
      acknowledge: (done) => {
        outbox.delete(done.body.id);
        delivered += done.deliveredLines;
        return Promise.resolve();
      },
      observe: () => undefined,
      uncertainAtStart: false,
      failed: (error) => {
        throw error;
      },
    });
    return { delivery, delivered: () => delivered };
  };

  /** Counts every copy, as only metric queries do. */
  const counts = async (input: string): Promise<{ copies: number; lines: number }> => {
    const query = encodeURIComponent(`sum(count_over_time({job="real", input="${input}"}[2h]))`);
    const answer = (await (await fetch(`${server.url}/loki/api/v1/query?query=${query}`)).json()) as { data: { result: { value: [number, string] }[] } };
    const seen = new Set<string>();
    const to = (BigInt(Date.now() + 3_600_000) * 1_000_000n).toString();
    const from = (BigInt(Date.now() - 7_200_000) * 1_000_000n).toString();
    for await (const { line } of client.queryStream(`{input="${input}", job="real"}`, from, to)) seen.add(line);
    return { copies: Number(answer.data.result[0]?.value[1] ?? 0), lines: seen.size };
  };

  test('R27, R37: Loki killed and started again in the middle costs no line and doubles none', async () => {
    const nowMs = Date.now();
    const bodies = Array.from({ length: 12 }, (_, number) => ['k1', 'k2'].map((input) => bodyOf(input, number, nowMs))).flat();
    const { delivery, delivered } = deliver(bodies);
    delivery.wake();
    while (delivered() < 4 * linesPerBody) await sleep(1);
    await server.kill();
    await server.restart();
    expect(await delivery.drain(45_000)).toBe(true);
    expect(delivered()).toBe(24 * linesPerBody);
    for (const input of ['k1', 'k2']) expect(await counts(input)).toEqual({ copies: 12 * linesPerBody, lines: 12 * linesPerBody });
  });

  test('R36, R38: a Loki that stands still after it was sent a body has it once when it goes on', async () => {
    const nowMs = Date.now();
    const { delivery, delivered } = deliver([0, 1].map((number) => bodyOf('s1', number, nowMs)));
    process.kill(server.pid(), 'SIGSTOP');
    try {
      expect(await delivery.drain(2500)).toBe(false);
      expect(delivery.state().state).toBe('unreachable');
    } finally {
      process.kill(server.pid(), 'SIGCONT');
    }
    expect(await delivery.drain(45_000)).toBe(true);
    expect(delivered()).toBe(2 * linesPerBody);
    expect(await counts('s1')).toEqual({ copies: 2 * linesPerBody, lines: 2 * linesPerBody });
  });

  test('R32: lines older than Loki takes are dropped and counted, the others are there once', async () => {
    const nowMs = Date.now();
    const builder = createBodyBuilder({ labels: { job: 'real', input: 'r1' }, kind: 'access', input: 'r1' });
    for (let place = 0; place < 300; place += 1) {
      const ageMs = place % 100 === 50 ? 169 * 3_600_000 : 1000;
      builder.add(nowMs - ageMs, place, `${place} ${'x'.repeat(2000)}`, encodeMetadata([]));
    }
    const { delivery, delivered } = deliver([builder.finish()]);
    expect(await delivery.drain(30_000)).toBe(true);
    expect(delivered()).toBe(297);
    expect(await counts('r1')).toEqual({ copies: 297, lines: 297 });
  });

  test('finds more entries at one nanosecond than Loki gives at once', async () => {
    const builder = createBodyBuilder({ labels: { job: 'real', input: 'n1' }, kind: 'access', input: 'n1' });
    const nowMs = Date.now();
    for (let place = 0; place < 7000; place += 1) builder.add(nowMs, 5, `{"path":"/a+b","n":${place}}`, encodeMetadata([]));
    const { delivery } = deliver([builder.finish()]);
    expect(await delivery.drain(30_000)).toBe(true);
    expect(await counts('n1')).toEqual({ copies: 7000, lines: 7000 });
  });
});
