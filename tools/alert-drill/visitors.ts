/** Four made-up visitors a second in front of nginx, and a proxy in front of the application that can hold one route back. */
import { createServer, request as ask } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const paths = ['/', '/about', '/breathe', '/dive', '/stories/salt', '/api/stories'];
/** Longer than the two seconds that SiteSlow allows. */
const holdMs = 3000;
const everyMs = 250;

/** Asks the site until it is told to stop; what is answered does not matter to it. */
export function sendVisitors(site: string, signal: AbortSignal): void {
  void (async () => {
    for (let number = 0; !signal.aborted; number += 1) {
      const path = paths[number % paths.length] ?? '/';
      // Not waited for: a slow answer holds no other visitor back. A refused one is what the drill is about.
      void fetch(`${site}${path}`, { headers: { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' }, signal: AbortSignal.timeout(20_000) }).then((answer) => answer.arrayBuffer(), () => undefined);
      await sleep(everyMs);
    }
  })();
}

export type SlowProxy = {
  /** `127.0.0.1:PORT`, for PLATFORM_UPSTREAM. */
  readonly address: string;
  /** Answers of this path wait; null holds nothing back. */
  hold(path: string | null): void;
  close(): void;
};

/** @param application `127.0.0.1:PORT` */
export async function openSlowProxy(application: string): Promise<SlowProxy> {
  let held: string | null = null;
  const server = createServer((incoming, outgoing) => {
    const pass = (): void => {
      const { method, headers, url } = incoming;
      const onward = ask(`http://${application}${url ?? '/'}`, { method: method ?? 'GET', headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      // As nginx sees an application that is gone.
      onward.once('error', () => outgoing.destroy());
      incoming.pipe(onward);
    };
    if (held !== null && incoming.url === held) setTimeout(pass, holdMs);
    else pass();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    address: `127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`,
    hold: (path) => (held = path),
    close: () => (server.closeAllConnections(), server.close()),
  };
}
