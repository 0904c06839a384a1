/** What the beat of the processor asks of everything else. */
import type { Committer } from './committer.ts';
import type { InputInHand } from './intake.ts';
import type { PushDoor } from './push-door.ts';
import type { Chunk, Source } from './read/source.ts';
import type { Clock, LostReason } from './record.ts';

/** A source with the inputs whose chunks it gives: one, or all the files that are merged by time. */
export type OpenSource = { readonly source: Source; readonly inputs: ReadonlyMap<string, InputInHand>; finished: boolean };

export type ProcessorTools = {
  readonly clock: Clock;
  readonly committer: Committer;
  take(input: InputInHand, chunk: Chunk, nowMs: number): Promise<void>;
  /** Sources that were not there before: a glob may have found another file. */
  newSources(): Promise<readonly OpenSource[]>;
  lost(input: string, reason: LostReason, bytes: number): void;
  atEnd(input: string, nowMs: number): void;
  finished(input: string): void;
  /** Everything that hangs on the clock alone: keys that have lived long enough. */
  tick(nowMs: number): void;
  /** Every input has ended by itself. */
  inputsEnded(): void;
  outboxFull(): boolean;
  /** What senders push. */
  readonly door: PushDoor;
  /** Reading goes on, or begins: the silence of senders until now does not count. */
  resumed(nowMs: number): void;
  /** Lets the delivery empty the outbox for at most this long, then ends it. */
  endDelivery(longestMs: number): Promise<void>;
  readonly options: { readonly commitIntervalMs: number; readonly pollMs: number; readonly batchBytes: number; readonly drainMs: number };
};
