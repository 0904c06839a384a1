/** What the processor asks of a durable store, so that sqlite today and a replicated log tomorrow look alike. */
import type { Put } from '../record.ts';

/** Lines of one Loki stream, encoded once and pushed as they are. */
export type Body = {
  /** The stream's labels as Loki writes them, keys sorted: `{input="main", job="tidewatch"}`. */
  readonly stream: string;
  /** The value of the label `stream`. */
  readonly kind: string;
  /** The value of the label `input`; empty for visits and receipts. */
  readonly input: string;
  readonly lines: number;
  /** Nanoseconds since 1970 of the earliest and the latest line, in decimal. */
  readonly firstNs: string;
  readonly lastNs: string;
  /** A snappy-compressed logproto.PushRequest with exactly one stream. */
  readonly payload: Uint8Array;
};

/** A body in the outbox, without its payload. `id` grows with every body. */
export type StoredBody = Omit<Body, 'payload'> & { readonly id: number; readonly payloadBytes: number };

/** Everything one commit makes durable, together or not at all. */
export type Change = {
  /** The head this change builds on; another one answers `fenced`. */
  readonly expectedHead: number;
  readonly puts: readonly Put[];
  readonly bodies: readonly Body[];
  /** Ids of bodies that Loki has. */
  readonly delivered: readonly number[];
};

/** The store cannot write now (disk full, I/O error): nothing of the change is in; try the same change again later. */
export class StoreUnavailable extends Error {}

/** The state is torn, foreign or from a future version: only a person can decide. */
export class StateRefused extends Error {}

export type Store = {
  /** Number of the newest commit; 0 before the first. */
  readonly head: number;
  /** False when the last owner of this state did not close it. */
  readonly closedCleanly: boolean;
  /** @throws StoreUnavailable */
  commit(change: Change): Promise<'committed' | 'fenced'>;
  /** Every entry whose key starts with the prefix, in key order. */
  scan(prefix: string): Iterable<readonly [key: string, value: string]>;
  /** The outbox, oldest first. */
  bodies(): readonly StoredBody[];
  /** @throws StateRefused when the body is not there or its checksum does not hold */
  payload(id: number): Uint8Array;
  /** Sum of the payload bytes in the outbox. */
  readonly outboxBytes: number;
  /** Marks the state as cleanly closed and gives the lock back. */
  close(): void;
};
