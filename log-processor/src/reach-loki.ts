/** Asks Loki for a sign of life, so that a processor with nothing to send does not call itself ready while Loki is away. */
import type { LokiClient } from './loki/loki-client.ts';

export type Reach = {
  /** Why lines could not be delivered if there were any; empty while Loki is there. */
  problems(): readonly string[];
  /** Asks once more; the question before it has to end first. */
  look(): Promise<void>;
};

/** @param client null where the output is no Loki: then there is nothing to ask */
export function createReach(client: Pick<LokiClient, 'ready'> | null): Reach {
  let answer: 'none yet' | 'ready' | 'away' = client === null ? 'ready' : 'none yet';
  let asking = false;
  return {
    problems() {
      if (answer === 'ready') return [];
      return [answer === 'away' ? 'Loki: it cannot be reached, or says that it is not ready' : 'Loki: it has not answered yet'];
    },
    async look() {
      if (client === null || asking) return;
      asking = true;
      try {
        answer = (await client.ready()) ? 'ready' : 'away';
      } finally {
        asking = false;
      }
    },
  };
}
