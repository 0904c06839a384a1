/** Runs a house with its doors open: the HTTP server beside it, the signals that end it, and everything closed behind it. */
import { liveFigures } from './figures.ts';
import type { House } from './house.ts';
import type { Logger } from './logger.ts';
import { createReach } from './reach-loki.ts';
import { startServer } from './server/server.ts';

export type ServeOptions = {
  readonly house: House;
  readonly logger: Logger;
  readonly host: string;
  readonly port: number;
  /** Called with the address once the doors are open. */
  readonly opened: (url: string) => void;
};

/** Signals this close together are one. */
const sameSignalMs = 1000;

/** How often it is looked for what keeps the processor from its work; each thing is said at most every 30 s. */
const complainMs = 5000;

function complain({ sources, problems }: House, logger: Logger): void {
  for (const reason of sources.problems()) logger.often(`input ${reason}`, 'warn', 'an input cannot be read now; it is tried again', { reason });
  for (const reason of problems()) logger.often(`problem ${reason}`, 'warn', 'lines wait; nothing is lost', { reason });
}

/** Ends with the processor, or in order at SIGINT and SIGTERM; a second signal ends at once, which loses nothing. @throws ServerRefused */
export async function serveHouse({ house, logger, host, port, opened }: ServeOptions): Promise<void> {
  const reach = createReach(house.output.client);
  const problems = (): readonly string[] => (house.problems().length > 0 ? house.problems() : reach.problems());
  const server = await startServer({
    host,
    port,
    logger,
    metrics: async () => ({ text: await house.registry.text(), contentType: house.registry.contentType }),
    ready: () => ({ ready: problems().length === 0, reasons: problems() }),
    live: () => liveFigures(house),
    isPublic: house.config.live_page_public,
    push: house.door === null ? null : (request) => house.door?.receive(request) ?? Promise.resolve(null),
  });
  let askedMs = 0;
  const stop = (): void => {
    // Under npm one Ctrl-C arrives twice: from the terminal and from npm.
    if (askedMs > 0 && Date.now() - askedMs > sameSignalMs) process.exit(1); // what is committed is safe, the rest is read again
    if (askedMs === 0) house.processor.stop();
    askedMs ||= Date.now();
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  opened(server.url); // whoever reads this may send a signal at once
  void house.registry.text(); // what a scrape only asks for, the first one shows already
  void reach.look();
  const complaining = setInterval(() => {
    complain(house, logger);
    void reach.look();
  }, complainMs);
  try {
    await house.processor.run();
  } finally {
    clearInterval(complaining);
    process.off('SIGINT', stop).off('SIGTERM', stop);
    await server.close();
    await house.close();
  }
}
