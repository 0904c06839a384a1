import { expect, test } from 'vitest';
import { doubtAtStart, inDoubtKey } from './delivery-doubt.ts';
import type { Put } from './record.ts';
import { createFakeDisk } from './store/memory-store.ts';
import type { FakeDisk } from './store/memory-store.ts';

const nowMs = Date.UTC(2026, 2, 2, 12);
const minutes = (count: number): number => count * 60_000;
const ns = (timeMs: number): string => `${timeMs}000000`;
const stream = '{stream="access"}';

/** Commits what a start found out, with bodies whose first lines are of these times, and ends in order. */
async function commit(disk: FakeDisk, puts: readonly Put[], bodiesMs: readonly number[] = [], delivered: readonly number[] = []): Promise<void> {
  const store = disk.open();
  const bodies = bodiesMs.map((timeMs) => ({ stream, kind: 'access', input: 'main', lines: 1, firstNs: ns(timeMs), lastNs: ns(timeMs), payload: Uint8Array.of(1) }));
  await store.commit({ expectedHead: store.head, puts, bodies, delivered });
  store.close();
}

function doubt(disk: FakeDisk, start: { restored?: boolean; watermarkMs?: number } = {}) {
  const store = disk.open();
  const found = doubtAtStart({ store, restored: false, watermarkMs: nowMs - minutes(60), nowMs, ...start });
  store.close();
  return found;
}

test('a new state and one that ended in order have no doubt; a mark of the last stop is taken up once', async () => {
  const disk = createFakeDisk();
  expect(doubt(disk)).toEqual({ uncertainAtStart: false, puts: [] });
  await commit(disk, [[inDoubtKey, 'true']]);
  const found = doubt(disk);
  expect(found).toEqual({ uncertainAtStart: true, puts: [[inDoubtKey, null]] });
  await commit(disk, found.puts);
  expect(doubt(disk)).toEqual({ uncertainAtStart: false, puts: [] });
});

test('a restored state is compared over further restarts, until the watermark has passed what the lost life can have sent', async () => {
  const disk = createFakeDisk();
  const found = doubt(disk, { restored: true });
  expect(found.uncertainAtStart).toBe('all');
  await commit(disk, found.puts);
  expect(doubt(disk, { watermarkMs: nowMs + minutes(9) }).uncertainAtStart).toBe('all');
  expect(doubt(disk, { watermarkMs: nowMs + minutes(11) }).uncertainAtStart).toBe(false);
});

test('and as long as a body of that time waits in the outbox, however far the watermark is: Loki may have been away meanwhile', async () => {
  const disk = createFakeDisk();
  await commit(disk, doubt(disk, { restored: true }).puts, [nowMs - minutes(50), nowMs - minutes(20), nowMs + minutes(30)]);
  const later = { watermarkMs: nowMs + minutes(90) };
  expect(doubt(disk, later).uncertainAtStart).toBe('all');
  await commit(disk, doubt(disk, later).puts, [], [1, 2]);
  const last = doubt(disk, later);
  expect(last.uncertainAtStart).toBe(false);
  expect(last.puts.map(([, value]) => value)).toEqual([null]);
});
