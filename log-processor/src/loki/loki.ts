/** What the delivery asks of Loki, so that the real one, the model of it and a broken one look alike. */

type Held = {
  /** For people; never holds a log line. */
  readonly why: string;
  /** False where there was no answer at all. */
  readonly answered: boolean;
  /** What Loki asked to wait. */
  readonly afterMs?: number;
};

/** How one push ended, as far as the sender can know. */
export type PushOutcome =
  /** Loki has every line. */
  | { readonly outcome: 'accepted' }
  /** Loki has none of the lines: push the same bytes again later. */
  | ({ readonly outcome: 'retry' } & Held)
  /** Nobody knows which lines Loki has: ask it before pushing again. */
  | ({ readonly outcome: 'uncertain' } & Held)
  /** The body is too large: none of the lines is stored. */
  | { readonly outcome: 'too_large'; readonly why: string }
  /** At least one line is refused for ever; the others may be stored. */
  | { readonly outcome: 'rejected'; readonly why: string }
  /** A success that is none, such as 260, or a reply that Loki never gives: ask before pushing again. */
  | { readonly outcome: 'misleading'; readonly why: string; readonly answered: true };

/** `metadata` is there where the line has structured metadata. */
export type FoundEntry = { readonly ns: string; readonly line: string; readonly metadata?: Readonly<Record<string, string>> };

/** Loki could not answer now; asking again later may help. The message never holds a log line. */
export class LokiUnavailable extends Error {}

/** The answer does not fit through some limit on the way; a shorter one may. */
export class AnswerTooLarge extends LokiUnavailable {}

export type Loki = {
  /** Pushes one body of one stream. Never throws for anything that Loki or the network does. */
  push(payload: Uint8Array): Promise<PushOutcome>;
  /**
   * Every entry of exactly this stream (labels as in `Body.stream`) from `fromNs` up to but not including `toNs`, by time.
   * @throws LokiUnavailable
   */
  queryStream(stream: string, fromNs: string, toNs: string): AsyncIterable<FoundEntry>;
  /** The newest time Loki has of this stream in the range, or null. @throws LokiUnavailable */
  newestNs(stream: string, fromNs: string, toNs: string): Promise<string | null>;
  /** False while Loki says that it is not ready, or cannot be reached. */
  ready(): Promise<boolean>;
};
