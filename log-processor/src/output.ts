/** What the processor asks of an output: takes public lines, seals them for the commit, and says what it would refuse for ever. */
import type { DropReason, PublicRequest, Put } from './record.ts';
import type { Body } from './store/store.ts';

/** The values of the label `stream` that the processor itself writes. */
export type StreamKind = 'access' | 'stack' | 'visit' | 'day';

/** A stream of lines that a sender pushed and that are no access lines. One object stands for one stream, so that outputs can remember it. */
export type TextStream = {
  readonly kind: 'error' | 'app' | 'stack';
  readonly site: string;
  /** Name of the sender. */
  readonly input: string;
  readonly serviceName: string;
  /** Labels beside ours; `host` takes the place of the configured one. */
  readonly labels: readonly (readonly [name: string, value: string])[];
};

/** A pushed line without personal data. */
export type TextLine = {
  readonly timeMs: number;
  /** The line is the part from `start` to `end` of what `source` has as its bytes, in UTF-8. */
  readonly source: { readonly bytes: Buffer };
  readonly start: number;
  readonly end: number;
  readonly metadata: readonly (readonly [name: string, value: string])[];
};

/** A visit or a receipt on its way out. */
export type Entry = {
  readonly kind: StreamKind;
  readonly site: string;
  /** Empty for visits and receipts: they belong to no single input. */
  readonly input: string;
  readonly timeMs: number;
  /** Nanoseconds within the millisecond, 0..999999, so that equal milliseconds stay apart and a replay gives the same. */
  readonly subNs: number;
  /** A JSON object as text. */
  readonly text: string;
  readonly metadata: readonly (readonly [name: string, value: string])[];
};

export type Sealed = {
  readonly bodies: readonly Body[];
  readonly puts: readonly Put[];
};

export type Output = {
  /** True when the commit itself delivers (files); false when an outbox does (Loki). */
  readonly deliversAtCommit: boolean;
  /** Takes an access line, or says why it never could. */
  addLine(request: PublicRequest, nowMs: number): DropReason | null;
  /** Takes any other entry, or says why it never could. */
  add(entry: Entry, nowMs: number): DropReason | null;
  /** Takes a pushed line, or says why it never could. `number` is the entry's number in its input. */
  addText(stream: TextStream, line: TextLine, number: number, nowMs: number): DropReason | null;
  /**
   * Makes everything added up to this call ready for the commit; what is added while it waits belongs to the next.
   * @throws StoreUnavailable: call again later, nothing is lost or doubled, and the cut stays where it was
   */
  seal(): Promise<Sealed>;
};
