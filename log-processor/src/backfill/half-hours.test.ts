/** Lines come out by the half hour, in the order of time and of what is made of what, and none is lost when many heaps are open. */
import { describe, expect, test } from 'vitest';
import { createBodyBuilder } from '../loki/body.ts';
import { decodeBody } from '../loki/decode-body.ts';
import { HalfHours } from './half-hours.ts';

const none = new Uint8Array(0);
const minuteMs = 60_000;
const startMs = Date.UTC(2026, 10, 1);
const open = (): HalfHours => new HalfHours((kind) => createBodyBuilder({ labels: { stream: kind }, kind, input: '' }));

describe('half hours', () => {
  test('are due when nothing older can come, lines before their visits and receipts last', () => {
    const halfHours = open();
    for (const kind of ['day', 'visit', 'access'] as const) halfHours.builderFor(kind, 'ocean', startMs + 5 * minuteMs).add(startMs, 1, kind, none);
    halfHours.builderFor('access', 'ocean', startMs + 31 * minuteMs).add(startMs, 1, 'later', none);
    expect(halfHours.takeDue(() => startMs + 29 * minuteMs)).toEqual([]);
    expect(halfHours.takeDue((kind) => (kind === 'access' ? startMs + 30 * minuteMs : -Infinity)).map(({ kind }) => kind)).toEqual(['access']);
    expect(halfHours.takeDue(() => Infinity).map(({ kind, startMs: at }) => [kind, (at - startMs) / minuteMs])).toEqual([['visit', 0], ['day', 0], ['access', 30]]);
    expect(halfHours.takeDue(() => Infinity)).toEqual([]);
  });

  test('hold every line of a log that runs backwards over more half hours than are open at once', () => {
    const halfHours = open();
    const hours = 200;
    for (let round = 0; round < 3; round += 1) {
      for (let at = hours; at > 0; at -= 1) halfHours.builderFor('access', 'ocean', startMs + at * 30 * minuteMs).add(startMs + at * 30 * minuteMs, round, `${at}/${round}`, none);
    }
    const lines = halfHours.takeDue(() => Infinity).flatMap(({ pieces }) => pieces.flatMap(({ payload }) => decodeBody(payload).entries.map(({ line }) => line)));
    expect(lines).toHaveLength(3 * hours);
    expect(lines.slice(0, 4)).toEqual(['1/0', '1/1', '1/2', '2/0']);
  });
});
