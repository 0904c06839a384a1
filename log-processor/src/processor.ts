/** The beat of the processor: read what is there, commit it, let it be delivered; until it is told to stop or its inputs end. */
import type { Committer } from './committer.ts';
import type { InputInHand } from './intake.ts';
import type { Clock, LostReason } from './record.ts';
import type { Chunk, Source } from './read/source.ts';

export type OpenInput = InputInHand & { readonly source: Source; position: string; finished: boolean };

export type ProcessorTools = {
  clock: Clock;
  committer: Committer;
  take(input: InputInHand, chunk: Chunk, nowMs: number): Promise<number>;
  /** New inputs since the last call: a glob may have found another file. */
  newInputs(): Promise<readonly OpenInput[]>;
  lost(reason: LostReason, bytes: number): void;
  atEnd(input: string, nowMs: number): void;
  finished(input: string): void;
  /** Everything that hangs on the clock alone: keys that have lived long enough. */
  tick(nowMs: number): void;
  /** Ends every visit: no input will ever give another line. */
  finishAll(): void;
  outboxFull(): boolean;
  /** Waits until the outbox is empty or the time is over. */
  drain(deadlineMs: number): Promise<boolean>;
  options: { commitIntervalMs: number; pollMs: number; batchBytes: number; drainMs: number };
};

export type Processor = {
  /** Runs until `stop` or until every input has ended. */
  run(): Promise<void>;
  /** Asks for an orderly end: what was read is committed, what can be delivered in time is. */
  stop(): void;
  /** Ends the current wait, because there is something to do. */
  wake(): void;
  /** The inputs as they stand. */
  readonly inputs: readonly OpenInput[];
};

/** Bytes asked of one input at a time, so that no input waits long for its turn. */
const readBytes = 1_048_576;
/** How often a glob is looked at again. */
const rescanMs = 5_000;
/** How long a change that only the clock made may wait for its commit. */
const idleCommitMs = 5_000;

export function createProcessor(tools: ProcessorTools): Processor {
  const { clock, options } = tools;
  const inputs: OpenInput[] = [];
  let stopping = false;
  let napping = new AbortController();
  let rescanAtMs = -Infinity;
  let committedMs = -Infinity;
  let uncommittedBytes = 0;

  const nap = async (milliseconds: number): Promise<void> => {
    napping = new AbortController();
    await clock.sleep(milliseconds, napping.signal);
  };

  const rescan = async (): Promise<void> => {
    if (clock.nowMs() < rescanAtMs) return;
    inputs.push(...(await tools.newInputs()));
    rescanAtMs = clock.nowMs() + rescanMs;
  };

  const takeOne = async (input: OpenInput): Promise<{ bytes: number; lines: number; more: boolean }> => {
    const nowMs = clock.nowMs();
    const chunk = await input.source.read(readBytes);
    const lines = await tools.take(input, chunk, nowMs);
    const moved = chunk.position !== input.position;
    input.position = chunk.position;
    for (const { reason, bytes } of chunk.lost) tools.lost(reason, bytes);
    if (chunk.state === 'at_end') tools.atEnd(input.name, nowMs);
    if (chunk.state === 'finished') {
      input.finished = true;
      tools.finished(input.name);
    }
    return { bytes: moved ? Math.max(1, chunk.bytes.length) : chunk.bytes.length, lines, more: chunk.state === 'more' };
  };

  /** Reads every input in turn until there is nothing new, the batch is full or the commit is due. */
  const gather = async (): Promise<{ bytes: number; more: boolean }> => {
    const untilMs = clock.nowMs() + options.commitIntervalMs;
    let bytes = 0;
    for (;;) {
      let more = false;
      for (const input of inputs) {
        if (input.finished) continue;
        const taken = await takeOne(input);
        bytes += taken.bytes;
        more ||= taken.more;
      }
      if (!more || stopping || bytes >= options.batchBytes || clock.nowMs() >= untilMs) return { bytes, more };
    }
  };

  const ended = (): boolean => inputs.length > 0 && inputs.every((input) => input.finished);

  const finish = async (): Promise<void> => {
    if (ended()) tools.finishAll();
    await tools.committer.commit();
    const untilMs = clock.nowMs() + options.drainMs;
    const drained = tools.drain(options.drainMs);
    let over = false;
    void drained.then(() => (over = true), () => (over = true));
    while (!over && clock.nowMs() < untilMs) {
      if (tools.committer.pending) await tools.committer.commit();
      else await nap(20);
    }
    await drained;
    if (tools.committer.pending) await tools.committer.commit();
    for (const input of inputs) await input.source.close();
  };

  /** Lines wait for their commit at most one interval; where only the clock moved, a commit every few seconds is enough. */
  const commitIsDue = (more: boolean): boolean => {
    const waitedMs = clock.nowMs() - committedMs;
    if (tools.committer.pending || uncommittedBytes >= options.batchBytes) return true;
    return waitedMs >= (uncommittedBytes > 0 || more ? options.commitIntervalMs : idleCommitMs);
  };

  const beat = async (): Promise<void> => {
    await rescan();
    const full = tools.outboxFull();
    const { bytes, more } = full ? { bytes: 0, more: false } : await gather();
    uncommittedBytes += bytes;
    if (!full) tools.tick(clock.nowMs());
    if (commitIsDue(more)) {
      await tools.committer.commit();
      committedMs = clock.nowMs();
      uncommittedBytes = 0;
    }
    if (!more && !stopping && !ended() && !tools.committer.pending) await nap(options.pollMs);
  };

  return {
    inputs,
    async run() {
      while (!stopping && !ended()) await beat();
      await finish();
    },
    stop() {
      stopping = true;
      napping.abort();
    },
    wake: () => napping.abort(),
  };
}
