/** Reads logproto.PushRequest, as Promtail, Alloy and Vector send it: https://github.com/grafana/loki/blob/v3.7.6/pkg/push/push.proto */
import { parseLabels } from './parse-labels.ts';
import type { Budget, Poison, PushedEntry, PushedStream } from './pushed.ts';
import { isPoison, mostPairs, mostStreams, PushRefused, spend } from './pushed.ts';
import { Fields, Malformed } from './wire.ts';

type Pairs = (readonly [name: string, value: string])[];
const noMetadata: Pairs = [];
/** Loki's own limit for one line. */
const mostMetadata = 128;

/**
 * A message that cannot be walked is refused as a whole; an entry that cannot be read inside its own bytes is poison, and only that.
 * @param mostEntries over all streams
 * @throws PushRefused
 */
export function decodeProtobuf(bytes: Buffer, mostEntries: number): PushedStream[] {
  const streams: PushedStream[] = [];
  const budget = { entries: mostEntries, pairs: mostPairs };
  try {
    const fields = new Fields(bytes, 0, bytes.length);
    while (fields.next()) {
      if (fields.field !== 1 || fields.kind !== 2) continue;
      if (streams.length === mostStreams) throw new PushRefused(413, 'too many streams');
      streams.push(readStream(fields, budget));
    }
  } catch (error) {
    if (error instanceof Malformed) throw new PushRefused(400, 'the body is no push request');
    throw error;
  }
  return streams;
}

function readStream({ bytes, start, end }: Fields, budget: Budget): PushedStream {
  const fields = new Fields(bytes, start, end);
  const inner = { entry: new Fields(bytes, 0, 0), time: new Fields(bytes, 0, 0) };
  let labels = '';
  const entries: (PushedEntry | Poison)[] = [];
  while (fields.next()) {
    if (fields.kind !== 2) continue;
    if (fields.field === 1) labels = fields.text();
    if (fields.field !== 2) continue;
    spend(budget, 'entries', 1);
    const entry = readEntry(fields, inner);
    if (!isPoison(entry)) spend(budget, 'pairs', entry.metadata.length);
    entries.push(entry);
  }
  const pairs = parseLabels(labels);
  spend(budget, 'pairs', pairs.size);
  return { labels: pairs, entries };
}

/** @param inner walks that are used again for every entry */
function readEntry(outer: Fields, { entry, time }: { readonly entry: Fields; readonly time: Fields }): PushedEntry | Poison {
  try {
    entry.walk(outer.start, outer.end);
    let timeMs: number | null = 0; // an entry without a timestamp is of 1970, as protobuf has it
    let [start, end] = [0, 0];
    let metadata = noMetadata;
    while (entry.next()) {
      if (entry.kind !== 2) continue;
      if (entry.field === 1) timeMs = readTime(entry, time);
      else if (entry.field === 2) [start, end] = [entry.start, entry.end];
      else if (entry.field === 3) metadata = withPair(metadata, entry);
    }
    return timeMs === null ? { poison: 'bad_time' } : { timeMs, bytes: outer.bytes, start, end, metadata };
  } catch (error) {
    if (error instanceof Malformed) return { poison: 'malformed' };
    throw error;
  }
}

/** Milliseconds; null for a time before 1970 or beyond what a number holds. */
function readTime({ start, end }: Fields, fields: Fields): number | null {
  fields.walk(start, end);
  let [seconds, nanos] = [0, 0];
  while (fields.next()) {
    if (fields.kind !== 0) continue;
    if (fields.field === 1) seconds = fields.value;
    if (fields.field === 2) nanos = fields.value;
  }
  if (seconds > 8_000_000_000_000 || nanos > 999_999_999) return null;
  return seconds * 1000 + Math.floor(nanos / 1_000_000);
}

/** `noMetadata` is everybody's, so the first pair begins a list. */
function withPair(pairs: Pairs, entry: Fields): Pairs {
  const own = pairs === noMetadata ? [] : pairs;
  if (own.length < mostMetadata) own.push(readPair(entry));
  return own;
}

function readPair({ bytes, start, end }: Fields): readonly [string, string] {
  const fields = new Fields(bytes, start, end);
  let [name, value] = ['', ''];
  while (fields.next()) {
    if (fields.kind !== 2) continue;
    if (fields.field === 1) name = fields.text();
    if (fields.field === 2) value = fields.text();
  }
  return [name, value];
}
