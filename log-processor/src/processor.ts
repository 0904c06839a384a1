/** The beat of the processor: read what is there, commit it, let it be delivered; until it is told to stop or its inputs end. */
import { isOver } from './interval.ts';
import type { OpenSource, ProcessorTools } from './processor-tools.ts';

/** Bytes asked of one input at a time, so that no input waits long for its turn. */
const readBytes = 1_048_576;
/** How often a glob is looked at again. */
const rescanMs = 5_000;
/** How long a change that only the clock made may wait for its commit. */
const idleCommitMs = 5_000;

export class Processor {
  /** The sources as they stand. */
  readonly sources: OpenSource[] = [];
  readonly #tools: ProcessorTools;
  #stopping = false;
  #failure: { readonly error: unknown } | null = null;
  #napping = new AbortController();
  #rescannedMs = -Infinity;
  #committedMs = -Infinity;
  #uncommittedBytes = 0;
  /** An input was met for the first time: nothing is read of it before the place where it began is durable. */
  #begun = false;
  /** Nobody listened: before the start, and while the outbox was full. */
  #wasDeaf = true;

  constructor(tools: ProcessorTools) {
    this.#tools = tools;
  }

  /** Runs until `stop`, or until every input has ended; then commits, drains and closes. */
  async run(): Promise<void> {
    while (!this.#stopping && !this.#ended()) await this.#beat();
    if (this.#failure !== null) throw this.#failure.error;
    await this.#finish();
  }

  /** Asks for an orderly end: what was read is committed, what can be delivered in time is. */
  stop(): void {
    this.#stopping = true;
    this.#napping.abort();
  }

  /** Ends the run with this error: something broke that nobody can wait for. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.stop();
  }

  /** Ends the current wait, because there is something to do. */
  wake(): void {
    this.#napping.abort();
  }

  async #beat(): Promise<void> {
    const { clock, committer, options } = this.#tools;
    if (committer.isHeldUp) await committer.settle();
    if (isOver(rescanMs, this.#rescannedMs, clock.nowMs())) {
      this.sources.push(...(await this.#tools.newSources()));
      this.#rescannedMs = clock.nowMs();
    }
    const more = await this.#read();
    if (this.#commitIsDue(more)) await this.#commit();
    const waits = more || committer.pending || this.#tools.door.pending;
    if (!waits && !this.#stopping && !this.#ended()) await this.#nap(options.pollMs);
  }

  /** Nothing is read while the outbox is full. @returns true when there is more */
  async #read(): Promise<boolean> {
    const { clock, door, ...tools } = this.#tools;
    const full = tools.outboxFull();
    if (this.#wasDeaf && !full) tools.resumed(clock.nowMs());
    this.#wasDeaf = full;
    if (full) {
      await door.take(); // which tells whoever pushes to come later
      return false;
    }
    const more = await this.#gather();
    tools.tick(clock.nowMs());
    return more;
  }

  /** Reads every input in turn until there is nothing new, the batch is full or the commit is due. @returns true when there is more */
  async #gather(): Promise<boolean> {
    const { clock, options } = this.#tools;
    const untilMs = clock.nowMs() + options.commitIntervalMs;
    for (;;) {
      let more = false;
      for (const open of this.sources) more = (!open.finished && (await this.#takeOne(open))) || more;
      // Whoever pushes waits for the commit.
      const pushed = await this.#tools.door.take();
      if (!more || pushed || this.#isEnough || clock.nowMs() >= untilMs) return more;
    }
  }

  get #isEnough(): boolean {
    return this.#stopping || this.#begun || this.#tools.committer.isHeldUp || this.#uncommittedBytes >= this.#tools.options.batchBytes;
  }

  async #takeOne(open: OpenSource): Promise<boolean> {
    const { clock } = this.#tools;
    // What was read to its end was so at the time before; what was read cannot be of the future of the time after, however long it took.
    const beforeMs = clock.nowMs();
    const chunk = await open.source.read(readBytes);
    const input = open.inputs.get(chunk.input);
    if (input === undefined) throw new Error(`a source gave a chunk of the input ${chunk.input}, which nobody opened`);
    await this.#tools.take(input, chunk, clock.nowMs());
    if (chunk.position !== input.position || chunk.bytes.length > 0) this.#uncommittedBytes += Math.max(1, chunk.bytes.length);
    input.position = chunk.position;
    for (const { reason, bytes } of chunk.lost) this.#tools.lost(input.name, reason, bytes);
    if (chunk.state === 'begun') this.#begun = true;
    if (chunk.state === 'at_end') this.#tools.atEnd(input.name, beforeMs);
    if (chunk.state === 'finished') {
      open.finished = true;
      for (const name of open.inputs.keys()) this.#tools.finished(name);
    }
    return chunk.state === 'more' || chunk.state === 'begun';
  }

  /** Lines wait for their commit at most one interval; where only the clock moved, a commit every few seconds is enough. */
  #commitIsDue(more: boolean): boolean {
    const { clock, committer, options } = this.#tools;
    if (this.#begun || committer.pending || this.#tools.door.pending || this.#uncommittedBytes >= options.batchBytes) return true;
    return isOver(this.#uncommittedBytes > 0 || more ? options.commitIntervalMs : idleCommitMs, this.#committedMs, clock.nowMs());
  }

  /** Reading goes on while the commit is on its way to the disk; but for the commit that says where an input began. */
  async #commit(): Promise<void> {
    const { clock, committer } = this.#tools;
    await committer.begin();
    const settled = committer.settle().catch((error: unknown) => this.fail(error));
    if (this.#begun) await settled;
    // The first lines wait for nothing more than they did before.
    this.#committedMs = this.#begun ? -Infinity : clock.nowMs();
    this.#uncommittedBytes = 0;
    this.#begun = false;
  }

  async #finish(): Promise<void> {
    const { committer, options, door } = this.#tools;
    door.close();
    if (this.#ended()) this.#tools.inputsEnded();
    await this.#commit();
    await committer.settle();
    const delivery = { ended: false };
    const ended = this.#tools.endDelivery(options.drainMs).finally(() => {
      delivery.ended = true;
      this.wake();
    });
    while (!delivery.ended) {
      // A commit that failed acknowledges nothing: the delivery would wait for it in vain.
      if (this.#failure !== null) throw this.#failure.error;
      if (committer.pending) await this.#commit();
      else await this.#nap(options.pollMs);
    }
    await ended;
    await this.#commit();
    await committer.settle();
    for (const { source } of this.sources) await source.close();
  }

  #ended(): boolean {
    return !this.#tools.door.open && this.sources.length > 0 && this.sources.every(({ finished }) => finished);
  }

  async #nap(milliseconds: number): Promise<void> {
    this.#napping = new AbortController();
    await this.#tools.clock.sleep(milliseconds, this.#napping.signal);
  }
}
