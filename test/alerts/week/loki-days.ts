/** Fills played days into a real Loki and asks it every alert rule of its ruler over all of them, at the interval of its group and with `for` applied. */
import { z } from 'zod';
import { askLoki } from '../../loki-contents.ts';
import type { LokiServer } from '../../loki-server.ts';
import { alerts } from '../alert-files.ts';
import { durationMs, firesAt } from './apply-for.ts';
import { dayMs, minuteMs, type Line, type PlayedDays } from './played-days.ts';

/** Loki takes lines of any age, shows them at once, and answers a day in one piece, however busy the machine is; nothing else differs from the shipped configuration. */
export const anyAge: readonly string[] = [
  '-validation.reject-old-samples=false', '-ingester.query-store-max-look-back-period=-1ns', '-store.retention=0', '-compactor.retention-enabled=false',
  '-querier.split-queries-by-interval=24h', '-querier.query-timeout=5m', '-server.http-write-timeout=5m',
]; // prettier-ignore

/** Lines of a push. */
const bodyLines = 4000;

/** @throws Error where Loki refuses a line, or does not show every line once */
export async function fillLoki(url: string, played: PlayedDays): Promise<void> {
  const streams = { ...played.streams, ...otherStreams(played) };
  for (const [stream, lines] of Object.entries(streams)) {
    await pushStream(url, labelsOf(played.site, stream), lines);
    const days = Math.ceil((played.endMs - played.startMs) / dayMs) + 1;
    const { result } = resultSchema.parse(JSON.parse(await askLoki(url, 'query', { query: `sum(count_over_time({stream="${stream}"}[${days}d]))`, time: `${played.endMs}000000` }))).data;
    const shown = Number(result[0]?.value?.[1] ?? 0);
    if (shown !== lines.length) throw new Error(`Loki shows ${shown} of ${lines.length} lines of stream ${stream}`);
  }
}

function labelsOf(site: string, stream: string): Readonly<Record<string, string>> {
  const labels = { job: 'tidewatch', host: 'stack', site, stream, service_name: stream === 'app' ? 'ocean-body' : 'nginx' };
  return stream === 'visit' || stream === 'day' ? labels : { ...labels, input: stream === 'access' ? 'nginx' : 'agent' };
}

async function pushStream(url: string, stream: Readonly<Record<string, string>>, lines: readonly Line[]): Promise<void> {
  for (const body of bodiesOf(lines)) {
    const values = body.map(({ ns, text }) => [String(ns), text]);
    const response = await fetch(`${url}/loki/api/v1/push`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ streams: [{ stream, values }] }) });
    if (response.status !== 204) throw new Error(`Loki answered ${response.status}: ${(await response.text()).slice(0, 300)}`);
  }
}

/** A body covers at most half an hour of events, as those of the processor. */
function* bodiesOf(lines: readonly Line[]): Generator<readonly Line[]> {
  for (let from = 0; from < lines.length; ) {
    const start = lines[from]?.ns ?? 0n;
    let to = from;
    while (to < lines.length && to - from < bodyLines && (lines[to]?.ns ?? 0n) - start < 1_800_000_000_000n) to += 1;
    yield lines.slice(from, to);
    from = to;
  }
}

/** What the application and nginx write on a healthy day: a line a minute, an error now and then, and everything that resembles an address and is none. */
function otherStreams({ startMs, endMs }: PlayedDays): Readonly<Record<'app' | 'error', readonly Line[]>> {
  const innocent = ['started at 12:34:56, version 1.24.3', 'std::string and Foo::bar', 'client 00112233445566ff asked for /a/b', 'took 0.25.', 'ratio 3:4:5'];
  const minutes = Array.from({ length: Math.floor((endMs - startMs) / minuteMs) }, (_, minute) => minute);
  const ns = (minute: number): bigint => BigInt(startMs + minute * minuteMs) * 1_000_000n;
  return {
    app: minutes.map((minute) => ({ ns: ns(minute), text: JSON.stringify({ level: minute % 120 === 7 ? 'error' : 'info', logger: 'ocean_body', message: innocent[minute % innocent.length] }) })),
    error: minutes.filter((minute) => minute % 60 === 11).map((minute) => ({ ns: ns(minute), text: 'upstream prematurely closed connection, client: 00112233445566ff, server: ocean-body.example, request: "GET /dive HTTP/1.1"' })),
  };
}

const resultSchema = z.object({
  data: z.object({ result: z.array(z.object({ metric: z.record(z.string(), z.string()), values: z.array(z.tuple([z.number(), z.string()])).optional(), value: z.tuple([z.number(), z.string()]).optional() })) }),
});

/** @returns names of alerts that fire at some moment of the days, sorted */
export async function firedInLoki({ url }: LokiServer, played: PlayedDays): Promise<readonly string[]> {
  const fired: string[] = [];
  for (const { alert, expr, interval, for: held = '0s' } of alerts.filter(({ language }) => language === 'loki')) {
    const stepMs = durationMs(interval);
    const times = await timesOf(url, expr, stepMs, played);
    if ([...times.values()].some((ofSeries) => firesAt({ times: ofSeries, stepMs, forMs: durationMs(held) }) !== null)) fired.push(alert);
  }
  return fired.sort();
}

/** The steps at which each series of an expression is there. A day is asked for at a time: Loki gives at most 11,000 points. */
async function timesOf(url: string, query: string, stepMs: number, { startMs, endMs }: PlayedDays): Promise<ReadonlyMap<string, readonly number[]>> {
  const times = new Map<string, number[]>();
  for (let from = startMs + stepMs; from < endMs; from += dayMs) {
    const to = Math.min(from + dayMs - stepMs, endMs);
    const { result } = resultSchema.parse(JSON.parse(await askLoki(url, 'query_range', { query, start: `${from}000000`, end: `${to}000000`, step: `${stepMs / 1000}s` }))).data;
    for (const { metric, values = [] } of result) {
      const key = JSON.stringify(metric);
      times.set(key, [...(times.get(key) ?? []), ...values.map(([second]) => second * 1000)]);
    }
  }
  return times;
}
