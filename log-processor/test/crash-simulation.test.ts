import { describe, expect, test } from 'vitest';
import { createRandom } from '../src/generate/random.ts';
import { World } from './simulated-world.ts';
import type { WrittenLine } from './simulated-world.ts';

const startMs = Date.UTC(2026, 2, 2, 6);
const days = 2.2;

/** Two inputs, two sites with their midnights, visitors who stay, leave, come back and cross midnight, some lines out of order, some broken. */
function scenario(seed: string): readonly WrittenLine[] {
  const random = createRandom(`scenario ${seed}`);
  const lines: WrittenLine[] = [];
  for (let index = 0; index < 420; index += 1) {
    const input = random.next() < 0.6 ? 'a' : 'b';
    const writtenMs = startMs + 1000 + Math.floor(random.next() * days * 86_400_000);
    const eventMs = writtenMs - Math.floor(random.next() * 60_000);
    const visitor = random.integer(1, 7);
    const path = ['/', '/reef', '/body/lungs', '/style.css', '/healthz', '/u/someone', '/robots.txt'][random.integer(0, 6)] ?? '/';
    const fields = {
      msec: (eventMs / 1000).toFixed(3), remote_addr: `192.0.2.${visitor}`, http_x_forwarded_for: '', server_name: input === 'a' ? 'paris.example' : 'apia.example',
      request_method: 'GET', request_uri: path, status: random.next() < 0.1 ? '404' : '200', bytes_sent: String(random.integer(100, 90_000)), request_time: '0.010',
      upstream_response_time: '', http_referer: '', http_user_agent: `Mozilla/5.0 (X11; Linux x86_64; rv:${String(130 + (visitor % 3))}.0) Gecko/20100101 Firefox/140.0`, http_sec_purpose: '', sent_http_content_type: '',
    };
    lines.push({ input, writtenMs, text: random.next() < 0.03 ? '{"torn":' : JSON.stringify(fields) });
  }
  return lines.sort((left, right) => left.writtenMs - right.writtenMs);
}

/** Receipts say when keys were made and hash one another, and lines without a time stand in whichever comes next: that part is the clock's. */
function withoutClock(line: string): string {
  const value: unknown = JSON.parse(line);
  if (typeof value !== 'object' || value === null || !('receipt' in value)) return line;
  return JSON.stringify({ ...value, observed: null, previous: null, unattributed: null });
}

/** A run that was away for long goes on until later, and its chain has receipts of days without a line. */
const isEmptyDay = (line: string): boolean => line.includes('"lines":{"committed":0,"dropped":{}}');

/** Lines without a time, over all receipts: each stands in exactly one, or still waits for the next. */
function unattributedIn(world: World): number {
  let lines = 0;
  for (const stream of world.loki.streams()) {
    for (const { line } of stream.includes('stream="day"') ? world.loki.stored(stream) : []) lines += Number(/"unattributed":\{"committed":0,"dropped":\{(?:"malformed":(\d+))?\}\}/.exec(line)?.[1] ?? 0);
  }
  const waiting: unknown = JSON.parse(world.disk.snapshot().entries.get('ledger/unattributed') ?? '[[0]]');
  const counts: unknown[] = Array.isArray(waiting) && Array.isArray(waiting[0]) ? waiting[0] : [];
  return counts.reduce<number>((sum, count) => sum + Number(count), lines);
}

const storedIn = (world: World): Record<string, string[]> =>
  Object.fromEntries(world.loki.streams().sort().map((stream) => [stream, world.loki.stored(stream).filter(({ line }) => !isEmptyDay(line)).map(({ ns, line }) => `${ns} ${withoutClock(line)}`).sort()]));

