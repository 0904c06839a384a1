/** What the processor asks of an input: whole lines as bytes, and where they ended. */
import type { LostReason } from '../record.ts';

export type Chunk = {
  readonly input: string;
  /** Whole lines, each ended by `\n` (added where the input ended without one); empty when there was nothing new. */
  readonly bytes: Buffer;
  /** Where reading goes on after these bytes: JSON that is committed with them and handed back at the next start. */
  readonly position: string;
  /**
   * `more`: ask again at once. `at_end`: nothing was there that is not read. `unsettled`: nothing was read, but there may be more, because files
   * are being moved or cannot be opened. `begun`: a first start; the position should be durable before anything is read. `finished`: nothing will ever follow.
   */
  readonly state: 'more' | 'at_end' | 'unsettled' | 'begun' | 'finished';
  readonly lost: readonly { readonly reason: LostReason; readonly bytes: number }[];
};

export type Source = {
  readonly input: string;
  /** Answers at once with what is there, at most about `maxBytes` of it (one line may be longer). */
  read(maxBytes: number): Promise<Chunk>;
  /** Bytes that are there but not read yet, as far as it is known. */
  lagBytes(): number;
  close(): Promise<void>;
};
