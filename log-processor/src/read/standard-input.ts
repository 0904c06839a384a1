/** Reads lines from a stream, such as standard input, that cannot be read twice. */
import type { Readable } from 'node:stream';
import { ByteQueue } from './byte-queue.ts';
import type { Bytes } from './file-bytes.ts';
import { LineReader } from './line-reader.ts';
import { lostBytes } from './lost-bytes.ts';
import type { Chunk, Source } from './source.ts';

/** A stream has no place to go back to: every position is this, and a stored one is not looked at. */
const position = 'null';

export type StreamOptions = {
  readonly input: string;
  /** Gives Buffers; its own buffer is the only one that fills while nothing is read. */
  readonly stream: Readable;
  /** Limit for one line without its `\n`; default 262,144. */
  readonly maxLineBytes?: number;
};

/**
 * A source over a stream. A pipe with nothing in it is `unsettled`, never at its end: its writer may be slow, and the clock says nothing of its lines.
 * An error of the stream is its end, counted as `unreadable` with one byte because the true number is unknown.
 */
export function openStandardInput({ input, stream, maxLineBytes = 262_144 }: StreamOptions): Source {
  const bytes = new StreamBytes(stream);
  const lines = new LineReader(bytes, { read: { buffer: Buffer.alloc(0) }, maxLineBytes });
  let finished = false;
  return {
    input,
    read: async (maxBytes): Promise<Chunk> => {
      const ended = bytes.ended;
      const result = await lines.next(maxBytes, ended);
      if (result === 'changed') throw new Error(`input "${input}": bytes of the stream changed after they were read`);
      const atEnd = result.atEnd && ended;
      const lost = lostBytes(result.nulBytes, atEnd && !finished ? bytes.unreadableBytes() : 0);
      finished ||= atEnd;
      return { input, bytes: result.bytes, position, state: finished ? 'finished' : result.atEnd ? 'unsettled' : 'more', lost };
    },
    lagBytes: () => stream.readableLength + bytes.end - lines.offset,
    close: () => bytes.close(),
  };
}

class StreamBytes implements Bytes {
  readonly #stream: Readable;
  readonly #queue = new ByteQueue();
  #failed = false;

  constructor(stream: Readable) {
    this.#stream = stream;
    // Listening makes the stream fetch up to its own limit; the pieces are taken in readAt.
    stream.on('readable', () => undefined);
    stream.on('error', () => {
      this.#failed = true;
    });
  }

  /** True when nothing more will ever come; what came may still wait to be read. */
  get ended(): boolean {
    return this.#failed || this.#stream.readableEnded || this.#stream.destroyed;
  }

  get end(): number {
    return this.#queue.end;
  }

  readAt(into: Buffer, at: number): Promise<number> {
    this.#queue.dropBefore(at);
    while (this.#queue.end < at + into.length) {
      const piece: unknown = this.#stream.read();
      if (!Buffer.isBuffer(piece)) break;
      this.#queue.push(piece);
    }
    return Promise.resolve(this.#queue.copy(into, at));
  }

  unreadableBytes(): number {
    return this.#failed ? 1 : 0;
  }

  close(): Promise<void> {
    this.#stream.destroy();
    return Promise.resolve();
  }
}
