/** The rooms of the running processor for one history: keys that live only in memory, a state that nobody comes back to, and no output that could wait. */
import { endOf, restoreRooms } from '../assemble.ts';
import { createIntake } from '../intake.ts';
import { generateKey, sha256 } from '../keys/digest.ts';
import { createMemoryKeyVolume } from '../keys/memory-key-volume.ts';
import { openKeyLife } from '../keys/open-key-life.ts';
import { walk } from '../pipeline.ts';
import { createScrubber } from '../scrub/scrub.ts';
import { createFakeDisk } from '../store/memory-store.ts';
import { systemClock } from '../system-clock.ts';
import { versions } from '../version.ts';
import { WordWalker } from '../walk-words.ts';
import { tellEvents } from './history-events.ts';
import type { HistoryInHand, HistoryOptions } from './history-options.ts';

/** Everything as at the first start of a processor. */
export async function openRooms(options: HistoryOptions): Promise<HistoryInHand> {
  const keyLife = await openKeyLife({ entries: [], volume: createMemoryKeyVolume(), nowMs: Date.now() });
  const { config, graceMs, closed } = options;
  const store = createFakeDisk().open();
  const rooms = restoreRooms({ config, store, keyLife, clock: systemClock, scrub: createScrubber({}), versions, sha256, graceMs, restored: false, closed });
  return { options, rooms, keyLife, counts: { behind: 0 } };
}

/** As in account-tools.ts, without an output that could wait. */
export function openTake(hand: HistoryInHand): ReturnType<typeof createIntake> {
  const { options, rooms, keyLife, counts } = hand;
  const { account } = rooms;
  const walker = new WordWalker(rooms.road);
  let [lastDay, lastSite] = ['', ''];
  rooms.forgetting.push(() => walker.forget());
  return createIntake({
    walk: (parsed, origin) => walk(parsed, origin, rooms.road),
    walkWords: (scanned, origin) => walker.walk(scanned, origin),
    createKey: (site, day) => {
      makeKeysBefore(hand, site, day);
      return keyLife.create(site, day, Date.now());
    },
    account: (request, nowMs, refused) => {
      if (request.day !== lastDay || request.site !== lastSite) {
        [lastDay, lastSite] = [request.day, request.site];
        if (options.graceMs === Infinity) makeKeysBefore(hand, request.site, request.day);
      }
      if (request.timeMs < account.watermark.valueMs) counts.behind += 1;
      account.add(request, nowMs, refused);
      tellEvents(hand);
    },
    accountDrop: ({ site, timeMs, drop }) => {
      account.dropped(site, timeMs, drop);
      options.dropped(drop, timeMs);
    },
    ledger: rooms.ledger,
    output: { addLine: (request) => options.line(request) },
    maxLineBytes: options.config.max_line_bytes,
  });
}

/**
 * In a log that runs backwards a visit over midnight is met on its second day first, and both of its tokens are wanted then:
 * before a line of a day is walked, the day before has its key too.
 */
function makeKeysBefore({ rooms: { calendar }, keyLife }: HistoryInHand, site: string, day: string): void {
  let { startMs } = calendar.dayOf(site, endOf(calendar, site, day) - 1);
  for (let back = 0; back < 2; back += 1) {
    const before = calendar.dayOf(site, startMs - 1);
    if (keyLife.stateOf(site, before.day) === 'missing') keyLife.adopt({ site, day: before.day }, generateKey(), Date.now());
    startMs = before.startMs;
  }
}
