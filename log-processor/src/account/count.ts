/** What the fold tells the metrics as it goes: the one place where counters can be hung on, without an event per line. */
import type { PublicRequest } from '../record.ts';
import type { ClosedVisit } from './closed-visit.ts';

export type Count = {
  /** Every line, late ones and those that are no audience included. */
  request(request: PublicRequest): void;
  /** Visits came into being: nearly always one; a line that splits a visit over two midnights can open one more. */
  visitsOpened(site: string, visits: number): void;
  /** Visits became part of another one, because a line bridged the gap. */
  visitsMerged(site: string, visits: number): void;
  /** Page views, bounce, visitor day, start hour, device and duration are counted from this. */
  visitClosed(visit: ClosedVisit): void;
  /** A line came behind the watermark and found no open visit: a request only. */
  lateLine(site: string): void;
  receipt(site: string, day: string): void;
};

/** For whoever counts nothing, such as `report`. */
export const countNothing: Count = {
  request: () => undefined,
  visitsOpened: () => undefined,
  visitsMerged: () => undefined,
  visitClosed: () => undefined,
  lateLine: () => undefined,
  receipt: () => undefined,
};
