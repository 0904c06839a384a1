/**
 * Loki in memory, as far as a sender can tell: what it stores, refuses, forgets and hides. Checked against the real one in
 * loki-model.test.ts. Not modelled: rate limits, and what happens at a chunk's end (about 1.5 MB of compressed lines a stream).
 */
import protobuf from 'protobufjs';
import { uncompressSync } from 'snappy';
import type { FoundEntry, Loki, PushOutcome } from '../log-processor/src/loki/loki.ts';
import { classifyAnswer } from '../log-processor/src/loki/push-outcome.ts';

const { root } = protobuf.parse(`
  syntax = "proto3";
  message PushRequest { repeated Stream streams = 1; }
  message Stream { string labels = 1; repeated Entry entries = 2; }
  message Entry { Timestamp timestamp = 1; string line = 2; repeated Pair structuredMetadata = 3; }
  message Timestamp { int64 seconds = 1; int32 nanos = 2; }
  message Pair { string name = 1; string value = 2; }
`);
/** The message as Loki's own definition has it; also the reference of bench/body-encoding.ts. */
export const pushRequest = root.lookupType('PushRequest');

type WireEntry = { timestamp: { seconds: string; nanos: number } | null; line: string; structuredMetadata: { name: string; value: string }[] };
type Wire = { streams: { labels: string; entries: WireEntry[] }[] };

export type ModelEntry = {
  readonly ns: bigint;
  readonly line: string;
  /** Name and value pairs as JSON. */
  readonly metadata: string;
  readonly pairs: number;
};

type Stream = {
  readonly entries: ModelEntry[];
  /** What the open block remembers: an equal line in it is stored once. */
  readonly head: Set<string>;
  headBytes: number;
  newestNs: bigint;
  last: string;
};

export type LokiModelOptions = {
  readonly nowMs: () => number;
  /** `ingester.chunk_block_size`: lines in blocks that are cut already are no longer compared with. */
  readonly blockBytes?: number;
  /** Half of `ingester.max_chunk_age`. */
  readonly windowMs?: number;
  readonly maxAgeMs?: number;
  readonly graceMs?: number;
  readonly maxLineBytes?: number;
  /** `ingester.query_store_max_look_back_period`. */
  readonly lookBackMs?: number;
};

export type Answered = { readonly status: number; readonly text: string };

export type LokiModel = Loki & {
  /** What Loki answers to the bytes of a push, several streams included. */
  receive(payload: Uint8Array): Answered;
  /** Everything stored of a stream in the order of time, every copy of a line: what metric queries count. */
  stored(stream: string): ModelEntry[];
  streams(): string[];
};

const identity = (entry: ModelEntry): string => `${entry.ns} ${entry.metadata} ${entry.line}`;

/** @throws when the bytes are no push */
const decode = (payload: Uint8Array): { labels: string; entries: ModelEntry[] }[] => {
  const plain = uncompressSync(payload) as Buffer;
  const request = pushRequest.toObject(pushRequest.decode(plain), { longs: String, defaults: true, arrays: true }) as Wire;
  return request.streams.map(({ labels, entries }) => ({
    labels,
    entries: entries.map(({ timestamp, line, structuredMetadata }) => ({
      ns: BigInt(timestamp?.seconds ?? 0) * 1_000_000_000n + BigInt(timestamp?.nanos ?? 0),
      line,
      metadata: JSON.stringify(structuredMetadata.map(({ name, value }) => [name, value])),
      pairs: structuredMetadata.length,
    })),
  }));
};

class ModelOfLoki implements LokiModel {
  readonly #options: Required<LokiModelOptions>;
  readonly #streams = new Map<string, Stream>();

