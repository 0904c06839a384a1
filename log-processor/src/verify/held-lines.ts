/** Everything that is kept of the traffic, wherever it is kept: the contract of what `verify` looks through. */

export type HeldEntry = {
  /** Labels of its stream. */
  readonly labels: Readonly<Record<string, string>>;
  /** Decimal nanoseconds since 1970. */
  readonly ns: string;
  readonly line: string;
  readonly metadata: Readonly<Record<string, string>>;
};

export type HeldLines = {
  /** Where it is, for the statement: an address or a folder. */
  readonly place: string;
  /** Every entry of every stream in [fromMs, toMs), stream by stream, each by time. @throws when the place cannot be asked */
  entries(fromMs: number, toMs: number): AsyncIterable<HeldEntry>;
  /** The same of the receipts alone, over all time. */
  receipts(nowMs: number): AsyncIterable<HeldEntry>;
  /** Of each stream but receipts an entry from before this time, where one is left. */
  olderThan(timeMs: number): Promise<readonly { readonly stream: string; readonly oldestMs: number }[]>;
  /** How long pseudonymised lines are kept, Infinity for ever; null where nothing deletes them. */
  retention(): Promise<{ readonly what: string; readonly keptMs: number } | null>;
};
