/** The law of conservation as numbers: read = delivered + dropped + in flight, per input, at every commit. */
import type { DropReason } from './record.ts';

type Counting = {
  counter(name: 'logproc_lines_read_total' | 'logproc_lines_delivered_total' | 'logproc_lines_dropped_total', labels: readonly string[]): { add(amount: number): void };
  gauge(name: 'logproc_lines_in_flight', labels: readonly string[]): { set(value: number): void };
};

export type Ledger = {
  /** One line was read; it is in flight until it is dropped or delivered. */
  read(input: string): void;
  /** A line in flight ended here. */
  dropped(input: string, reason: DropReason): void;
  /** Lines in flight have arrived. */
  delivered(input: string, lines: number): void;
  /** Everything in flight has arrived: the commit itself delivers. */
  deliveredAll(): void;
  /** Puts the in-flight gauges in place before the changes are taken. */
  show(): void;
};

/** @param inFlight lines in the outbox at the start, by input */
export function createLedger(counting: Counting, inFlight: ReadonlyMap<string, number>): Ledger {
  const inputs = new Map<string, Flying>();
  let last: Flying | null = null;
  const of = (input: string): Flying => {
    if (last?.input === input) return last;
    let flying = inputs.get(input);
    if (flying === undefined) inputs.set(input, (flying = { input, lines: 0, read: null }));
    last = flying;
    return flying;
  };
  for (const [input, lines] of inFlight) of(input).lines = lines;
  const delivered = (input: string, lines: number): void => {
    counting.counter('logproc_lines_delivered_total', [input]).add(lines);
    of(input).lines -= lines;
  };
  return {
    read(input) {
      const flying = of(input);
      (flying.read ??= counting.counter('logproc_lines_read_total', [input])).add(1);
      flying.lines += 1;
    },
    dropped(input, reason) {
      counting.counter('logproc_lines_dropped_total', [reason]).add(1);
      of(input).lines -= 1;
    },
    delivered,
    deliveredAll() {
      for (const { input, lines } of inputs.values()) if (lines > 0) delivered(input, lines);
    },
    show() {
      for (const { input, lines } of inputs.values()) counting.gauge('logproc_lines_in_flight', [input]).set(lines);
    },
  };
}

/** What is in flight of an input, and the cell that counts its lines. */
type Flying = { readonly input: string; lines: number; read: { add(amount: number): void } | null };
