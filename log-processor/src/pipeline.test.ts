import { createSecretKey } from 'node:crypto';
import { expect, test } from 'vitest';
import { createCalendar } from './account/calendar.ts';
import { parseConfig } from './config.ts';
import { openRoad } from './open-road.ts';
import { walk } from './pipeline.ts';
import { createScrubber } from './scrub/scrub.ts';
import { createVocabulary } from './vocabulary.ts';

const nowMs = Date.UTC(2026, 8, 16, 12);
const config = parseConfig('inputs: [{ name: main, path: x }]\nsites: [{ name: reef, server_names: [reef.example] }]\n', 'the test');
const key = createSecretKey(Buffer.alloc(32, 1));
const { tools, sites } = openRoad({
  config, calendar: createCalendar(() => 'UTC'), vocabulary: createVocabulary({ threshold: 2, always: () => false, entries: [] }), scrub: createScrubber({}), keyOf: () => key, scrubbed: () => undefined,
}); // prettier-ignore
const origin = { input: 'main', lineNumber: 1, site: null, nowMs };

test('a line that is no request is missed in its own site and day, as far as it says them', () => {
  const timeMs = nowMs - 5_000_000;
  expect(walk({ reason: 'bad_status', timeMs, serverName: 'REEF.example' }, origin, tools)).toEqual({ drop: 'bad_status', site: 'reef', timeMs });
  expect(walk({ reason: 'bad_time', timeMs: null, serverName: 'else.example' }, origin, tools)).toEqual({ drop: 'bad_time', site: 'other', timeMs: null });
  expect(walk({ reason: 'too_long', timeMs: null, serverName: null }, origin, tools)).toEqual({ drop: 'too_long', site: null, timeMs: null });
  expect(walk({ reason: 'too_long', timeMs: null, serverName: null }, { ...origin, site: sites.ofName('reef') }, tools)).toEqual({ drop: 'too_long', site: 'reef', timeMs: null });
});

test('a time that has not come opens no day for a line that is no request either', () => {
  for (const timeMs of [nowMs + 600_001, Date.UTC(2200, 0)]) {
    expect(walk({ reason: 'bad_status', timeMs, serverName: 'reef.example' }, origin, tools)).toEqual({ drop: 'bad_status', site: 'reef', timeMs: null });
  }
  expect(walk({ reason: 'bad_status', timeMs: nowMs + 600_000, serverName: 'reef.example' }, origin, tools)).toMatchObject({ timeMs: nowMs + 600_000 });
});
