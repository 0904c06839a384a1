/** Makes the application itself slow: more deep dives at a time than anything else, because what a proxy holds back in front of it, it does not see. */

/** Answers take about 0.7 s, more than the half second of the objective. */
const dive = '/api/dive?metres=3000';
/** Fewer than the 16 threads of the application, so that visitors are still answered. */
const atATime = 14;

export type Divers = { end(): void };

/** @param application `127.0.0.1:PORT`, without nginx between, whose limit of requests would stop them */
export function sendDivers(application: string): Divers {
  const ending = new AbortController();
  const diveAgain = async (): Promise<void> => {
    while (!ending.signal.aborted) await fetch(`http://${application}${dive}`, { signal: ending.signal }).then((answer) => answer.arrayBuffer(), () => undefined); // prettier-ignore
  };
  for (let number = 0; number < atATime; number += 1) void diveAgain();
  return { end: () => ending.abort() };
}
