/** Remembers the tokens of an address beside it: an HMAC costs more than all other steps together, and visitors come again. */
import type { KeyObject } from 'node:crypto';
import type { Address } from './record.ts';
import { rememberRecent } from './steps/recent.ts';

/** The tokens of one address under one key; most lines of an address come from the agent of the line before. */
export type KeyedTokens = {
  /** Stands for the key, so that a memory does not keep a destroyed key alive. */
  readonly epoch: number;
  /** Null until a line needs it. */
  client: string | null;
  lastAgent: string;
  /** Empty while there is none. */
  lastVisitor: string;
  /** Visitors by user agent, once there are two. */
  others: Map<string, string> | null;
  /** The same address under another key. */
  next: KeyedTokens | null;
};

/** What is remembered with an address. */
export type TokenMemory = { tokens: KeyedTokens | null };

/** One memory for all addresses that are one client: those of an IPv6 /64 change every few hours. At most about 60,000. */
export function createMemories(): (address: Address | null) => TokenMemory {
  const memoryOf = rememberRecent<TokenMemory>(() => ({ tokens: null }), 60_000);
  return (address) => memoryOf(address === null ? '' : String.fromCharCode(...address.bytes));
}

export type TokenTools = {
  visitorToken(key: KeyObject, site: string, addressBytes: Uint8Array, userAgent: string): string;
  clientToken(key: KeyObject, site: string, addressBytes: Uint8Array): string;
};

/** Whose tokens are asked for. */
type Whose = { readonly site: string; readonly userAgent: string };

/** Agents of one address remembered at most. */
const mostAgents = 100;

export class Tokens {
  readonly #tools: TokenTools;
  readonly #epochs = new WeakMap<KeyObject, number>();
  #epochsSeen = 0;

  constructor(tools: TokenTools) {
    this.#tools = tools;
  }

  /** What is known of the address under the key; asked for once per line and key. */
  under(key: KeyObject, memory: TokenMemory): KeyedTokens {
    const epoch = this.#epochOf(key);
    for (let known = memory.tokens; known !== null; known = known.next) if (known.epoch === epoch) return known;
    const older = memory.tokens;
    // Two days of one site, or two sites: what is older is of no use.
    if (older?.next?.next != null) older.next.next = null;
    memory.tokens = { epoch, client: null, lastAgent: '', lastVisitor: '', others: null, next: older };
    return memory.tokens;
  }

  client(known: KeyedTokens, key: KeyObject, address: Address, { site }: Whose): string {
    known.client ??= this.#tools.clientToken(key, site, address.bytes);
    return known.client;
  }

  visitor(known: KeyedTokens, key: KeyObject, address: Address, whose: Whose): string {
    const { userAgent, site } = whose;
    if (known.lastAgent === userAgent && known.lastVisitor !== '') return known.lastVisitor;
    let token = known.others?.get(userAgent);
    if (token === undefined) {
      token = this.#tools.visitorToken(key, site, address.bytes, userAgent);
      if (known.lastVisitor !== '') keep(known, userAgent, token);
    }
    known.lastAgent = userAgent;
    known.lastVisitor = token;
    return token;
  }

  #epochOf(key: KeyObject): number {
    let epoch = this.#epochs.get(key);
    if (epoch === undefined) {
      this.#epochsSeen += 1;
      epoch = this.#epochsSeen;
      this.#epochs.set(key, epoch);
    }
    return epoch;
  }
}

/** A second agent of the address: from now on both are remembered. */
function keep(known: KeyedTokens, userAgent: string, token: string): void {
  if (known.others === null || known.others.size >= mostAgents) known.others = new Map();
  known.others.set(known.lastAgent, known.lastVisitor).set(userAgent, token);
}
