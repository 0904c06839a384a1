/** Keeps the number of services bounded, because each is a series of several metrics: one that is too many is told of, never dropped without a word. */

/** More services than this are no stack of ours. */
export const mostServices = 100;

export type Room = {
  /**
   * Whether a service that was found may be followed. Where all places are taken, those without a living container are given away: their counters begin anew if they come back.
   * @param living names of all services that have a container now
   */
  has(service: string, living: ReadonlySet<string>, used: Map<string, unknown>): boolean;
};

/** `tooMany` is told once of each service that finds no place, and of at most a hundred. */
export function createRoom(tooMany: (service: string) => void): Room {
  const turnedAway = new Set<string>();
  return {
    has(service, living, used) {
      if (living.has(service) || used.has(service) || new Set([...living, ...used.keys()]).size < mostServices) return true;
      for (const name of used.keys()) if (!living.has(name)) used.delete(name);
      if (living.size < mostServices) return true;
      if (!turnedAway.has(service) && turnedAway.size < mostServices) {
        turnedAway.add(service);
        tooMany(service);
      }
      return false;
    },
  };
}