/** Durable counters and histograms; gauges are of the moment. */
const countersIn = (world: World): Record<string, string | undefined> =>
  Object.fromEntries([...world.disk.snapshot().entries].filter(([key]) => /^tally\/[a-z_]+_(total|seconds)\//.test(key) && !key.includes('timestamp') && !key.includes('receipts')).sort());

function sumOf(world: World, name: string): number {
  return [...world.disk.snapshot().entries].filter(([key]) => key.startsWith(`tally/${name}/`)).reduce((sum, [, value]) => sum + Number(value), 0);
}

function expectConservation(world: World): void {
  const inFlight = [...world.disk.snapshot().outbox.values()].filter(({ stored }) => stored.input !== '').reduce((sum, { stored }) => sum + stored.lines, 0);
  expect(sumOf(world, 'logproc_lines_read_total')).toBe(sumOf(world, 'logproc_lines_delivered_total') + sumOf(world, 'logproc_lines_dropped_total') + inFlight);
}

async function uninterrupted(lines: readonly WrittenLine[]): Promise<World> {
  const world = new World(lines, () => 1, startMs);
  expect(await world.live(Infinity, 0)).toBe(true);
  return world;
}

async function crashing(lines: readonly WrittenLine[], seed: string): Promise<World> {
  const random = createRandom(`crashes ${seed}`);
  const world = new World(lines, () => random.next(), startMs);
  // Every death comes sooner or later than the last: each await of the road gets its turn.
  while (!(await world.live(random.integer(3, 120), 0.3))) {
    expectConservation(world);
    world.nowMs += random.integer(0, 3 * 3_600_000);
    if (world.crashes > 2000) throw new Error('no progress: every process dies before it has moved anything');
  }
  return world;
}

describe('crashes at every await of commit and delivery', () => {
  test('an uninterrupted run delivers every line and closes every visit', async () => {
    const world = await uninterrupted(scenario('1'));
    expect(sumOf(world, 'logproc_lines_read_total')).toBe(420);
    expect(sumOf(world, 'logproc_lines_delivered_total') + sumOf(world, 'logproc_lines_dropped_total')).toBe(420);
    expect(sumOf(world, 'logproc_visits_opened_total')).toBe(sumOf(world, 'logproc_visits_closed_total') + sumOf(world, 'logproc_visits_merged_total'));
    expect(world.loki.streams().length).toBeGreaterThanOrEqual(6);
  });

  test('lose no line, double none in Loki or in the counters, and change no visit', { timeout: 300_000 }, async () => {
    let crashes = 0;
    for (let round = 0; round < Number(process.env['CRASH_ROUNDS'] ?? 40); round += 1) {
      const lines = scenario(String(round % 5));
      const expected = await uninterrupted(lines);
      const world = await crashing(lines, String(round));
      crashes += world.crashes;
      expect(storedIn(world)).toEqual(storedIn(expected));
      expect(countersIn(world)).toEqual(countersIn(expected));
      expect(unattributedIn(world)).toBe(sumOf(world, 'logproc_lines_dropped_total'));
      expect(world.keysMadeTwice).toEqual([]);
      expectConservation(world);
    }
    expect(crashes).toBeGreaterThan(2000);
  });

  test('and a state restored from a backup of the same day doubles nothing in Loki and counts from 0', { timeout: 120_000 }, async () => {
    let compared = 0;
    for (let round = 0; round < 12; round += 1) {
      const lines = scenario(String(round));
      const expected = await uninterrupted(lines);
      const random = createRandom(`backup ${round}`);
      const world = new World(lines, () => random.next(), startMs);
      await world.live(random.integer(60, 200), 0.2);
      const backup = world.disk.snapshot();
      const keysThen = JSON.stringify(world.livingKeys());
      await world.live(random.integer(60, 200), 0.2);
      if (keysThen !== JSON.stringify(world.livingKeys())) continue; // a key died in between: such a backup is refused, see open-key-life.test.ts
      compared += 1;
      world.disk.restore(backup);
      while (!(await world.live(random.integer(20, 300), 0.3))) expectConservation(world);
      expect(storedIn(world)).toEqual(storedIn(expected));
      expectConservation(world);
      expect(sumOf(world, 'logproc_lines_read_total')).toBeLessThanOrEqual(420);
    }
    expect(compared).toBeGreaterThan(3);
  });
});
