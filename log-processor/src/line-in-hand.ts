/** A line in front of the step that takes its address away: what was read, what the steps learned, and where it stands. */
import type { Agent, Facts, Kind, Request } from './record.ts';
import type { TokenMemory } from './remember-tokens.ts';
import type { Value } from './vocabulary.ts';

export type DayInHand = { readonly day: string; readonly startMs: number; readonly dayBefore: string };

/** A line on its way: what was read, what the steps learned, and where it stands. */
export type LineInHand = {
  readonly input: string;
  readonly lineNumber: number;
  readonly site: string;
  readonly day: DayInHand;
  /** False for health checks and the stack's own pages. */
  readonly audience: boolean;
  readonly request: Request;
  readonly facts: Facts;
};

/** The same with the memory of each value. */
export type KnownLine = {
  input: string;
  lineNumber: number;
  site: string;
  day: DayInHand;
  audience: boolean;
  timeMs: number;
  method: string;
  status: number;
  bytes: number;
  durationMs: number;
  upstreamMs: number;
  userAgent: string;
  /** As in `Address.text`; null where there is none. */
  address: string | null;
  /** Of the address. */
  memory: TokenMemory;
  country: Value;
  agent: Agent;
  family: Value;
  kind: Kind;
  path: Value;
  referrer: Value;
  prefetch: boolean;
};
