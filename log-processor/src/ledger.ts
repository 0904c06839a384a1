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
  const flying = new Map(inFlight);
  const readCells = new Map<string, { add(amount: number): void }>();
  const move = (input: string, lines: number): void => void flying.set(input, (flying.get(input) ?? 0) + lines);
  const readCell = (input: string): { add(amount: number): void } => {
    const cell = counting.counter('logproc_lines_read_total', [input]);
    readCells.set(input, cell);
    return cell;
  };
  const delivered = (input: string, lines: number): void => {
    counting.counter('logproc_lines_delivered_total', [input]).add(lines);
    move(input, -lines);
  };
  return {
    read(input) {
      (readCells.get(input) ?? readCell(input)).add(1);
      move(input, 1);
    },
    dropped(input, reason) {
      counting.counter('logproc_lines_dropped_total', [reason]).add(1);
      move(input, -1);
    },
    delivered,
    deliveredAll() {
      for (const [input, lines] of flying) if (lines > 0) delivered(input, lines);
    },
    show() {
      for (const [input, lines] of flying) counting.gauge('logproc_lines_in_flight', [input]).set(lines);
    },
  };
}
