/** Merges finished sources into one by the time of their lines, so that several old logs are read as one history. */
import { formatMergedPosition } from './merged-position.ts';
import type { MergedStart } from './merged-position.ts';
import type { Chunk, Source } from './source.ts';

export type MergeSource = {
  readonly source: Source;
  /** Where the source was opened: `parseMergedPosition` of its last merged position. */
  readonly start: MergedStart;
};

/** Milliseconds since 1970 of the line `bytes[start .. end)` (without its `\n`), or null where it has no readable time. */
export type TimeMsOf = (bytes: Buffer, start: number, end: number) => number | null;

/**
 * A source whose chunks are runs: consecutive lines of one source, in the order of time over all of them. Lines of a source never
 * change places with one another; at equal times the earlier source in the list comes first; a line without a time stays right behind
 * its predecessor. Memory is one read buffer per source.
 *
 * A chunk's `input` is the source's that the run came from and its `position` is that source's own merged position
 * (see `parseMergedPosition`): a reader that commits the newest position per input can be stopped after any run.
 * `state` is `at_end` while any source has nothing and is not finished, because its next line could be the earliest;
 * `finished` comes once all are, with the input of the last.
 */
export function mergeByTime(sources: readonly MergeSource[], timeMsOf: TimeMsOf): Source {
  const heads = sources.map((source, rank) => new Head(source, rank, timeMsOf));
  return {
    input: heads.map(({ input }) => input).join('+'),
    read: (maxBytes) => readRun(heads, maxBytes),
    lagBytes: () => heads.reduce((sum, head) => sum + head.lagBytes(), 0),
    close: async () => {
      for (const { source } of sources) await source.close();
    },
  };
}

async function readRun(heads: readonly Head[], maxBytes: number): Promise<Chunk> {
  let waiting: Head | null = null;
  for (const head of heads) {
    await head.load(maxBytes);
    if (head.hasNews) return head.emptyRun('more');
    if (head.isWaiting) waiting = head;
  }
  if (waiting !== null) return waiting.emptyRun('at_end');
  const [first, second] = earliestTwo(heads);
  if (first !== null) return first.takeRun(second, maxBytes);
  return heads.at(-1)?.emptyRun('finished') ?? nothing;
}

const nothing: Chunk = { input: '', bytes: Buffer.alloc(0), position: 'null', state: 'finished', lost: [] };

function earliestTwo(heads: readonly Head[]): [Head | null, Head | null] {
  let first: Head | null = null;
  let second: Head | null = null;
  for (const head of heads) {
    if (!head.hasLine) continue;
    if (first === null || head.timeMs < first.timeMs) [first, second] = [head, first];
    else if (second === null || head.timeMs < second.timeMs) second = head;
  }
  // The list's order decides between equals: whoever of the two stands first wins.
  return [first, second];
}

/** The part of a source that is read but not given out. */
class Head {
  readonly input: string;
  readonly #source: Source;
  readonly #timeMsOf: TimeMsOf;
  #chunk: Chunk | null = null;
  #before: string | null;
  #from = 0;
  #lineEnd = 0;
  #skipBytes: number;
  /** Place in the list. */
  readonly #rank: number;
  #reported = true;
  /** Of the next line; a line without a time comes at once. */
  timeMs = -Infinity;

  constructor({ source, start }: MergeSource, rank: number, timeMsOf: TimeMsOf) {
    this.#rank = rank;
    this.input = source.input;
    this.#source = source;
    this.#timeMsOf = timeMsOf;
    this.#before = start.position;
    this.#skipBytes = start.skipBytes;
  }

  get hasLine(): boolean {
    return this.#chunk !== null && this.#from < this.#chunk.bytes.length;
  }

  get isWaiting(): boolean {
    return this.#chunk?.state === 'at_end' && !this.hasLine;
  }

  /** True where a chunk came with a loss but no line to carry it. */
  get hasNews(): boolean {
    return !this.hasLine && !this.#reported;
  }

  lagBytes(): number {
    return this.#source.lagBytes() + (this.#chunk === null ? 0 : this.#chunk.bytes.length - this.#from);
  }

  /** Makes the next line known, as far as the source has one. */
  async load(maxBytes: number): Promise<void> {
    while (!this.hasLine && this.#reported && this.#chunk?.state !== 'finished') {
      if (this.#chunk !== null) this.#before = this.#chunk.position;
      this.#chunk = await this.#source.read(maxBytes);
      this.#from = Math.min(this.#skipBytes, this.#chunk.bytes.length);
      this.#skipBytes -= this.#from;
      this.#reported = this.#chunk.lost.length === 0;
      if (this.#from < this.#chunk.bytes.length) this.#lookAtLine(this.#chunk.bytes);
      if (this.#chunk.state === 'at_end') return;
    }
  }

  emptyRun(state: Chunk['state']): Chunk {
    return this.#run(this.#from, state);
  }

  /** Lines up to the first one that another source's next line comes before. */
  takeRun(other: Head | null, maxBytes: number): Chunk {
    const start = this.#from;
    const bytes = this.#chunk?.bytes ?? nothing.bytes;
    do {
      this.#from = this.#lineEnd;
      if (this.hasLine) this.#lookAtLine(bytes);
    } while (this.hasLine && this.#from - start < maxBytes && this.#comesBefore(other));
    return this.#run(start, 'more');
  }

  #comesBefore(other: Head | null): boolean {
    return other === null || this.timeMs < other.timeMs || (this.timeMs === other.timeMs && this.#rank < other.#rank);
  }

  #lookAtLine(bytes: Buffer): void {
    const lineFeed = bytes.indexOf(0x0a, this.#from);
    this.#lineEnd = lineFeed < 0 ? bytes.length : lineFeed + 1;
    this.timeMs = this.#timeMsOf(bytes, this.#from, this.#lineEnd - 1) ?? -Infinity;
  }

  #run(start: number, state: Chunk['state']): Chunk {
    const chunk = this.#chunk ?? nothing;
    const whole = this.#from >= chunk.bytes.length;
    // A loss is told with the chunk's last lines: a start in its middle reads, and tells, all of it again.
    const lost = whole && !this.#reported ? chunk.lost : [];
    this.#reported ||= whole;
    const position = whole
      ? formatMergedPosition({ position: chunk.position, skipBytes: this.#skipBytes })
      : formatMergedPosition({ position: this.#before, skipBytes: this.#from });
    return { input: this.input, bytes: chunk.bytes.subarray(start, this.#from), position, state, lost };
  }
}
