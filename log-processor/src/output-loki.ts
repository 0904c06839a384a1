/** The output to Loki: one body per stream and half hour, nothing in it that Loki would refuse for ever. */
import type { Entry, Output, Sealed } from './output.ts';
import { AccessText, accessLineBytes, accessMetadata, streamOf } from './access-line.ts';
import { kinds } from './record.ts';
import type { DropReason, PublicRequest, Put } from './record.ts';
import type { Body } from './store/store.ts';

export type BodyBuilder = {
  add(timeMs: number, subNs: number, line: string | Uint8Array, metadata: Uint8Array): void;
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

type OpenStream = { readonly key: string; readonly kind: string; readonly site: string; readonly input: string; headMs: number; readonly builder: BodyBuilder };

/** @returns an output whose bodies go to the outbox with the commit and from there to Loki */
export const createLokiOutput = (options: LokiOutputOptions): Output => new LokiOutput(options);

class LokiOutput implements Output {
  readonly deliversAtCommit = false;
  readonly #options: LokiOutputOptions;
  readonly #heads: ReadonlyMap<string, number>;
  readonly #streams = new Map<string, OpenStream>();
  /** Encoded metadata by country and by a number for the rest. */
  readonly #metadata = new Map<string, Map<number, Uint8Array>>();
  readonly #text = new AccessText();
  #last: OpenStream | null = null;
  /** The line that is being written. */
  #scratch = Buffer.alloc(4096, '{');
  #scratchView = new DataView(this.#scratch.buffer, this.#scratch.byteOffset, this.#scratch.length);
  readonly #dirty = new Set<OpenStream>();
  #sealed: Body[] = [];

  constructor(options: LokiOutputOptions) {
    this.#options = options;
    this.#heads = new Map([...options.heads].map(([key, value]) => [key, Number(value)]));
  }

  addLine(request: PublicRequest, nowMs: number): DropReason | null {
    const { site, input, timeMs } = request;
    const stream = this.#streamOf(streamOf(request), site, input);
    return this.#refusal(stream, timeMs, nowMs) ?? this.#put(stream, timeMs, request.lineNumber % 1_000_000, this.#lineText(request), this.#lineMetadata(request));
  }

  add(entry: Entry, nowMs: number): DropReason | null {
    const stream = this.#streamOf(entry.kind, entry.site, entry.input);
    return this.#refusal(stream, entry.timeMs, nowMs) ?? this.#put(stream, entry.timeMs, entry.subNs, entry.text, this.#options.encodeMetadata(entry.metadata));
  }

  #refusal(stream: OpenStream, timeMs: number, nowMs: number): DropReason | null {
    if (timeMs < nowMs - this.#options.maxAgeMs) return 'too_old';
    return timeMs < stream.headMs - maxBehindMs ? 'behind_stream' : null;
  }

  // eslint-disable-next-line max-params -- an object per line would cost more than the call
  #put(stream: OpenStream, timeMs: number, subNs: number, text: string | Uint8Array, metadata: Uint8Array): null {
    if (stream.builder.lines > 0 && isFull(stream.builder, timeMs)) this.#sealed.push(stream.builder.finish());
    stream.builder.add(timeMs, subNs, text, metadata);
    if (timeMs > stream.headMs) stream.headMs = timeMs;
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

  #streamOf(kind: string, site: string, input: string): OpenStream {
    const last = this.#last;
    if (last !== null && last.input === input && last.site === site && last.kind === kind) return last;
    const key = `${headPrefix}${kind}/${site}/${input}`;
    let stream = this.#streams.get(key);
    if (stream === undefined) {
      const { job, host } = this.#options;
      const common = { job, site, host, stream: kind, service_name: input === '' ? 'tidewatch' : 'nginx' };
      const labels = input === '' ? common : { ...common, input };
      const builder = this.#options.createBodyBuilder({ labels, kind, input });
      stream = { key, kind, site, input, headMs: this.#heads.get(key) ?? -Infinity, builder };
      this.#streams.set(key, stream);
    }
    this.#last = stream;
    return stream;
  }

  /** Valid until the next line. */
  #lineText(request: PublicRequest): Uint8Array {
    const needed = accessLineBytes(request);
    if (needed > this.#scratch.length) {
      this.#scratch = Buffer.alloc(needed * 2, '{');
      this.#scratchView = new DataView(this.#scratch.buffer, this.#scratch.byteOffset, this.#scratch.length);
    }
    return this.#scratch.subarray(0, this.#text.write(request, this.#scratchView, 1));
  }

  #lineMetadata(request: PublicRequest): Uint8Array {
    let ofCountry = this.#metadata.get(request.country);
    if (ofCountry === undefined) this.#metadata.set(request.country, (ofCountry = new Map<number, Uint8Array>()));
    const code = ((request.status * methods.length + methods.indexOf(request.method)) * kinds.length + kinds.indexOf(request.kind)) * 2 + (request.agentClass === 'bot' ? 1 : 0);
    let encoded = ofCountry.get(code);
    if (encoded === undefined) ofCountry.set(code, (encoded = this.#options.encodeMetadata(accessMetadata(request))));
    return encoded;
  }
}

/** The methods a line can show. */
const methods = ['OTHER', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'];

const isFull = (builder: BodyBuilder, timeMs: number): boolean =>
  builder.size > maxBodyBytes || Math.max(builder.lastMs, timeMs) - Math.min(builder.firstMs, timeMs) > maxSpanMs;
