/** The output to Loki: one body per stream and half hour, nothing in it that Loki would refuse for ever. */
import type { Entry, Output, Sealed } from './output.ts';
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

/** Keys of the state that hold the newest time of each stream. */
export const headPrefix = 'head/';

type OpenStream = { readonly key: string; headMs: number; readonly builder: BodyBuilder };

/** @returns an output whose bodies go to the outbox with the commit and from there to Loki */
export const createLokiOutput = (options: LokiOutputOptions): Output => new LokiOutput(options);

class LokiOutput implements Output {
  readonly deliversAtCommit = false;
  readonly #options: LokiOutputOptions;
  readonly #heads: ReadonlyMap<string, number>;
  readonly #streams = new Map<string, OpenStream>();
  readonly #metadata = new Map<string, Uint8Array>();
  readonly #dirty = new Set<OpenStream>();
  #sealed: Body[] = [];

  constructor(options: LokiOutputOptions) {
    this.#options = options;
    this.#heads = new Map([...options.heads].map(([key, value]) => [key, Number(value)]));
  }

  add(entry: Entry, nowMs: number): DropReason | null {
    const stream = this.#streamOf(entry);
    if (entry.timeMs < nowMs - this.#options.maxAgeMs) return 'too_old';
    if (entry.timeMs < stream.headMs - maxBehindMs) return 'behind_stream';
    if (stream.builder.lines > 0 && isFull(stream.builder, entry.timeMs)) this.#sealed.push(stream.builder.finish());
    stream.builder.add(entry.timeMs, entry.subNs, entry.text, this.#metadataOf(entry));
    stream.headMs = Math.max(stream.headMs, entry.timeMs);
    this.#dirty.add(stream);
    return null;
  }

  seal(): Promise<Sealed> {
    const puts: Put[] = [];
    for (const stream of this.#dirty) {
      if (stream.builder.lines > 0) this.#sealed.push(stream.builder.finish());
      puts.push([stream.key, String(stream.headMs)]);
    }
    this.#dirty.clear();
    const bodies = this.#sealed;
    this.#sealed = [];
    return Promise.resolve({ bodies, puts });
  }

  #streamOf(entry: Entry): OpenStream {
    const key = `${headPrefix}${entry.kind}/${entry.site}/${entry.input}`;
    let stream = this.#streams.get(key);
    if (stream === undefined) {
      const { job, host } = this.#options;
      const common = { job, site: entry.site, host, stream: entry.kind, service_name: entry.input === '' ? 'tidewatch' : 'nginx' };
      const labels = entry.input === '' ? common : { ...common, input: entry.input };
      const builder = this.#options.createBodyBuilder({ labels, kind: entry.kind, input: entry.input });
      stream = { key, headMs: this.#heads.get(key) ?? -Infinity, builder };
      this.#streams.set(key, stream);
    }
    return stream;
  }

  #metadataOf({ kind, metadata: pairs }: Entry): Uint8Array {
    let name: string = kind;
    for (const [, value] of pairs) name += `\n${value}`;
    let encoded = this.#metadata.get(name);
    if (encoded === undefined) {
      if (this.#metadata.size >= 20_000) this.#metadata.clear();
      encoded = this.#options.encodeMetadata(pairs);
      this.#metadata.set(name, encoded);
    }
    return encoded;
  }
}

const isFull = (builder: BodyBuilder, timeMs: number): boolean =>
  builder.size > maxBodyBytes || Math.max(builder.lastMs, timeMs) - Math.min(builder.firstMs, timeMs) > maxSpanMs;
