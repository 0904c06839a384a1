/**
 * Shows every metric of programs that this test does not run (application, collector, energy exporter, recorded series, Kepler) with all its labels and
 * a moving value, so that their questions meet data. It proves what a question does with series of that shape, not that a program sends them.
 */
import { createServer } from 'node:http';
import { foreignMetrics } from '../src/foreign-metrics.ts';
import { thresholdNames } from '../src/queries/thresholds.ts';

/** Labels whose value a question asks for. */
const asked: Readonly<Record<string, readonly string[]>> = {
  http_response_status_code: ['200', '404', '500'],
  http_status_class: ['2xx'],
  zone: ['package'],
  state: ['running'],
  part: ['platform', 'monitoring', 'unattributed'],
  component: ['operational', 'embodied'],
  service: ['platform', 'processor', 'unattributed'],
  boundary: ['operational and embodied'],
  site: ['ocean', 'reef'],
  alertstate: ['firing'],
  severity: ['warning'],
  name: [...thresholdNames],
};
const histograms = new Set(['http_server_request_duration_seconds']);

/** Those that run for real in the test, or come from Prometheus itself. */
export const isStandIn = (name: string): boolean => !/^(?:up|scrape_.*|prometheus_.*|loki_.*|process_(?:resident|cpu_seconds|open|max|start).*)$/.test(name);

/** Real programs show them once it happened: an alert, a full disk, a rule, a finished block, an Alertmanager to notify. */
export const seldom: ReadonlySet<string> = new Set(['ALERTS', 'loki_ingester_wal_disk_full_failures_total', 'prometheus_rule_evaluation_failures_total', 'prometheus_tsdb_storage_blocks_bytes', 'prometheus_notifications_dropped_total']);

const combinations = (labels: readonly string[]): readonly Readonly<Record<string, string>>[] =>
  labels.reduce<readonly Readonly<Record<string, string>>[]>((all, label) => all.flatMap((one) => (asked[label] ?? [`some ${label}`]).map((value) => ({ ...one, [label]: value }))), [{}]);

/** The text format of Prometheus at `second` of the test: counters rise, gauges stay above 0. */
export function exposition(second: number): string {
  const lines: string[] = [];
  const write = (name: string, labels: Readonly<Record<string, string>>, value: number): void => void lines.push(`${name}{${Object.entries(labels).map(([label, text]) => `${label}="${text}"`).join(',')}} ${value}`);
  for (const [name, { labels }] of Object.entries(foreignMetrics).filter(([one]) => isStandIn(one))) {
    for (const [index, values] of combinations(labels).entries()) {
      if (!histograms.has(name)) write(name, values, name.endsWith('_total') ? second * (index + 1) : index + 1);
      else {
        for (const [bound, share] of [['0.1', 0.5], ['1', 0.9], ['+Inf', 1]] as const) write(`${name}_bucket`, { ...values, le: bound }, Math.floor(second * 10 * share));
        write(`${name}_count`, values, second * 10);
        write(`${name}_sum`, values, second * 3);
      }
    }
  }
  return `${lines.join('\n')}\n`;
}

/** @returns its address as `host:port`, and how to stop it */
export async function startStandIn(): Promise<{ readonly target: string; stop(): Promise<void> }> {
  const startMs = Date.now();
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end(exposition(Math.round((Date.now() - startMs) / 1000)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    target: `127.0.0.1:${address.port}`,
    stop: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}
