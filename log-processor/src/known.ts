/** What the road learns of a field value and remembers with its word: pure answers of the steps, tokens of a key, and the epoch in which a value may be shown. */
import type { SiteTools } from './pipeline.ts';
import type { Agent, Kind } from './record.ts';
import { TokenMemory } from './remember-tokens.ts';
import type { Value } from './vocabulary.ts';

/** A client, with its tokens: one object, because every new visitor needs one. */
export class KnownClient extends TokenMemory {
  /** As in `Address.text`; null for a unix socket. */
  readonly address: string | null;
  readonly country: Value;
  /** False for what is no address at all: its lines must be dropped. */
  readonly counts: boolean;
  /** What this peer forwards for counts. */
  readonly trusted: boolean;

  constructor(address: string | null, country: Value, is: { readonly counts: boolean; readonly trusted: boolean }) {
    super();
    this.address = address;
    this.country = country;
    this.counts = is.counts;
    this.trusted = is.trusted;
  }
}

/** `$http_x_forwarded_for` as one peer sent it. */
export type KnownForward = { readonly peer: string; readonly client: KnownClient };

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
