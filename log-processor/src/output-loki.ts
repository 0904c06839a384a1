/** The output to Loki: one body per stream and half hour, nothing in it that Loki would refuse for ever. */
import type { Output, Entry } from './output.ts';
import type { DropReason, Put } from './record.ts';
import type { Body } from './store/store.ts';

export type BodyBuilder = {
  add(timeMs: number, subNs: number, line: string, metadata: Uint8Array): void;
  /** The finished body; the builder is empty afterwards and can be used again. */
  finish(): Body;
  /** Bytes before compression. */
  readonly size: number;
  readonly lines: number;
  /** Milliseconds of the earliest and the latest line; Infinity and -Infinity while empty. */
  readonly firstMs: number;
  readonly lastMs: number;
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

type OpenStream = { readonly key: string; headMs: number; readonly builder: BodyBuilder };

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
      const common = { job: options.job, site: entry.site, host: options.host, stream: entry.kind, service_name: entry.input === '' ? 'tidewatch' : 'nginx' };
      const labels = entry.input === '' ? common : { ...common, input: entry.input };
      const builder = options.createBodyBuilder({ labels, kind: entry.kind, input: entry.input });
      stream = { key, headMs: heads.get(key) ?? -Infinity, builder };
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

  const close = ({ builder }: OpenStream): void => {
    if (builder.lines > 0) sealedBodies.push(builder.finish());
  };

  const isFull = ({ builder }: OpenStream, timeMs: number): boolean =>
    builder.size > maxBodyBytes || Math.max(builder.lastMs, timeMs) - Math.min(builder.firstMs, timeMs) > maxSpanMs;

  return {
    deliversAtCommit: false,
    add(entry, nowMs): DropReason | null {
      const stream = streamOf(entry);
      if (entry.timeMs < nowMs - options.maxAgeMs) return 'too_old';
      if (entry.timeMs < stream.headMs - maxBehindMs) return 'behind_stream';
      if (stream.builder.lines > 0 && isFull(stream, entry.timeMs)) close(stream);
      stream.builder.add(entry.timeMs, entry.subNs, entry.text, metadataOf(entry.metadata));
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
