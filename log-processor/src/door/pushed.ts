/** The nouns of the door: what a sender pushed, before and after it lost its addresses, and what it is answered. */
import type { DropReason } from '../record.ts';

/** One log line as it was pushed; it may still hold addresses. */
export type PushedEntry = {
  /** Milliseconds since 1970. */
  readonly timeMs: number;
  /** Where the line lies: UTF-8, or what a sender took for it. */
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  /** Structured metadata. */
  readonly metadata: readonly (readonly [name: string, value: string])[];
};

/** An entry that cannot be used; it costs no other entry. */
export type Poison = { readonly poison: DropReason };

export type PushedStream = {
  /** As sent: names that start with `__` and whatever nobody allowed included. */
  readonly labels: ReadonlyMap<string, string>;
  readonly entries: readonly (PushedEntry | Poison)[];
};

/** How a body is written: Content-Type and Content-Encoding. */
export type Form = { readonly json: boolean; readonly encoding: '' | 'snappy' | 'gzip' | 'deflate' };

/** What a push is answered. The words are fixed: nothing of what was sent is ever repeated. */
export type PushAnswer = {
  readonly status: 204 | 400 | 401 | 413 | 503;
  readonly words: string;
  /** Seconds after which the same push may be tried again. */
  readonly retryAfterSeconds?: number;
};

/** The body as a whole cannot be taken; sending it again would not help. */
export class PushRefused extends Error {
  readonly answer: PushAnswer;
  constructor(status: 400 | 413, words: string) {
    super(words);
    this.answer = { status, words };
  }
}

/** Streams of one push: far more than any agent has, and few enough that their labels cost little. */
export const mostStreams = 10_000;

/** Pairs of a name and a value in one push, labels and structured metadata together: each is two strings, whose memory is many times their bytes. */
export const mostPairs = 250_000;

/** How much more one push may hold. */
export type Budget = { entries: number; pairs: number };

/** @throws PushRefused when the push holds more than its budget */
export function spend(budget: Budget, what: keyof Budget, count: number): void {
  budget[what] -= count;
  if (budget[what] < 0) throw new PushRefused(413, `too many ${what}`);
}

/** Everything of the push is committed. */
export const taken: PushAnswer = { status: 204, words: '' };

/** Nothing of the push is kept; it may be sent again. */
export const later = (words: string, retryAfterSeconds: number): PushAnswer => ({ status: 503, words, retryAfterSeconds });

export const isPoison = (entry: PushedEntry | Poison): entry is Poison => 'poison' in entry;

/** Seconds after which to try again: a push that others stand in the way of, and one that Loki or the disk does. */
export const busySeconds = 1;
export const fullSeconds = 5;
