/** Walks a whole history along the road of the running processor, with keys that live only in memory and nothing written but what its caller writes. */
import type { AccountEvent } from '../account/account-options.ts';
import type { ClosedVisit } from '../account/closed-visit.ts';
import { endOf, restoreRooms } from '../assemble.ts';
import type { Rooms } from '../assemble.ts';
import type { Config } from '../config-schema.ts';
import { createIntake } from '../intake.ts';
import { destroyKey } from '../key-keeper.ts';
import { generateKey, randomSeed, sha256 } from '../keys/digest.ts';
import { createMemoryKeyVolume } from '../keys/memory-key-volume.ts';
import { openKeyLife } from '../keys/open-key-life.ts';
import type { KeyLife } from '../keys/key-life.ts';
import { LineScanner } from '../parse/scan-line.ts';
import { walk } from '../pipeline.ts';
import type { DropReason, PublicRequest } from '../record.ts';
import { createScrubber } from '../scrub/scrub.ts';
import { createFakeDisk } from '../store/memory-store.ts';
import { systemClock } from '../system-clock.ts';
import { versions } from '../version.ts';
import { WordWalker } from '../walk-words.ts';
import { openHistory } from './open-history.ts';
import type { OpenedHistory, OpeningHistory } from './open-history.ts';

export type HistoryOptions = Pick<OpeningHistory, 'files' | 'input' | 'site' | 'watch'> & {
  readonly config: Config;
  /** L of the watermark; Infinity reads everything before anything closes. */
  readonly graceMs: number;
  /** A public line, and whether the output refused it. It is one object that the next line fills anew. */
  readonly line: (request: PublicRequest) => DropReason | null;
  readonly dropped: (reason: DropReason, timeMs: number | null) => void;
  readonly closed: (visit: ClosedVisit) => void;
  readonly event: (event: AccountEvent, rooms: Rooms) => void;
  /** After every read: bytes left on disk. May wait. */
  readonly step: (left: number) => Promise<void> | void;
  readonly lost: (bytes: number) => void;
};

/** `behind`: a line was older than the watermark, so that visits may have closed too early; nothing that was told so far holds. */
export type HistoryEnd = { readonly end: 'whole' | 'behind'; readonly rooms: Rooms; readonly lines: number; readonly lateLines: number };

/** Bytes asked for at a time. */
const readBytes = 1_048_576;
/** Changes of state pile up for so many bytes of lines. */
const changesBytes = 4_194_304;
const pollMs = 20;

type InHand = { readonly options: HistoryOptions; readonly rooms: Rooms; readonly keyLife: KeyLife; readonly counts: { behind: number } };

/** Reads to the end, or to the first line behind the watermark where `stopsBehind`. @throws Error naming a file that cannot be read */
export async function readHistory(options: HistoryOptions, stopsBehind: boolean): Promise<HistoryEnd> {
  const hand = await openRooms(options);
  const { rooms, counts } = hand;
  const scanner = new LineScanner(randomSeed());
  rooms.forgetting.push(() => scanner.forget());
  const { files, input, site, watch, config } = options;
  const opened = await openHistory({ files, input, site, watch, scanner, sites: rooms.sites, maxLineBytes: config.max_line_bytes });
  rooms.account.sourceJoined(input, 'file', Date.now());
  const isOver = (): boolean => stopsBehind && counts.behind > 0;
  const lines = await readAll(opened, hand, isOver);
  if (isOver()) return { end: 'behind', rooms, lines, lateLines: counts.behind };
  rooms.account.finishAll();
  tellEvents(hand);
  return { end: 'whole', rooms, lines, lateLines: counts.behind };
}

/** @returns how many lines were read */
async function readAll({ source, inputs }: OpenedHistory, hand: InHand, isOver: () => boolean): Promise<number> {
  const take = openTake(hand);
  let [lines, bytes] = [0, 0];
  try {
    for (let ended = false; !ended && !isOver(); ) {
      const chunk = await source.read(readBytes);
      const inHand = inputs.get(chunk.input);
      if (inHand !== undefined && chunk.bytes.length > 0) {
        inHand.lineNumber = lines;
        await take(inHand, chunk, Date.now());
        lines = inHand.lineNumber;
        bytes += chunk.bytes.length;
      }
      if (bytes >= changesBytes || chunk.state === 'finished') {
        throwAwayChanges(hand);
        bytes = 0;
      }
      for (const loss of chunk.lost) hand.options.lost(loss.bytes);
      ended = chunk.state === 'finished';
      if (chunk.state === 'unsettled' || chunk.state === 'at_end') await systemClock.sleep(pollMs);
      await hand.options.step(source.lagBytes());
    }
  } finally {
    await source.close();
  }
  return lines;
}

async function openRooms(options: HistoryOptions): Promise<InHand> {
  const keyLife = await openKeyLife({ entries: [], volume: createMemoryKeyVolume(), nowMs: Date.now() });
  const { config, graceMs, closed } = options;
  const store = createFakeDisk().open();
  const rooms = restoreRooms({ config, store, keyLife, clock: systemClock, scrub: createScrubber({}), versions, sha256, graceMs, restored: false, closed });
  return { options, rooms, keyLife, counts: { behind: 0 } };
}

/** As in account-tools.ts, without an output that could wait. */
function openTake(hand: InHand): ReturnType<typeof createIntake> {
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
function makeKeysBefore({ rooms: { calendar }, keyLife }: InHand, site: string, day: string): void {
  let { startMs } = calendar.dayOf(site, endOf(calendar, site, day) - 1);
  for (let back = 0; back < 2; back += 1) {
    const before = calendar.dayOf(site, startMs - 1);
    if (keyLife.stateOf(site, before.day) === 'missing') keyLife.adopt({ site, day: before.day }, generateKey(), Date.now());
    startMs = before.startMs;
  }
}

function tellEvents(hand: InHand): void {
  const { rooms, options, keyLife } = hand;
  for (const event of rooms.account.takeEvents()) {
    if (event.type === 'key_due') destroyKey({ rooms, keyLife, clock: systemClock, waiting: () => undefined }, event.site, event.day);
    options.event(event, rooms);
    if (event.type === 'receipt') forgetWords(rooms, event.site, event.day);
  }
}

/** The words of the day itself are still needed: the next day looks one epoch back. */
function forgetWords({ calendar, vocabulary }: Rooms, site: string, day: string): void {
  const { startMs } = calendar.dayOf(site, endOf(calendar, site, day) - 1);
  vocabulary.forget(site, calendar.dayOf(site, startMs - 1).day);
}

/** What would go into a commit goes nowhere: there is no state to come back to. */
function throwAwayChanges({ rooms, keyLife }: InHand): void {
  rooms.account.takeChanges();
  rooms.vocabulary.takeChanges();
  rooms.tallies.takeChanges();
  rooms.tallies.settle();
  keyLife.takeChanges();
  void keyLife.unlinkDestroyed();
}
