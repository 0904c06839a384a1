/** One page that says whether the exporter still reads its machine, and which sensors answer: for the health check of its container, and for whoever wonders. */
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Health = {
  /** Seconds since processor times were read last; null before the first time. */
  readonly ageSeconds: number | null;
  /** Age from which the exporter counts as stuck. */
  readonly limitSeconds: number;
  /** Name of each power sensor that was ever there, its kind of source, and whether it answers now. */
  readonly sensors: readonly (readonly [name: string, source: string, up: boolean])[];
  /** How many services the containers of the machine belong to. */
  readonly services: number;
  /** Living containers that belong to none; what they use is unattributed. */
  readonly unnamed: number;
};

// An import of node:http reads all its exports and so loads a client nobody uses here.
const { createServer } = process.getBuiltinModule('node:http');

export type HealthPage = { readonly port: number; close(): Promise<void> };

const fixed = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

/**
 * Serves GET /healthz on `address` (200 while the machine is read, else 503); every other path is 404 and every other method 405, and nothing that was asked is repeated.
 * @throws Error of the system when the address is not ours or the port is taken
 */
export async function serveHealth(address: string, port: number, look: () => Health): Promise<HealthPage> {
  const server = createServer({ requestTimeout: 5000, headersTimeout: 5000 }, ({ method, url }, response) => {
    if (url !== '/healthz') { answer(response, 404, 'not found\n'); return; }
    if (method !== 'GET' && method !== 'HEAD') { answer(response, 405, 'method not allowed\n'); return; }
    const health = look();
    answer(response, isWell(health) ? 200 : 503, wordsOf(health));
  });
  server.maxConnections = 32;
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, address, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const isWell = ({ ageSeconds, limitSeconds }: Health): boolean => ageSeconds !== null && ageSeconds <= limitSeconds;

function wordsOf(health: Health): string {
  const { ageSeconds, sensors, services, unnamed } = health;
  const read = ageSeconds === null ? 'the machine was not read yet' : `the machine was read ${ageSeconds.toFixed(0)} s ago`;
  const each = sensors.map(([name, source, up]) => `sensor ${name} (${source}): ${up ? 'reads' : 'gives no reading'}`);
  return [isWell(health) ? 'ok' : 'stuck', read, ...(each.length === 0 ? ['no power sensor is here'] : each), `services seen: ${services}`, `containers without a service: ${unnamed}`, ''].join('\n');
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { ...fixed, 'content-length': Buffer.byteLength(text) });
  response.end(response.req.method === 'HEAD' ? undefined : text);
}