  constructor(options: LokiModelOptions) {
    const hour = 3_600_000;
    this.#options = {
      blockBytes: 262_144,
      windowMs: hour,
      maxAgeMs: 168 * hour,
      graceMs: 600_000,
      maxLineBytes: 262_144,
      lookBackMs: Infinity,
      ...options,
    };
  }

  receive(payload: Uint8Array): Answered {
    let streams: ReturnType<typeof decode>;
    try {
      streams = decode(payload);
    } catch {
      return { status: 400, text: 'couldnt parse push request' };
    }
    const checked = streams.map(({ labels, entries }) => ({ labels, ...this.#validate(entries) }));
    // The distributor drops what is not valid and sends the rest on; the ingester then answers for its last stream only.
    let ingester = '';
    for (const { labels, valid } of checked) if (valid.length > 0) ingester = this.#append(labels, valid);
    const text = ingester === '' ? (checked.findLast(({ refusal }) => refusal !== '')?.refusal ?? '') : ingester;
    return text === '' ? { status: 204, text } : { status: 400, text };
  }

  #validate(entries: readonly ModelEntry[]): { valid: ModelEntry[]; refusal: string } {
    const { nowMs, maxAgeMs, graceMs, maxLineBytes } = this.#options;
    const oldest = BigInt(nowMs() - maxAgeMs) * 1_000_000n;
    const newest = BigInt(nowMs() + graceMs) * 1_000_000n;
    let refusal = '';
    const valid = entries.filter(({ ns, line }) => {
      let why = '';
      if (ns < oldest) why = 'entry has timestamp too old';
      else if (ns > newest) why = 'entry has timestamp too new';
      else if (Buffer.byteLength(line) > maxLineBytes) why = 'max entry size exceeded';
      if (why !== '') refusal = why;
      return why === '';
    });
    return { valid, refusal };
  }

  #append(labels: string, entries: readonly ModelEntry[]): string {
    const stream = this.#streams.get(labels) ?? { entries: [], head: new Set(), headBytes: 0, newestNs: 0n, last: '' };
    this.#streams.set(labels, stream);
    const { window, accepted } = this.#inWindow(stream, entries);
    for (const entry of accepted) this.#store(stream, entry);
    return window ? '' : 'entry too far behind';
  }

  /** Which entries the window takes, judged before any of them is stored, each against the newest one up to it. */
  #inWindow(stream: Stream, entries: readonly ModelEntry[]): { window: boolean; accepted: ModelEntry[] } {
    let { newestNs, last } = stream;
    let window = true;
    const accepted = entries.filter((entry) => {
      if (identity(entry) === last) return false;
      if (newestNs !== 0n && entry.ns < newestNs - BigInt(this.#options.windowMs) * 1_000_000n) {
        window = false;
        return false;
      }
      last = identity(entry);
      if (entry.ns > newestNs) newestNs = entry.ns;
      return true;
    });
    return { window, accepted };
  }

  #store(stream: Stream, entry: ModelEntry): void {
    const key = identity(entry);
    stream.last = key;
    if (entry.ns > stream.newestNs) stream.newestNs = entry.ns;
    if (stream.head.has(key)) return;
    stream.head.add(key);
    stream.entries.push(entry);
    stream.headBytes += Buffer.byteLength(entry.line) + entry.pairs * 8;
    if (stream.headBytes < this.#options.blockBytes) return;
    stream.head.clear();
    stream.headBytes = 0;
  }

  stored(stream: string): ModelEntry[] {
    return [...(this.#streams.get(stream)?.entries ?? [])].sort((a, b) => (a.ns < b.ns ? -1 : a.ns > b.ns ? 1 : 0));
  }

  streams(): string[] {
    return [...this.#streams.keys()];
  }

  /** A log query: equal entries are merged into one, unlike in metric queries; what the look-back hides is not there. */
  #visible(stream: string, fromNs: string, toNs: string): ModelEntry[] {
    const { nowMs, lookBackMs } = this.#options;
    const oldest = lookBackMs === Infinity ? 0n : BigInt(nowMs() - lookBackMs) * 1_000_000n;
    const seen = new Set<string>();
    return this.stored(stream).filter((entry) => {
      if (entry.ns < BigInt(fromNs) || entry.ns >= BigInt(toNs) || entry.ns < oldest || seen.has(identity(entry))) return false;
      seen.add(identity(entry));
      return true;
    });
  }

  push(payload: Uint8Array): Promise<PushOutcome> {
    return Promise.resolve(classifyAnswer({ ...this.receive(payload), retryAfter: null }, this.#options.nowMs()));
  }

  async *queryStream(stream: string, fromNs: string, toNs: string): AsyncGenerator<FoundEntry> {
    await Promise.resolve();
    for (const { ns, line } of this.#visible(stream, fromNs, toNs)) yield { ns: ns.toString(), line };
  }

  newestNs(stream: string, fromNs: string, toNs: string): Promise<string | null> {
    return Promise.resolve(this.#visible(stream, fromNs, toNs).at(-1)?.ns.toString() ?? null);
  }

  ready(): Promise<boolean> {
    return Promise.resolve(true);
  }
}

export const createLokiModel = (options: LokiModelOptions): LokiModel => new ModelOfLoki(options);
