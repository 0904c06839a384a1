/** One address for Prometheus while the processor behind it changes. */
import { createServer } from 'node:http';

export type Forwarder = { readonly target: string; forwardTo(url: string): void; stop(): Promise<void> };

/** Answers `/metrics` with what the processor behind it says, and 503 while it says nothing. */
export async function startForwarder(first: string): Promise<Forwarder> {
  let behind = first;
  const server = createServer((_, response) => {
    fetch(`${behind}/metrics`, { signal: AbortSignal.timeout(2000) })
      .then(async (answer) => response.setHeader('content-type', 'text/plain; version=0.0.4').end(await answer.text()))
      .catch(() => response.writeHead(503).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    target: `127.0.0.1:${address.port}`,
    forwardTo: (url) => {
      behind = url;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
