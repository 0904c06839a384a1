/** What the road learns of a field value and remembers with its word: pure answers of the steps, tokens of a key, and the epoch in which a value may be shown. */
import type { SiteTools } from './pipeline.ts';
import type { Address, Agent, Kind } from './record.ts';
import type { TokenMemory } from './remember-tokens.ts';
import type { Value } from './vocabulary.ts';

export type KnownClient = {
  /** Null for a unix socket. */
  readonly address: Address | null;
  readonly country: Value;
  readonly memory: TokenMemory;
};

/** A client by what nginx wrote: null where that is no address and the line must be dropped. */
export type KnownPeer = {
  readonly client: KnownClient | null;
  /** What this peer forwards for counts. */
  readonly trusted: boolean;
};

/** `$http_x_forwarded_for` as one peer sent it. */
export type KnownForward = { readonly peer: string; readonly client: KnownClient | null };

export type KnownAgent = { readonly agent: Agent; readonly family: Value };

/** A path and query on one site. `kind` is the answer for the last `method`, `contentType` and `status`. */
export type KnownTarget = {
  readonly site: SiteTools;
  readonly path: Value;
  readonly scrubbed: readonly string[];
  readonly isStack: boolean;
  readonly uri: string;
  kind: Kind;
  method: string;
  contentType: string;
  status: number;
};

export type KnownReferrer = { readonly site: SiteTools; readonly host: Value };
export type KnownPurpose = { readonly prefetch: boolean };
