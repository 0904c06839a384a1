/** Reads the JSON form of a push, as Fluent Bit and scripts send it: `{"streams":[{"stream":{..},"values":[["<ns>","line",{..}]]}]}`. */
import { hasShape } from './json-shape.ts';
import type { Poison, PushedEntry, PushedStream } from './pushed.ts';
import { isPoison, mostPairs, mostStreams, PushRefused, spend } from './pushed.ts';

/** Object, streams, stream, values, entry, metadata: six deep; two more for what a sender adds and nobody reads. */
const depth = 8;
/** Commas and brackets that an entry or a stream needs beside its pairs, so that the parser is not given more than the caps behind it allow. */
const perEntry = 4;
const perStream = 6;
const noMetadata: PushedEntry['metadata'] = [];

/** @throws PushRefused when it is no push as a whole; an entry that cannot be read is poison, and only that */
export function decodeJson(bytes: Buffer, mostEntries: number): PushedStream[] {
  const values = mostEntries * perEntry + mostStreams * perStream + mostPairs;
  if (!hasShape(bytes, { depth, values })) throw new PushRefused(413, 'too deep, or too many values');
  const push = parse(bytes);
  const streams = isObject(push) ? push['streams'] : undefined;
  if (!Array.isArray(streams)) throw new PushRefused(400, 'the body has no streams');
  if (streams.length > mostStreams) throw new PushRefused(413, 'too many streams');
  const budget = { entries: mostEntries, pairs: mostPairs };
  return streams.map((stream: unknown) => {
    const read = readStream(stream);
    spend(budget, 'entries', read.entries.length);
    spend(budget, 'pairs', read.labels.size);
    for (const entry of read.entries) if (!isPoison(entry)) spend(budget, 'pairs', entry.metadata.length);
    return read;
  });
}

/** The parser quotes what it refuses in its message: that goes nowhere. */
function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new PushRefused(400, 'the body is no JSON'); // the one thing that can be wrong
  }
}

function readStream(stream: unknown): PushedStream {
  const labels = isObject(stream) ? stream['stream'] : undefined;
  const values = isObject(stream) ? stream['values'] : undefined;
  if (!isObject(labels) || !Array.isArray(values)) throw new PushRefused(400, 'a stream has no labels or no values');
  const pairs = Object.entries(labels).filter((pair): pair is [string, string] => typeof pair[1] === 'string');
  return { labels: new Map(pairs), entries: values.map(readEntry) };
}

function readEntry(value: unknown): PushedEntry | Poison {
  if (!Array.isArray(value)) return { poison: 'malformed' };
  const [time, line, metadata] = value as readonly unknown[];
  if (typeof line !== 'string') return { poison: 'malformed' };
  const timeMs = readTime(time);
  if (timeMs === null) return { poison: 'bad_time' };
  const bytes = Buffer.from(line);
  return { timeMs, bytes, start: 0, end: bytes.length, metadata: readMetadata(metadata) };
}

/** Nanoseconds in decimal; a bare number has lost its last digits, but not its millisecond. */
function readTime(time: unknown): number | null {
  if (typeof time === 'number') return time >= 0 && time < 2 ** 63 ? Math.floor(time / 1_000_000) : null;
  return typeof time === 'string' && /^[0-9]{1,19}$/.test(time) ? Number(time.slice(0, -6)) : null;
}

function readMetadata(metadata: unknown): PushedEntry['metadata'] {
  if (!isObject(metadata)) return noMetadata;
  return Object.entries(metadata).filter((pair): pair is [string, string] => typeof pair[1] === 'string');
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
