/** How a backfill waits for Loki: for as long as it takes, and saying so. */
import { createBackOff } from '../loki/back-off.ts';
import type { Attempts } from '../loki/deliver-body.ts';
import type { LokiClient } from '../loki/loki-client.ts';
import { missingEntries } from '../loki/reconcile.ts';
import type { Clock } from '../record.ts';

/** Pushes spent on telling the refused lines of one body from the good ones. */
const refusalBudget = 150;

export type AttemptOptions = {
  readonly client: LokiClient;
  readonly clock: Clock;
  /** How long Loki may work on a push whose sender is gone. */
  readonly settleMs: number;
  /** Called for each wait, with words for people. */
  readonly waiting: (why: string) => void;
};

/** For one body. */
export function createAttempts({ client, clock, settleMs, waiting }: AttemptOptions): Attempts {
  const backOff = createBackOff({ firstMs: 500, maxMs: 30_000, random: Math.random });
  return {
    budget: refusalBudget,
    push: (payload) => client.push(payload),
    missing: (body) => missingEntries(body, client),
    ready: () => client.ready(),
    settle: () => clock.sleep(settleMs),
    pause({ why, afterMs }) {
      waiting(why);
      return clock.sleep(backOff.next(afterMs));
    },
  };
}
