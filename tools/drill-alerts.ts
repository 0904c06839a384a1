/** `npm run drill:alerts`: breaks one thing after the other on a running local stack, and prints which alerts arrived at a web hook after how long. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { breakRows, type Break, type Expected } from './alert-drill/breaks.ts';
import { factor, hurryAlertmanager, hurryLoki, hurryPrometheus, interval } from './alert-drill/hurry.ts';
import { openReceiver, type Arrival, type Receiver } from './alert-drill/receiver.ts';
import { openSmallDisk } from './alert-drill/small-disk.ts';
import { openSlowProxy, sendVisitors } from './alert-drill/visitors.ts';
import { addressOf, findPlace } from './stack/place.ts';
import type { Place } from './stack/place.ts';
import type { Server } from './stack/found.ts';
import { runStack } from './stack/run.ts';

const say = (line = ''): void => console.log(line);
/** Longest wait for the alerts of a row. */
const patienceMs = 300_000;
/** So long nothing is broken, so that what would be told anyway is seen. */
const calmMs = 90_000;

const keyOf = ({ labels }: Arrival): string => JSON.stringify(Object.entries(labels).sort());
const isFor = ({ alert, label }: Expected) => (arrival: Arrival): boolean => arrival.alert === alert && (label === undefined || arrival.labels[label[0]] === label[1]); // prettier-ignore

const folder = mkdtempSync(join(tmpdir(), 'tidewatch-alert-drill-'));
const place = await findPlace(join(folder, 'stack'), true);
const oldKeyPort = (await findPlace(folder, true)).ports['processor:9464'] ?? 0;
const receiver = await openReceiver();
const proxy = await openSlowProxy(addressOf(place, 'platform:8000'));
const disk = openSmallDisk(place);
const ending = new AbortController();
const changes: Readonly<Record<string, () => void>> = {
  prometheus: () => hurryPrometheus(place),
  loki: () => hurryLoki(place),
  alertmanager: () => hurryAlertmanager(place, receiver.url),
};

try {
  process.exitCode = (await drill(place)) ? 0 : 1;
} finally {
  ending.abort();
  proxy.close();
  disk?.remove();
  await receiver.close();
  rmSync(folder, { recursive: true, force: true });
}

/** @returns whether every expected alert arrived */
async function drill(where: Place): Promise<boolean> {
  say(`Thresholds and windows are as shipped. \`for\` is divided by ${factor}, rules are asked and targets scraped every ${interval}, groups wait for a second.`);
  const stack = await runStack(where, () => undefined, adapt);
  try {
    for (const what of stack.missing) say(`!! not here: ${what}`);
    if (disk === null) say('!! SKIPPED: a small disk is filled (only root may mount one)');
    sendVisitors(`http://${addressOf(where, 'nginx:8080')}`, ending.signal);
    await sleep(calmMs);
    const before = new Set(receiver.arrivals().map(keyOf));
    say(`Before anything is broken: ${[...new Set(receiver.arrivals().map(({ alert }) => alert))].sort().join(', ') || 'nothing'}`);
    let isWhole = true;
    for (const row of breakRows({ stack, proxy, disk, oldKeyPort })) isWhole = (await breakRow(row, before)) && isWhole;
    say(isWhole ? 'Every alert arrived that had to.' : 'NOT EVERY alert arrived that had to.');
    return isWhole;
  } finally {
    await stack.stop();
  }
}

function adapt(server: Server): Server {
  changes[server.name]?.();
  if (server.name === 'nginx') return { ...server, env: { ...server.env, PLATFORM_UPSTREAM: proxy.address } };
  return server;
}

async function breakRow(row: readonly Break[], before: ReadonlySet<string>): Promise<boolean> {
  receiver.forget();
  const startMs = performance.now();
  for (const one of row) await one.break();
  const expected = row.flatMap((one) => one.expected);
  const missing = (): readonly Expected[] => expected.filter((wanted) => !receiver.arrivals().some(isFor(wanted)));
  while (missing().length > 0 && performance.now() - startMs < patienceMs) await sleep(500);
  for (const one of row) print(one, receiver, startMs);
  const others = receiver.arrivals().filter((arrival) => !before.has(keyOf(arrival)) && !expected.some((wanted) => isFor(wanted)(arrival)));
  if (others.length > 0) say(`  besides: ${others.map((arrival) => `${arrival.alert} (${seconds(arrival.atMs - startMs)})`).join(', ')}`);
  for (const one of row) await one.mend();
  return missing().length === 0;
}

function print({ what, expected }: Break, told: Receiver, startMs: number): void {
  say(`- ${what}`);
  for (const wanted of expected) {
    const found = told.arrivals().find(isFor(wanted));
    say(found === undefined ? `  ${wanted.alert.padEnd(22)} DID NOT ARRIVE` : `  ${wanted.alert.padEnd(22)} ${found.severity.padEnd(9)} to ${[...found.receivers].join(' and ').padEnd(16)} after ${seconds(found.atMs - startMs)}`);
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(0)} s`;
}
