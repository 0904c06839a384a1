/** The output to Loki: one body per stream and half hour, nothing in it that Loki would refuse for ever. */
import type { Output, Entry } from './output.ts';
import type { DropReason, Put } from './record.ts';
import type { Body } from './store/store.ts';

export type BodyBuilder = {
  add(timeMs: number, subNs: number, line: string, metadata: Uint8Array): void;
  finish(): Body;
  readonly size: number;
};

export type LokiOutputOptions = {
  job: string;
  host: string;
  createBodyBuilder(stream: { labels: Readonly<Record<string, string>>; kind: string; input: string }): BodyBuilder;
  encodeMetadata(pairs: readonly (readonly [string, string])[]): Uint8Array;
  /** Newest time already emitted per stream: the entries of the state under `head/`. */
  heads: Iterable<readonly [key: string, value: string]>;
  /** Age at which Loki refuses a line, in milliseconds (reject_old_samples_max_age). */
  maxAgeMs: number;
};

/** A body stays well under Loki's limits and its rate window; larger ones only make a retry dearer. */
const maxBodyBytes = 1_048_576;
/** Bodies cover at most half an hour, so that one body always fits into Loki's window of an hour per stream. */
const maxSpanMs = 30 * 60_000;
/** Loki takes lines up to an hour behind the newest of the stream (max_chunk_age / 2); five minutes are left as a margin. */
const maxBehindMs = 55 * 60_000;

type OpenStream = { readonly key: string; readonly labels: Record<string, string>; headMs: number; builder: BodyBuilder | null; firstMs: number; lastMs: number };

/** @returns an output whose bodies go to the outbox with the commit and from there to Loki */
export function createLokiOutput(options: LokiOutputOptions): Output {
  const heads = new Map([...options.heads].map(([key, value]) => [key, Number(value)]));
  const streams = new Map<string, OpenStream>();
  const metadataCache = new Map<string, Uint8Array>();
  const dirty = new Set<OpenStream>();
  let sealedBodies: Body[] = [];

  const streamOf = (entry: Entry): OpenStream => {
    const key = `head/${entry.kind}/${entry.site}/${entry.input}`;
    let stream = streams.get(key);
    if (stream === undefined) {
      const labels = { job: options.job, site: entry.site, host: options.host, stream: entry.kind, service_name: entry.input === '' ? 'tidewatch' : 'nginx' };
      stream = {
        key,
        labels: entry.input === '' ? labels : { ...labels, input: entry.input },
        headMs: heads.get(key) ?? -Infinity,
        builder: null,
        firstMs: Infinity,
        lastMs: -Infinity,
      };
      streams.set(key, stream);
    }
    return stream;
  };

  const metadataOf = (pairs: Entry['metadata']): Uint8Array => {
    const name = pairs.map(([, value]) => value).join('\n');
    let encoded = metadataCache.get(name);
    if (encoded === undefined) {
      if (metadataCache.size >= 20_000) metadataCache.clear();
      encoded = options.encodeMetadata(pairs);
      metadataCache.set(name, encoded);
    }
    return encoded;
  };

  const close = (stream: OpenStream): void => {
    if (stream.builder !== null) sealedBodies.push(stream.builder.finish());
    stream.builder = null;
    stream.firstMs = Infinity;
    stream.lastMs = -Infinity;
  };

  const builderFor = (stream: OpenStream, entry: Entry): BodyBuilder => {
    const first = Math.min(stream.firstMs, entry.timeMs);
    const last = Math.max(stream.lastMs, entry.timeMs);
    if (stream.builder !== null && (last - first > maxSpanMs || stream.builder.size > maxBodyBytes)) close(stream);
    stream.builder ??= options.createBodyBuilder({ labels: stream.labels, kind: entry.kind, input: entry.input });
    stream.firstMs = Math.min(stream.firstMs, entry.timeMs);
    stream.lastMs = Math.max(stream.lastMs, entry.timeMs);
    return stream.builder;
  };

  return {
    deliversAtCommit: false,
    add(entry, nowMs): DropReason | null {
      const stream = streamOf(entry);
      if (entry.timeMs < nowMs - options.maxAgeMs) return 'too_old';
      if (entry.timeMs < stream.headMs - maxBehindMs) return 'behind_stream';
      builderFor(stream, entry).add(entry.timeMs, entry.subNs, entry.text, metadataOf(entry.metadata));
      stream.headMs = Math.max(stream.headMs, entry.timeMs);
      dirty.add(stream);
      return null;
    },
    seal() {
      const puts: Put[] = [];
      for (const stream of dirty) {
        close(stream);
        puts.push([stream.key, String(stream.headMs)]);
      }
      dirty.clear();
      const bodies = sealedBodies;
      sealedBodies = [];
      return Promise.resolve({ bodies, puts });
    },
  };
}
