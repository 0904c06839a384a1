/** Where the servers of `npm run stack` live on this machine: a port of loopback and a folder for each name that the shipped files use. */
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';

export const checkout = resolve(import.meta.dirname, '..', '..');

/** Listening places by the names they have in compose.yaml, with the port that is taken when it is free. */
export const listeners: Readonly<Record<string, number>> = {
  'nginx:8080': 8080,
  'nginx:8081': 8081,
  'platform:8000': 8000,
  'processor:9464': 9464,
  'energy:9465': 9465,
  'loki:3100': 3100,
  'loki:9095': 9095,
  'prometheus:9090': 9090,
  'alertmanager:9093': 9093,
  'node-exporter:9100': 9100,
  'promtail:9080': 9080,
  'otel-collector:4317': 4317,
  'otel-collector:4318': 4318,
  'otel-collector:8888': 8888,
  'otel-collector:8889': 8889,
  'otel-collector:13133': 13133,
  'grafana:3000': 3000,
};

export type Place = {
  readonly folder: string;
  /** Port on 127.0.0.1 by name, such as `loki:3100`. */
  readonly ports: Readonly<Record<string, number>>;
};

/** A port for every listener: its usual one where that is free, else any. @param anyPort true where two stacks may run at once */
export async function findPlace(folder: string, anyPort: boolean): Promise<Place> {
  const ports: Record<string, number> = {};
  for (const [name, usual] of Object.entries(listeners)) ports[name] = (anyPort ? null : await free(usual)) ?? (await freeQuietPort(new Set(Object.values(ports))));
  return { folder: resolve(folder), ports };
}

function free(port: number): Promise<number | null> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(null));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address !== null ? address.port : null));
    });
  });
}

/**
 * A free port below those that a system gives to outgoing connections (from 32768 on): one of these could take it until its server starts.
 * @throws Error when fifty tries found none
 */
async function freeQuietPort(taken: ReadonlySet<number>): Promise<number> {
  for (let tries = 0; tries < 50; tries += 1) {
    const port = 12_000 + Math.floor(Math.random() * 20_000);
    if (!taken.has(port) && (await free(port)) !== null) return port;
  }
  throw new Error('no free port between 12000 and 32000 on 127.0.0.1');
}

/** `127.0.0.1:PORT` of a name. @throws Error for one that has no port */
export function addressOf({ ports }: Place, name: string): string {
  const port = ports[name];
  if (port === undefined) throw new Error(`no port for ${name}`);
  return `127.0.0.1:${port}`;
}

/** How Prometheus finds the log agent in Docker. */
const agentByName = 'dns_sd_configs:\n      - names: [promtail, alloy]\n        type: A\n        port: 9080\n        refresh_interval: 1m';

/**
 * What is replaced in a shipped file, longest first: addresses and paths, and nothing else. `nginx/`'s `listen 8081` and the processor's
 * `0.0.0.0` are addresses too.
 */
export function replacements(place: Place): readonly (readonly [from: string, to: string])[] {
  const here = (...parts: string[]): string => join(place.folder, ...parts);
  const paths: [string, string][] = [
    ['/var/log/nginx-access', here('logs', 'access')],
    ['/var/log/existing-nginx', here('logs', 'existing')],
    ['/var/log/nginx-errors', here('logs', 'errors')],
    ['/var/log/platform', here('logs', 'platform')],
    ['/var/log/containers', here('logs', 'containers')],
    ['/var/lib/tidewatch', here('tidewatch')],
    ['/var/lib/promtail', here('promtail')],
    ['/etc/nginx/tidewatch/conf.d', here('nginx', 'conf.d')],
    ['/etc/nginx/tidewatch', join(checkout, 'nginx')],
    ['/tmp/nginx', here('nginx', 'run')],
    ['/etc/loki/rules', join(checkout, 'loki', 'rules')],
    ['/etc/prometheus', join(checkout, 'prometheus')],
    ['/etc/grafana/tidewatch', join(checkout, 'grafana')],
    ['listen_address: 0.0.0.0', 'listen_address: 127.0.0.1'],
    ['listen_port: 9464', `listen_port: ${place.ports['processor:9464'] ?? 0}`],
    ['http_listen_port: 9080', `http_listen_address: 127.0.0.1\n  http_listen_port: ${place.ports['promtail:9080'] ?? 0}`],
    ['listen 8081', `listen ${addressOf(place, 'nginx:8081')}`],
    // Names of loopback are in no DNS, which is where Docker tells Prometheus of the one agent that runs.
    [agentByName, `static_configs:\n      - targets: [${addressOf(place, 'promtail:9080')}]`],
    ['localhost:9090', addressOf(place, 'prometheus:9090')],
    ['health_address: 0.0.0.0', 'health_address: 127.0.0.1'],
    ['health_port: 9465', `health_port: ${place.ports['energy:9465'] ?? 0}`],
    ['/host/sys', '/sys'],
  ];
  const addresses = Object.keys(place.ports).map((name): [string, string] => [name, addressOf(place, name)]);
  return [...paths, ...addresses].sort(([a], [b]) => b.length - a.length);
}

/** A shipped text as this machine needs it. */
export function placed(text: string, place: Place): string {
  const all = replacements(place);
  const pattern = new RegExp(all.map(([from]) => from.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`)).join('|'), 'g');
  const table = new Map(all);
  return text.replace(pattern, (found) => table.get(found) ?? found);
}
