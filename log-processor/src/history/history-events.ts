/** What the fold of a history says has happened: keys die when their day is over, and nothing is kept that only a commit would need. */
import { endOf } from '../assemble.ts';
import type { Rooms } from '../assemble.ts';
import { destroyKey } from '../key-keeper.ts';
import { systemClock } from '../system-clock.ts';
import type { HistoryInHand } from './history-options.ts';

/** To be called after whatever may have closed a visit or a day. */
export function tellEvents(hand: HistoryInHand): void {
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
export function throwAwayChanges({ rooms, keyLife }: HistoryInHand): void {
  rooms.account.takeChanges();
  rooms.vocabulary.takeChanges();
  rooms.tallies.takeChanges();
  rooms.tallies.settle();
  keyLife.takeChanges();
  void keyLife.unlinkDestroyed();
}
