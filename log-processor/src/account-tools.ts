/** Joins the account to the road and to the output: lines go in, and what happens because of them goes out before the next line. */
import { visitLine } from './account/visit-line.ts';
import { handleEvents } from './account-events.ts';
import type { EventTools } from './account-events.ts';
import { endOf } from './assemble.ts';
import { createIntake } from './intake.ts';
import { createKey, destroyKey } from './key-keeper.ts';
import { walk } from './pipeline.ts';
import { transferTotalGrams } from './transfer-carbon.ts';
import { WordWalker } from './walk-words.ts';
import type { ProcessorTools } from './processor-tools.ts';
import type { RunParts } from './run-parts.ts';

/** @returns what is to be called after whatever may have closed a visit or a day */
export function createEvents(parts: RunParts): (nowMs: number) => void {
  const tools = eventTools(parts);
  return (nowMs) => {
    const happened = parts.rooms.account.takeEvents();
    if (happened.length > 0) handleEvents(happened, nowMs, tools);
  };
}

export function openIntake(parts: RunParts, events: (nowMs: number) => void): ProcessorTools['take'] {
  const { rooms, output, config } = parts;
  const { account } = rooms;
  const walker = new WordWalker(rooms.road);
  rooms.forgetting.push(() => walker.forget());
  return createIntake({
    walk: (parsed, origin) => walk(parsed, origin, rooms.road),
    walkWords: (scanned, origin) => walker.walk(scanned, origin),
    createKey: (site, day) => createKey(parts, site, day),
    account: (request, nowMs, refused) => {
      account.add(request, nowMs, refused);
      events(nowMs);
    },
    accountDrop: ({ site, timeMs, drop }) => account.dropped(site, timeMs, drop),
    ledger: rooms.ledger,
    output,
    maxLineBytes: config.max_line_bytes,
  });
}

function eventTools(parts: RunParts): EventTools {
  const { rooms } = parts;
  return {
    output: parts.output,
    visitLine: (visit) => visitLine(visit, transferTotalGrams(visit.bytes, visit.visitClass)),
    destroyKey: (site, day) => destroyKey(parts, site, day),
    dayIsOver(site, day) {
      // The words of the day itself are still needed: the next day looks one epoch back.
      const { startMs, endMs } = rooms.calendar.dayOf(site, endOf(rooms.calendar, site, day) - 1);
      rooms.vocabulary.forget(site, rooms.calendar.dayOf(site, startMs - 1).day);
      rooms.tallies.gauge('logproc_receipt_timestamp_seconds', [site]).set(endMs / 1000);
    },
    refused: parts.refused,
  };
}
