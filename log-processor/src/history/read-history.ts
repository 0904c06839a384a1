/** Walks a whole history along the road of the running processor, with keys that live only in memory and nothing written but what its caller writes. */
import type { Rooms } from '../assemble.ts';
import { randomSeed } from '../keys/digest.ts';
import { LineScanners } from '../parse/line-scanners.ts';
import { systemClock } from '../system-clock.ts';
import { tellEvents, throwAwayChanges } from './history-events.ts';
import { openRooms, openTake } from './history-rooms.ts';
import type { HistoryInHand, HistoryOptions } from './history-options.ts';
import { openHistory } from './open-history.ts';
import type { OpenedHistory } from './open-history.ts';

/** `behind`: a line was older than the watermark, so that visits may have closed too early; nothing that was told so far holds. */
export type HistoryEnd = { readonly end: 'whole' | 'behind'; readonly rooms: Rooms; readonly lines: number; readonly lateLines: number };

/** Bytes asked for at a time. */
const readBytes = 1_048_576;
/** Changes of state pile up for so many bytes of lines. */
const changesBytes = 4_194_304;
const pollMs = 20;

/** Reads to the end, or to the first line behind the watermark where `stopsBehind`. @throws Error naming a file that cannot be read */
export async function readHistory(options: HistoryOptions, stopsBehind: boolean): Promise<HistoryEnd> {
  const hand = await openRooms(options);
  const { rooms, counts } = hand;
  const scanners = new LineScanners(randomSeed);
  rooms.forgetting.push(() => scanners.forget());
  const { files, input, site, watch, config } = options;
  const opened = await openHistory({ files, input, site, watch, scanners, sites: rooms.sites, maxLineBytes: config.max_line_bytes });
  rooms.account.sourceJoined(input, 'file', Date.now());
  const isOver = (): boolean => stopsBehind && counts.behind > 0;
  const lines = await readAll(opened, hand, isOver);
  if (isOver()) return { end: 'behind', rooms, lines, lateLines: counts.behind };
  rooms.account.finishAll();
  tellEvents(hand);
  return { end: 'whole', rooms, lines, lateLines: counts.behind };
}

/** @returns how many lines were read */
async function readAll({ source, inputs }: OpenedHistory, hand: HistoryInHand, isOver: () => boolean): Promise<number> {
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
      await hand.options.step(source.lagBytes(), hand.rooms);
    }
  } finally {
    await source.close();
  }
  return lines;
}
