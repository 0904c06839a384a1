/** The output to Loki: one body per stream and half hour, nothing in it that Loki would refuse for ever. */
import type { Entry, Output, Sealed, TextLine, TextStream } from './output.ts';
import { AccessText, accessLineBytes, streamOf } from './access-line.ts';
import type { BodyBuilder } from './loki/body.ts';
import type { DropReason, PublicRequest, Put } from './record.ts';
import type { Body } from './store/store.ts';

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

const openingBrace = 0x7b;
const none = new Uint8Array(0);

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
  readonly #text = new AccessText();
  readonly #pushed = new WeakMap<TextStream, OpenStream>();
  /** Encoded metadata of visits and receipts: account-events.ts gives equal pairs as one object. */
  readonly #metadata = new WeakMap<Entry['metadata'], Uint8Array>();
  #last: OpenStream | null = null;
  readonly #dirty = new Set<OpenStream>();
  #sealed: Body[] = [];

  constructor(options: LokiOutputOptions) {
    this.#options = options;
    this.#heads = new Map([...options.heads].map(([key, value]) => [key, Number(value)]));
  }

  addLine(request: PublicRequest, nowMs: number): DropReason | null {
    const { site, input, timeMs } = request;
    const stream = this.#streamOf(streamOf(request), site, input);
    const refusal = this.#refusal(stream, timeMs, nowMs);
    if (refusal !== null) return refusal;
    const { builder } = this.#ready(stream, timeMs);
    const start = builder.beginLine(timeMs, request.lineNumber % 1_000_000, accessLineBytes(request));
    builder.view.setUint8(start, openingBrace);
    builder.endLine(this.#text.write(request, builder.view, start + 1));
    return null;
  }

  add(entry: Entry, nowMs: number): DropReason | null {
    const stream = this.#streamOf(entry.kind, entry.site, entry.input);
    const refusal = this.#refusal(stream, entry.timeMs, nowMs);
    if (refusal === null) this.#ready(stream, entry.timeMs).builder.add(entry.timeMs, entry.subNs, entry.text, this.#metadataOf(entry));
    return refusal;
  }

  addText(given: TextStream, line: TextLine, number: number, nowMs: number): DropReason | null {
    let stream = this.#pushed.get(given);
    if (stream === undefined) this.#pushed.set(given, (stream = this.#openText(given)));
    const refusal = this.#refusal(stream, line.timeMs, nowMs);
    if (refusal !== null) return refusal;
    const metadata = line.metadata.length === 0 ? none : this.#options.encodeMetadata(line.metadata);
    this.#ready(stream, line.timeMs).builder.addBytes(line, number % 1_000_000, metadata);
    return null;
  }

  /** Pages of the stack that came as access lines of the same sender are the same stream in Loki, and share its newest time. */
  #openText({ kind, site, input, serviceName, labels }: TextStream): OpenStream {
    if (kind === 'stack' && serviceName === 'nginx' && labels.length === 0) return this.#streamOf(kind, site, input);
    const key = `${headPrefix}${kind}/${site}/${input}/${JSON.stringify([serviceName, ...labels])}`;
    const { job, host } = this.#options;
    const all = { job, host, ...Object.fromEntries(labels), site, stream: kind, service_name: serviceName, input };
    return this.#open(key, { kind, site, input }, all);
  }

  #refusal(stream: OpenStream, timeMs: number, nowMs: number): DropReason | null {
    if (timeMs < nowMs - this.#options.maxAgeMs) return 'too_old';
    return timeMs < stream.headMs - maxBehindMs ? 'behind_stream' : null;
  }

  /** The stream with a body that has room for a line of this time. */
  #ready(stream: OpenStream, timeMs: number): OpenStream {
    if (stream.builder.lines > 0 && isFull(stream.builder, timeMs)) this.#sealed.push(stream.builder.finish());
    if (timeMs > stream.headMs) stream.headMs = timeMs;
    this.#dirty.add(stream);
    return stream;
  }

  #metadataOf({ metadata }: Entry): Uint8Array {
    let encoded = this.#metadata.get(metadata);
    if (encoded === undefined) this.#metadata.set(metadata, (encoded = this.#options.encodeMetadata(metadata)));
    return encoded;
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
      stream = this.#open(key, { kind, site, input }, labels);
      this.#streams.set(key, stream);
    }
    this.#last = stream;
    return stream;
  }

  #open(key: string, names: { readonly kind: string; readonly site: string; readonly input: string }, labels: Readonly<Record<string, string>>): OpenStream {
    const { kind, input } = names;
    return { key, ...names, headMs: this.#heads.get(key) ?? -Infinity, builder: this.#options.createBodyBuilder({ labels, kind, input }) };
  }
}

const isFull = (builder: BodyBuilder, timeMs: number): boolean =>
  builder.size > maxBodyBytes || Math.max(builder.lastMs, timeMs) - Math.min(builder.firstMs, timeMs) > maxSpanMs;
