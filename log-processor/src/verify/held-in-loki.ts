/** What a Loki holds, read stream by stream and day by day, so that no question is longer than its limits. */
import type { LokiClient } from '../loki/loki-client.ts';
import type { HeldEntry, HeldLines } from './held-lines.ts';

export type HeldInLokiOptions = {
  readonly client: Pick<LokiClient, 'streams' | 'queryStream' | 'newestNs' | 'keptMs'>;
  /** For the statement; holds no credentials. */
  readonly url: string;
  /** Writes labels as LogQL selects a stream: see loki/label-string.ts. */
  readonly selectorOf: (labels: Readonly<Record<string, string>>) => string;
};

const dayMs = 86_400_000;
/** Longest range of one question; Loki's own limit is a month. */
const rangeMs = 28 * dayMs;
/** So many ranges without anything end the way back: nearly three months. */
const emptyRanges = 3;

export function holdInLoki({ client, url, selectorOf }: HeldInLokiOptions): HeldLines {
  return {
    place: `the Loki at ${url}`,
    async *entries(fromMs, toMs) {
      for (const [from, to] of ranges(fromMs, toMs, dayMs)) {
        for (const labels of await client.streams(ns(from), ns(to))) yield* entriesOf(client, labels, selectorOf(labels), [from, to]);
      }
    },
    async *receipts(nowMs) {
      const entries: HeldEntry[] = [];
      await goBack(client, nowMs + dayMs, async (streams, range) => {
        const days = streams.filter(({ stream }) => stream === 'day');
        for (const labels of days) for await (const entry of entriesOf(client, labels, selectorOf(labels), range)) entries.push(entry);
        return days.length > 0;
      });
      yield* entries.sort((a, b) => Number(a.ns.slice(0, -6)) - Number(b.ns.slice(0, -6)));
    },
    async olderThan(timeMs) {
      const found = new Map<string, number>();
      await goBack(client, timeMs, async (streams, [from, to]) => {
        const lines = streams.filter(({ stream }) => stream !== 'day').map(selectorOf);
        for (const selector of lines) {
          const newest = await client.newestNs(selector, ns(from), ns(to));
          if (newest !== null) found.set(selector, Number(newest.slice(0, -6)));
        }
        return lines.length > 0;
      });
      return [...found].map(([stream, oldestMs]) => ({ stream, oldestMs }));
    },
    retention: async () => ({ what: 'the retention of Loki', keptMs: await client.keptMs() }),
  };
}

async function* entriesOf(client: HeldInLokiOptions['client'], labels: Readonly<Record<string, string>>, selector: string, [from, to]: Range): AsyncGenerator<HeldEntry> {
  for await (const { ns: at, line, metadata = {} } of client.queryStream(selector, ns(from), ns(to))) yield { labels, ns: at, line, metadata };
}

type Range = readonly [fromMs: number, toMs: number];

/** From a time into the past, range by range, until there is nothing any more. */
async function goBack(client: HeldInLokiOptions['client'], untilMs: number, look: (streams: readonly Readonly<Record<string, string>>[], range: Range) => Promise<boolean>): Promise<void> {
  for (let [to, empty] = [untilMs, 0]; empty < emptyRanges && to > 0; to -= rangeMs) {
    const range: Range = [Math.max(0, to - rangeMs), to];
    empty = (await look(await client.streams(ns(range[0]), ns(to)), range)) ? 0 : empty + 1;
  }
}

function* ranges(fromMs: number, toMs: number, longestMs: number): Generator<Range> {
  for (let from = Math.max(0, fromMs); from < toMs; from += longestMs) yield [from, Math.min(toMs, from + longestMs)];
}

const ns = (timeMs: number): string => `${Math.floor(timeMs)}000000`;
